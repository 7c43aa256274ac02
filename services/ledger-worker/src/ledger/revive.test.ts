import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
/** Long enough that nothing grows stale on the way. */
const lasting = { validForMs: 60 * minute };
const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;

async function parked(...numbers: number[]): Promise<Desk> {
  const desk = new Desk();
  for (const number of numbers) await desk.accept(number, lasting);
  for (const number of numbers) await desk.park(number);
  await desk.hints();
  return desk;
}

describe("a revived signal", () => {
  it("is hinted at once where its lane is empty, and executes as it was asked for", async () => {
    const desk = await parked(1);
    expect(await desk.revive(1)).toEqual({ status: "revived", seq: 2, generation: 1 });
    expect(await desk.hints()).toEqual([1]);
    const { orders } = await desk.attempt(1);

    expect(orders).toMatchObject([{ side: "buy", quantity: "1" }]);
    expect(await desk.view(1)).toMatchObject({ outcome: "filled" });
    expect(await desk.position()).toMatchObject({ quantity: "1" });
  });

  it("stands behind what waits already", async () => {
    const desk = await parked(1);
    await desk.accept(2, lasting);
    await desk.revive(1);

    expect(await desk.claim(1, { generation: 1 })).toMatchObject({ status: "later" });
    const [lane] = await desk.host.lanes();
    expect(lane?.signals.map((signal) => signal.requestId)).toEqual([id(2), id(1)]);
  });

  it("leaves hints of its earlier life without effect", async () => {
    const desk = await parked(1);
    await desk.revive(1);

    expect(await desk.claim(1, { generation: 0 })).toEqual({ status: "later", reason: "a replay has taken over" });
    expect(await desk.claim(1, { generation: 1 })).toMatchObject({ status: "go" });
  });

  it("says in its hints and in its record which replay it was", async () => {
    const desk = await parked(1);
    await desk.revive(1);
    const hint = (await desk.all("signal.hinted")).at(-1);
    await desk.attempt(1);
    const records = await desk.all("signal.settled");

    expect(hint).toMatchObject({ generation: 1, replayId: "replay-1" });
    expect(records.map(({ data }) => [data.outcome, data.parked, data.generation, data.replayId])).toEqual([
      ["failed", true, undefined, undefined],
      ["filled", undefined, 1, "replay-1"],
    ]);
    expect(records[1]?.data.rev).toBeGreaterThan(records[0]?.data.rev ?? Infinity);
  });

  it("is parked again when the bug is still there, as the same letter in its next generation", async () => {
    const desk = await parked(1);
    await desk.revive(1);
    await desk.park(1);
    const letters = await desk.all("letter.parked");

    expect(letters.map(({ data }) => data.messageId)).toEqual([`${id(1)}/signal.hinted/0`, `${id(1)}/signal.hinted/0`]);
    expect(letters[1]).toMatchObject({ generation: 1, replayId: "replay-1", data: { generation: 1 } });
    expect(await desk.assess(1)).toMatchObject({ state: "parked", generation: 1 });
  });

  it("keeps the letter of its next generation when only the first is confirmed", async () => {
    const desk = await parked(1);
    const [first] = await desk.all("letter.parked");
    await desk.revive(1);
    await desk.park(1);
    const again = (await desk.all("letter.parked"))[1];
    await desk.host.confirm({ v: 1, ids: [first?.id ?? ""] });

    const ids = [first?.id ?? "", again?.id ?? ""];
    expect(await desk.host.unconfirmed({ v: 1, ids })).toEqual({ ids: [again?.id] });
  });

  it("may be revived again by the next replay", async () => {
    const desk = await parked(1);
    await desk.revive(1);
    await desk.park(1);

    expect(await desk.revive(1, { replayId: "replay-2" })).toEqual({ status: "revived", seq: 3, generation: 2 });
  });

  it("still ends copies of its alert", async () => {
    const desk = await parked(1);
    await desk.revive(1);
    const copy = await desk.accept(2, lasting, { value: "body-1", source: "body" });

    expect(copy).toMatchObject({ status: "duplicate", requestId: id(1) });
  });

  it("reads the position of its turn, not of its first life", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2, { action: "short", ...lasting });
    // It was planned as a reversal; then the position closes.
    await desk.park(2);
    await desk.accept(3, { action: "close_long", ...lasting });
    await desk.attempt(3);
    await desk.revive(2, { force: ["SUPERSEDED"] });
    const { orders } = await desk.attempt(2);

    expect(orders).toMatchObject([{ side: "sell", quantity: "1", reduceOnly: false }]);
  });

  it("obeys the limits of the moment", async () => {
    const desk = await parked(1);
    desk.restart({ limits: { maxPosition: "0.5" } });
    await desk.revive(1);
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({ outcome: "halted" });
  });

  it("is not counted as accepted once more", async () => {
    const desk = await parked(1);
    const before = await desk.host.status();
    desk.now += minute;
    await desk.revive(1);

    expect(await desk.host.status()).toMatchObject({ accepted: 1, lastAcceptedAt: before.lastAcceptedAt });
  });
});

describe("a replay asked for twice", () => {
  it("happens once and gets the same answer, by whichever object", async () => {
    const desk = await parked(1);
    const first = await desk.revive(1);
    desk.restart();
    expect(await desk.revive(1, { generation: 0 })).toEqual(first);
    await desk.attempt(1);

    expect(await desk.revive(1, { generation: 0 })).toEqual(first);
    expect(await desk.view(1)).toMatchObject({ outcome: "filled", seq: 2 });
  });

  it("is named by an assessment as the one that began this life", async () => {
    const desk = await parked(1);
    expect(await desk.assess(1)).not.toHaveProperty("revivedBy");
    await desk.revive(1, { replayId: "from-one-side" });

    expect(await desk.assess(1)).toMatchObject({ generation: 1, revivedBy: "from-one-side" });
  });

  it("is refused to whoever comes second", async () => {
    const desk = await parked(1);
    await desk.revive(1, { replayId: "from-one-side" });

    expect(await desk.revive(1, { replayId: "from-the-other", generation: 0 })).toMatchObject({
      status: "refused",
      verdict: "DUPLICATE",
    });
  });
});

describe("not revived is", () => {
  it("what was never accepted here", async () => {
    const desk = await parked(1);
    expect(await desk.revive(7)).toEqual({ status: "unknown" });
  });

  it("what ended otherwise", async () => {
    const desk = new Desk();
    await desk.open(1);
    expect(await desk.revive(1)).toMatchObject({ status: "refused", verdict: "DUPLICATE" });
  });

  it("what ended and was forgotten since", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.confirmAll();
    await desk.advance(8 * day);
    expect(await desk.revive(1)).toMatchObject({ status: "refused", verdict: "DUPLICATE" });
  });

  it("what its ledger works on by itself", async () => {
    const desk = new Desk();
    await desk.accept(1);
    expect(await desk.revive(1)).toMatchObject({ status: "refused", verdict: "DUPLICATE" });
    expect(await desk.view(1)).toMatchObject({ seq: 1 });
  });

  it("what may have been executed, however it is forced", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.attempt(1, { e: { kind: "unknown", reason: "no answer" } });

    expect(await desk.assess(1)).toMatchObject({ state: "open", uncertainLegs: ["e"] });
    expect(await desk.revive(1, { force: ["STALE", "SUPERSEDED"] })).toMatchObject({
      status: "refused",
      verdict: "UNCERTAIN",
    });
  });

  it("what a newer signal of its lane has overtaken", async () => {
    const desk = await parked(1);
    await desk.open(2, lasting);

    expect(await desk.assess(1)).toMatchObject({ state: "parked", supersededBy: id(2) });
    expect(await desk.revive(1)).toMatchObject({ status: "refused", verdict: "SUPERSEDED" });
  });

  it("what a newer one overtook that is forgotten since", async () => {
    const desk = await parked(1);
    await desk.open(2, lasting);
    await desk.confirmAll();
    await desk.advance(8 * day);
    expect(await desk.host.find({ v: 1, requestId: id(2) })).toBeUndefined();
    desk.restart();

    expect(await desk.revive(1, { force: ["STALE"] })).toMatchObject({ status: "refused", verdict: "SUPERSEDED" });
  });

  it("what is no longer valid", async () => {
    const desk = await parked(1);
    await desk.advance(61 * minute);
    expect(await desk.revive(1)).toMatchObject({ status: "refused", verdict: "STALE" });
  });
});

describe("newer signals", () => {
  it("do not overtake while they are dead letters themselves: a lane revives in its order", async () => {
    const desk = await parked(1, 2);
    expect(await desk.revive(1)).toMatchObject({ status: "revived" });
    await desk.attempt(1);
    // The first is behind the second by its turn, and before it by acceptance.
    expect(await desk.revive(2)).toMatchObject({ status: "revived" });
    await desk.attempt(2);

    expect(await desk.position()).toMatchObject({ quantity: "2" });
  });

  it("of another symbol do not overtake", async () => {
    const desk = await parked(1);
    await desk.open(2, { symbol: "ETHUSDT.P" });
    expect(await desk.revive(1)).toMatchObject({ status: "revived" });
  });

  it("that settle between the revival and its turn end it unsent", async () => {
    const desk = await parked(1);
    await desk.accept(2, lasting);
    expect(await desk.revive(1)).toMatchObject({ status: "revived" });
    await desk.attempt(2);
    const { orders } = await desk.attempt(1);

    expect(orders).toEqual([]);
    expect(await desk.view(1)).toMatchObject({ outcome: "superseded" });
  });

  it("are left alone by a replayed exit that they have superseded", async () => {
    const desk = new Desk();
    await desk.accept(1, { action: "close_long", quantity: undefined });
    await desk.park(1);
    await desk.accept(2, { orderType: "limit" });
    await desk.revive(1);
    await desk.attempt(2, { e: resting });
    const { tasks } = await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({ outcome: "superseded" });
    expect(tasks).toMatchObject([{ do: "place", leg: "c" }]);
  });

  it("keep their stop, which a replayed exit of a spot coin would have to take off first", async () => {
    const desk = new Desk();
    const symbol = "BTCUSDT";
    await desk.accept(1, { symbol, action: "close_long", quantity: undefined });
    await desk.park(1);
    await desk.accept(2, { symbol, stopLoss: { percent: "2" } });
    await desk.revive(1);
    await desk.attempt(2);
    await desk.attempt(2, { s1: resting }, "watch");
    const { tasks } = await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({ outcome: "superseded" });
    expect(tasks).toMatchObject([{ do: "place", leg: "c" }]);
  });

  it("do not end it when it was forced", async () => {
    const desk = await parked(1);
    await desk.accept(2, lasting);
    await desk.revive(1, { force: ["SUPERSEDED"] });
    await desk.attempt(2);
    const { orders } = await desk.attempt(1);

    expect(orders).toHaveLength(1);
  });

  it("are not ended by a revived exit that was meant to come before them", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2, { action: "close_long", ...lasting });
    await desk.park(2);
    await desk.accept(3, lasting);
    await desk.revive(2);

    expect(await desk.view(3)).toMatchObject({ state: "head" });
  });
});

describe("an operator's force", () => {
  it("executes a stale signal, which is then as long valid as at first", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.park(1);
    await desk.advance(day);
    await desk.revive(1, { force: ["STALE"] });
    expect((await desk.view(1)).validUntil).toEqual(new Date(desk.now + minute));
    await desk.advance(2 * minute);

    expect(await desk.view(1)).toMatchObject({
      outcome: "expired",
      reason: "Not executed within its validity of 60 s.",
    });
  });

  it("that names something else does not execute it", async () => {
    const desk = await parked(1);
    await desk.advance(61 * minute);
    expect(await desk.revive(1, { force: ["SUPERSEDED"] })).toMatchObject({ verdict: "STALE" });
  });
});

describe("a leg that was sent in vain", () => {
  it("is sent under the same order id in the next life", async () => {
    const desk = new Desk();
    await desk.accept(1, lasting);
    await desk.attempt(1, { e: { kind: "not_executed", reason: "the venue was busy" } });
    desk.now += 30_000;
    await desk.park(1);
    expect(await desk.assess(1)).toMatchObject({ state: "parked", uncertainLegs: [] });
    await desk.revive(1);
    const { orders } = await desk.attempt(1);

    expect(orders).toMatchObject([{ clientOrderId: (await desk.leg(1, "e")).clientOrderId }]);
    expect(await desk.view(1)).toMatchObject({ outcome: "filled" });
  });

  it.each([{ action: "long" } as const, { action: "target", quantity: undefined, size: { target: "1" } } as const])(
    "is followed in the next life by what was to follow it: %j",
    async (turn) => {
      const desk = new Desk();
      await desk.open(1, { action: "sell" });
      await desk.accept(2, { ...turn, ...lasting });
      await desk.attempt(2, { c: { kind: "not_executed", reason: "the venue was busy" } });
      desk.now += 30_000;
      await desk.park(2);
      await desk.revive(2);
      await desk.attempt(2);

      expect(await desk.position()).toMatchObject({ quantity: "1" });
    },
  );

  it("is told as filled when it did all that was left to do for a target", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2, { action: "target", quantity: undefined, size: { target: "3" }, ...lasting });
    const first = await desk.go(2);
    await desk.settle(2, first.lease, desk.order(1, "e", { quantity: "5", filledQuantity: "5" }));
    await desk.advance(2_000);
    await desk.attempt(2);
    await desk.advance(5_000);
    await desk.attempt(2, { c: { kind: "not_executed", reason: "the venue was busy" } });
    for (let times = 0; times < 3; times += 1) {
      desk.now += minute;
      const { lease } = await desk.go(2);
      await desk.host.fail({ v: 1, requestId: id(2), lease, evidence: [], error: "TypeError", reason: "x" });
    }
    await desk.revive(2);
    await desk.attempt(2);

    expect(await desk.position()).toMatchObject({ quantity: "3" });
    expect(await desk.view(2)).toMatchObject({ outcome: "filled" });
  });

  it("makes its letter a duplicate when the venue turns out to have executed it", async () => {
    const desk = new Desk();
    await desk.accept(1, lasting);
    await desk.attempt(1, { e: { kind: "not_executed", reason: "the venue was busy" } });
    desk.now += 30_000;
    await desk.park(1);
    await desk.settle(1, "a lease of long ago", desk.order(1, "e"));

    expect(await desk.assess(1)).toMatchObject({ state: "ended", outcome: "filled", filledQuantity: "1" });
    expect(await desk.revive(1)).toMatchObject({ status: "refused", verdict: "DUPLICATE" });
    expect((await desk.all("signal.settled")).at(-1)?.data.parked).toBeUndefined();
  });
});
