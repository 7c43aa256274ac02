import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;

const refused = { kind: "rejected", reason: "there is no position that it could reduce" } as const;

/** An exit of a long position was refused, because its stop had filled unheard, or though it stands. */
async function refusedBesideStop(): Promise<Desk> {
  const desk = new Desk();
  await desk.open(1, { stopLoss: { percent: "2" } });
  await desk.attempt(1, { s1: resting }, "watch");
  await desk.advance(30_000);
  await desk.accept(2, { action: "close_long", quantity: undefined });
  await desk.hints("watch");
  await desk.attempt(2, { c: refused });
  return desk;
}

/** A short position whose stop has bought it back unheard, bought back once more: it seems flat, and is long at the venue. */
async function withUnheardStop(): Promise<Desk> {
  const desk = new Desk();
  await desk.open(1, { action: "short", stopLoss: { percent: "2" } });
  await desk.attempt(1, { s1: resting }, "watch");
  await desk.open(2, { action: "buy" });
  desk.now += 30_000;
  return desk;
}

describe("an exit that is refused beside a stop", () => {
  it("has that asked for at once, and nothing to close when it has filled", async () => {
    const desk = await refusedBesideStop();
    expect(await desk.hints("watch")).toEqual([1]);
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "s1"));
    await desk.advance(2_000);
    await desk.attempt(2);

    expect(await desk.view(2)).toMatchObject({ outcome: "superseded" });
    expect((await desk.titles()).join()).not.toContain("Not closed");
  });

  it("is not sent again before that was asked for", async () => {
    const desk = await refusedBesideStop();
    await desk.advance(2_000);
    expect((await desk.attempt(2)).stops).toEqual(["a stop that may have closed it is being asked for"]);
    const { lease } = await desk.go(1, "watch");
    await desk.advance(4_000);
    expect((await desk.attempt(2)).orders).toEqual([]);
    await desk.settle(1, lease, desk.order(1, "s1", resting));
    await desk.advance(8_000);

    expect((await desk.attempt(2)).orders).toMatchObject([{ side: "sell", quantity: "1" }]);
  });

  it("is told as not closed when it is refused again though its stop stands", async () => {
    const desk = await refusedBesideStop();
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "s1", resting));
    await desk.advance(2_000);
    await desk.attempt(2, { c: refused });

    expect(await desk.view(2)).toMatchObject({ outcome: "rejected" });
    expect((await desk.titles()).join()).toContain("Not closed (rejected): close long BTCUSDT.P, long 1 is still open");
  });

  it("has nothing to close when the fill of that was heard with the refusal", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.accept(2, { action: "close_long", quantity: undefined });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease);
    await desk.settle(2, lease, desk.evidence(2, "c", refused), desk.order(1, "s1"));
    await desk.advance(2_000);
    await desk.attempt(2);

    expect(await desk.view(2)).toMatchObject({ outcome: "superseded" });
  });

  it("is refused for good by an operator's word", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.accept(2, { action: "close_long", quantity: undefined });
    await desk.attempt(2, { c: { kind: "unknown", reason: "timed out" } });
    await desk.host.resolve({ v: 1, requestId: id(2), outcome: "rejected", by: "cli", reason: "not on the screen" });

    expect(await desk.view(2)).toMatchObject({ outcome: "rejected" });
  });
});

describe("an exit", () => {
  it("closes the whole position when it names no quantity", async () => {
    const desk = new Desk();
    await desk.open(1, { quantity: "3" });
    await desk.accept(2, { action: "close", quantity: undefined });
    const { orders } = await desk.attempt(2);

    expect(orders).toMatchObject([{ side: "sell", quantity: "3", reduceOnly: true }]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it.each([
    ["its own quantity", "1", "1"],
    ["no more than is open", "5", "3"],
  ])("closes %s", async (_, quantity, expected) => {
    const desk = new Desk();
    await desk.open(1, { quantity: "3" });
    await desk.accept(2, { action: "close_long", quantity });

    expect((await desk.attempt(2)).orders).toMatchObject([{ quantity: expected }]);
  });

  it("buys a short position back", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "sell", quantity: "2" });
    await desk.accept(2, { action: "close_short", quantity: undefined });

    expect((await desk.attempt(2)).orders).toMatchObject([{ side: "buy", quantity: "2", reduceOnly: true }]);
  });

  it("with nothing open on its side says so and sends nothing", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2, { action: "close_short" });
    const { orders, end } = await desk.attempt(2);

    expect(orders).toEqual([]);
    expect(end).toEqual({ status: "ok", outcome: "superseded" });
    expect(await desk.view(2)).toMatchObject({
      reason: "No short position in BTCUSDT.P was open, so there was nothing to close.",
    });
  });

  it("supersedes unsent entries of its side that came before it", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.accept(2, { action: "long" });
    await desk.accept(3, { action: "close_long" });

    expect(await desk.view(1)).toMatchObject({
      outcome: "superseded",
      reason: `A later close long (${id(3)}) arrived before it was sent.`,
    });
    expect(await desk.view(2)).toMatchObject({ outcome: "superseded" });
    expect(await desk.hints()).toEqual([3]);
  });

  it("leaves entries of the other side alone", async () => {
    const desk = new Desk();
    await desk.accept(1, { action: "short" });
    await desk.accept(2, { action: "close_long" });

    expect(await desk.claim(1)).toMatchObject({ status: "go" });
  });

  it("leaves entries that came after it alone", async () => {
    const desk = new Desk();
    await desk.accept(1, { action: "close" });
    await desk.accept(2);
    await desk.attempt(1);

    expect(await desk.claim(2)).toMatchObject({ status: "go" });
  });

  it("leaves an entry alone that an attempt is working on", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    await desk.accept(2, { action: "close" });

    expect(await desk.sending(1, "e", lease)).toMatchObject({ status: "go" });
  });

  it("cancels resting entries of its side before it closes", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.open(2, { orderType: "limit" }, resting);
    await desk.accept(3, { action: "close" });
    const { lease, tasks } = await desk.go(3);
    expect(tasks).toMatchObject([
      { do: "cancel", leg: "e" },
      { do: "place", leg: "c" },
    ]);
    await desk.send(
      3,
      "c",
      lease,
      desk.order(2, "e", { status: "cancelled", filledQuantity: "0", averagePrice: undefined }),
    );
    await desk.settle(3, lease, desk.order(3, "c"));

    expect(await desk.view(2)).toMatchObject({
      outcome: "superseded",
      reason: `Superseded by a later close (${id(3)}).`,
    });
  });

  it("counts what a resting entry filled before it was cancelled", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit" }, resting);
    await desk.accept(2, { action: "close", quantity: undefined });
    const { lease } = await desk.go(2);

    expect(
      await desk.send(2, "c", lease, desk.order(1, "e", { status: "cancelled", filledQuantity: "0.4" })),
    ).toMatchObject({
      quantity: "0.4",
    });
  });

  it("of a part closes its part of that, and nothing else closes it, too", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit" }, { ...resting, filledQuantity: "0.4", averagePrice: "100" });
    await desk.accept(2, { action: "close_long", quantity: undefined, size: { percentOfPosition: "50" } });
    const { lease } = await desk.go(2);
    const cancelled = desk.order(1, "e", { status: "cancelled", filledQuantity: "0.6" });
    expect(await desk.send(2, "c", lease, cancelled)).toMatchObject({ quantity: "0.3" });
    await desk.settle(2, lease, desk.order(2, "c", { quantity: "0.3", filledQuantity: "0.3" }));

    expect((await desk.view(1)).legs.map(({ leg }) => leg)).toEqual(["e"]);
    expect(await desk.titles()).not.toContainEqual(expect.stringContaining("Filled after its exit"));
  });

  it.each([
    ["expires", "expired"],
    ["is halted", "halted"],
    ["is rejected", "rejected"],
  ])("that %s is a critical notification", async (_, outcome) => {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2, { action: "close", validForMs: 1_000 });
    if (outcome === "expired") await desk.advance(2_000);
    else
      await desk.attempt(2, {
        c: outcome === "halted" ? { kind: "halted", reason: "stop" } : { kind: "rejected", reason: "no" },
      });
    const last = (await desk.all("notification.requested")).at(-1);

    expect(last?.data).toMatchObject({ severity: "critical" });
    expect(await desk.view(2)).toMatchObject({ outcome });
  });

  it("on spot does not sell what an unknown earlier close may have sold", async () => {
    const desk = new Desk();
    await desk.open(1, { symbol: "BTCUSDT" });
    await desk.accept(2, { symbol: "BTCUSDT", action: "close", quantity: undefined });
    await desk.attempt(2, { c: resting });
    await desk.accept(3, { symbol: "BTCUSDT", action: "close", quantity: undefined });
    const { orders, end } = await desk.attempt(3);

    expect(orders).toEqual([]);
    expect(end).toEqual({ status: "ok", outcome: "superseded" });
  });

  it("of a part leaves a larger unsent entry alone, and closes its part after it", async () => {
    const desk = new Desk();
    await desk.accept(1, { quantity: "1" });
    await desk.accept(2, { action: "close_long", quantity: "0.5" });
    await desk.attempt(1);
    await desk.attempt(2);

    expect(await desk.view(1)).toMatchObject({ outcome: "filled" });
    expect(await desk.position()).toMatchObject({ quantity: "0.5" });
  });

  it.each([
    ["no quantity", undefined],
    ["a quantity that covers it", "1"],
  ])("with %s supersedes an unsent entry", async (_, quantity) => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.accept(2, { action: "close_long", quantity });

    expect(await desk.view(1)).toMatchObject({ outcome: "superseded" });
  });

  it.each([
    ["another exit has closed its position", { action: "close_long" }],
    ["a net order has turned its position around", { action: "sell", quantity: "2" }],
  ] as const)("that rests is taken off the venue once %s, before it closes the next", async (_, over) => {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2, { action: "close_long", orderType: "limit", price: "110" });
    await desk.attempt(2, { c: resting });
    await desk.accept(3, over);
    await desk.attempt(3);
    const { lease, tasks } = await desk.go(2, "watch");
    expect(tasks).toMatchObject([{ do: "cancel", leg: "c" }]);
    await desk.settle(2, lease, desk.order(2, "c", { ...resting, status: "cancelled" }));

    expect(await desk.view(2)).toMatchObject({ outcome: "superseded", reason: "Its position is closed." });
  });

  it.each([
    ["of a side", { action: "close_long" }],
    ["of whatever is open", { action: "close" }],
  ] as const)("%s waits while a stop that is being cancelled may have opened what it is to close", async (_, exit) => {
    const desk = await withUnheardStop();
    await desk.accept(3, { quantity: undefined, ...exit });
    const { stops } = await desk.attempt(3);
    expect(stops).toEqual([expect.stringContaining("may have filled")]);
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "s1"));
    await desk.advance(2_000);
    const { orders } = await desk.attempt(3);

    expect(orders).toMatchObject([{ side: "sell", quantity: "1", reduceOnly: true }]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("has nothing to close once that stop proves cancelled", async () => {
    const desk = await withUnheardStop();
    await desk.accept(3, { action: "close_long", quantity: undefined });
    await desk.attempt(3);
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "s1", { ...resting, status: "cancelled" }));
    await desk.advance(2_000);
    await desk.attempt(3);

    expect(await desk.view(3)).toMatchObject({ outcome: "superseded" });
  });

  it("does not wait for a stop that could only have closed more of its side", async () => {
    const desk = await withUnheardStop();
    await desk.accept(3, { action: "close_short", quantity: undefined });
    await desk.attempt(3);

    expect(await desk.view(3)).toMatchObject({ outcome: "superseded" });
  });

  it("waits no longer once a person is to say what became of that stop", async () => {
    const desk = await withUnheardStop();
    for (const pause of [2_000, 4_000]) {
      const { lease } = await desk.go(1, "watch");
      await desk.settle(1, lease, desk.evidence(1, "s1", { kind: "absent" }));
      desk.now += pause;
    }
    await desk.accept(3, { action: "close_long", quantity: undefined });
    await desk.attempt(3);

    expect(await desk.leg(1, "s1")).toMatchObject({ status: "in_doubt" });
    expect(await desk.view(3)).toMatchObject({ outcome: "superseded" });
  });

  it("before an entry is not given up when the position it closes is gone meanwhile", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { price: "90" } });
    const stop = await desk.go(1, "watch");
    await desk.send(1, "s1", stop.lease);
    await desk.settle(1, stop.lease, desk.order(1, "s1", resting));
    await desk.accept(2, { action: "short" });
    await desk.attempt(2, { c: resting });
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "s1", { averagePrice: "90" }));

    expect((await desk.leg(2, "e")).status).toBe("planned");
  });
});
