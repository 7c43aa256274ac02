import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

const day = 24 * 3_600_000;

async function parked(): Promise<Desk> {
  const desk = new Desk({ workerVersion: "ledger-2" });
  await desk.accept(1);
  await desk.park(1);
  return desk;
}

describe("an assessment", () => {
  it("says of a parked signal why, until when it is valid and to which lane it belongs", async () => {
    const desk = await parked();

    expect(await desk.assess(1)).toMatchObject({
      requestId: id(1),
      state: "parked",
      outcome: "failed",
      reason: "Given up after 3 failed attempts: x is undefined.",
      lane: "main:paper:BTCUSDT.P",
      strategy: "default",
      validUntil: new Date("2026-11-01T09:01:00.000Z"),
      generation: 0,
      ledgerVersion: "ledger-2",
    });
  });

  it("names the trade-worker that failed last", async () => {
    const desk = new Desk();
    await desk.accept(1, { validForMs: 3_600_000 });
    for (let times = 0; times < 3; times += 1) {
      await desk.claim(1, { workerVersion: `trade-${times}` });
      await desk.advance(20_000);
    }
    expect(await desk.assess(1)).toMatchObject({ state: "parked", parkedVersion: "trade-2" });
  });

  it("answers for every id in the order of the question", async () => {
    const desk = await parked();
    await desk.open(2);
    const { letters } = await desk.host.assess({ v: 1, requestIds: [id(9), id(2), id(1)] });

    expect(letters.map(({ requestId, state }) => [requestId, state])).toEqual([
      [id(9), "unknown"],
      [id(2), "ended"],
      [id(1), "parked"],
    ]);
  });

  it("knows how a signal ended that is forgotten since", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.confirmAll();
    await desk.advance(8 * day);

    expect(await desk.assess(1)).toMatchObject({ state: "ended", outcome: "filled" });
  });

  it("changes nothing", async () => {
    const desk = await parked();
    const before = JSON.stringify(desk.sql.exec("SELECT * FROM signals"));
    await desk.assess(1);

    expect(JSON.stringify(desk.sql.exec("SELECT * FROM signals"))).toBe(before);
  });
});

describe("a parked signal", () => {
  it("is kept for 30 days, and then no longer revived", async () => {
    const desk = await parked();
    await desk.confirmAll();
    await desk.advance(29 * day);
    expect(await desk.assess(1)).toMatchObject({ state: "parked" });
    await desk.advance(2 * day);

    expect(await desk.assess(1)).toMatchObject({ state: "ended", outcome: "failed" });
    expect(await desk.revive(1, { force: ["STALE"] })).toMatchObject({ status: "refused", verdict: "DUPLICATE" });
  });

  it("that was revived is kept as one that has just ended", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.park(1);
    await desk.confirmAll();
    await desk.advance(29 * day);
    await desk.revive(1, { force: ["STALE"] });
    await desk.attempt(1);
    await desk.confirmAll();
    await desk.advance(2 * day);

    expect(await desk.view(1)).toMatchObject({ outcome: "filled" });
  });
});

describe("a discarded letter", () => {
  it("is not revived any more", async () => {
    const desk = await parked();
    expect(await desk.discard(1)).toEqual({ status: "discarded" });

    expect(await desk.assess(1)).toMatchObject({ state: "ended", reason: "Discarded by cli: too late." });
    expect(await desk.revive(1)).toMatchObject({ status: "refused", verdict: "DUPLICATE" });
  });

  it("may be discarded again", async () => {
    const desk = await parked();
    await desk.discard(1);
    expect(await desk.discard(1)).toEqual({ status: "discarded" });
  });

  it("overtakes nothing", async () => {
    const desk = await parked();
    await desk.accept(2);
    await desk.park(2);
    await desk.discard(2);

    expect((await desk.assess(1)).supersededBy).toBeUndefined();
  });

  it("is forgotten after a week, as what ended by itself", async () => {
    const desk = await parked();
    await desk.discard(1);
    await desk.confirmAll();
    await desk.advance(8 * day);

    expect(await desk.host.find({ v: 1, requestId: id(1) })).toBeUndefined();
    expect(await desk.assess(1)).toMatchObject({ state: "ended", outcome: "failed" });
  });

  it("can only be one that is parked, in the generation that its operator saw", async () => {
    const desk = await parked();
    await desk.revive(1);
    expect(await desk.discard(1, 0)).toMatchObject({ status: "refused" });
    expect(await desk.discard(1, 1)).toMatchObject({ status: "refused" });
    expect(await desk.discard(7)).toEqual({ status: "unknown" });
    await desk.attempt(1);
    expect(await desk.discard(1, 1)).toMatchObject({ status: "refused", reason: "It ended as filled." });
  });
});
