import { describe, expect, it } from "vitest";
import { Desk } from "../testing/desk.ts";

describe("what a ledger says of the signals that wait in it", () => {
  it("lane by lane: how many have had their turn, how many wait, since when and for how long", async () => {
    const desk = new Desk();
    const start = desk.now;
    await desk.accept(1);
    await desk.accept(2);
    desk.now += 5_000;
    await desk.accept(3, { symbol: "ETHUSDT.P" });
    await desk.attempt(1);

    expect(await desk.host.backlog()).toEqual({
      ledger: "main:paper",
      accepted: 3,
      taken: 1,
      expired: 0,
      waiting: 2,
      deferred: 0,
      inDoubt: 0,
      oldestAt: new Date(start),
      lanes: [
        {
          symbol: "BTCUSDT.P",
          taken: 1,
          waiting: 1,
          oldestAt: new Date(start),
          validUntil: [new Date(start + 60_000)],
        },
        {
          symbol: "ETHUSDT.P",
          taken: 0,
          waiting: 1,
          oldestAt: new Date(start + 5_000),
          validUntil: [new Date(start + 65_000)],
        },
      ],
    });
  });

  it("counts those that expire unreached apart: their turn has not come", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.accept(2);
    await desk.advance(61_000);
    await desk.accept(3);

    expect(await desk.host.backlog()).toMatchObject({
      accepted: 3,
      taken: 0,
      expired: 2,
      waiting: 1,
      lanes: [{ taken: 0, waiting: 1 }],
    });
  });

  it("counts one that the venue would not take as one whose turn never came", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.attempt(1, { e: { kind: "not_executed", reason: "429" } });
    await desk.advance(61_000);

    expect(await desk.view(1)).toMatchObject({ outcome: "expired" });
    expect(await desk.host.backlog()).toMatchObject({ taken: 0, expired: 1 });
  });

  it("counts one whose order was sent as taken, though the venue let it expire", async () => {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit" });
    await desk.attempt(1, { e: { status: "expired", filledQuantity: "0", averagePrice: undefined } });

    expect(await desk.host.backlog()).toMatchObject({ taken: 1, expired: 0, lanes: [] });
  });
});
