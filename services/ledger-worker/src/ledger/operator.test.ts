import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
const unknown = { kind: "unknown", reason: "timed out" } as const;

describe("limits", () => {
  it("halt an entry beyond the orders of a minute, and let the exit through", async () => {
    const desk = new Desk({ limits: { ordersPerMinute: 1 } });
    await desk.open(1);
    await desk.accept(2);
    expect((await desk.attempt(2)).end).toEqual({ status: "ok", outcome: "halted" });
    await desk.accept(3, { action: "close" });

    expect((await desk.attempt(3)).end).toEqual({ status: "ok", outcome: "filled" });
  });

  it("count orders of the last minute only", async () => {
    const desk = new Desk({ limits: { ordersPerMinute: 1 } });
    await desk.open(1);
    desk.now += 60_000;
    await desk.accept(2);

    expect((await desk.attempt(2)).end).toEqual({ status: "ok", outcome: "filled" });
  });

  it("halt entries for the rest of a day that lost too much, fees counted", async () => {
    const desk = new Desk({ limits: { maxDailyLoss: "10" } });
    await desk.open(1);
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.attempt(2, { c: { averagePrice: "91", fee: "1" } });
    await desk.accept(3);
    expect((await desk.attempt(3)).end).toEqual({ status: "ok", outcome: "halted" });
    desk.now += 24 * 3_600_000;
    await desk.accept(4);

    expect((await desk.attempt(4)).end).toEqual({ status: "ok", outcome: "filled" });
  });

  it("halt an entry that would make the position too large, resting entries counted", async () => {
    const desk = new Desk({ limits: { maxPosition: "2" } });
    await desk.open(1);
    await desk.open(2, { orderType: "limit" }, resting);
    await desk.accept(3, { quantity: "0.5" });

    expect((await desk.attempt(3)).end).toEqual({ status: "ok", outcome: "halted" });
    expect(await desk.view(3)).toMatchObject({
      reason: "The position in BTCUSDT.P would become 2.5, beyond the limit of 2.",
    });
  });

  it("let a net order pass that makes the position smaller", async () => {
    const desk = new Desk();
    await desk.open(1, { quantity: "5" });
    desk.restart({ limits: { maxPosition: "2" } });
    await desk.accept(2, { action: "sell" });

    expect((await desk.attempt(2)).end).toEqual({ status: "ok", outcome: "filled" });
  });

  it("that cannot be read halt entries and say so, and let exits through", async () => {
    const desk = new Desk();
    await desk.open(1);
    desk.restart({ limits: { invalid: "it is not JSON" } });
    await desk.accept(2);
    await desk.attempt(2);
    await desk.accept(3, { action: "close" });

    expect(await desk.view(2)).toMatchObject({
      outcome: "halted",
      reason: expect.stringContaining("LIMITS of ledger-worker is misconfigured"),
    });
    expect((await desk.host.status()).tradingOff).toMatch(/LIMITS/);
    expect((await desk.attempt(3)).end).toEqual({ status: "ok", outcome: "filled" });
  });
});

describe("cancelling entries", () => {
  it("takes resting entries off the venue and leaves everything else", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2, { orderType: "limit" }, resting);
    await desk.hints("watch");

    expect(await desk.host.cancelEntries({ v: 1, reason: "kill switch" })).toEqual({ cancelling: 1 });
    expect(await desk.hints("watch")).toEqual([2]);
    const { lease, tasks } = await desk.go(2, "watch");
    expect(tasks).toMatchObject([{ do: "cancel", leg: "e" }]);
    await desk.settle(2, lease, desk.order(2, "e", { ...resting, status: "cancelled" }));
    expect(await desk.view(2)).toMatchObject({ outcome: "halted", reason: "kill switch." });
  });

  it("asks for none twice", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit" }, resting);
    await desk.host.cancelEntries({ v: 1, reason: "stop" });

    expect(await desk.host.cancelEntries({ v: 1, reason: "stop" })).toEqual({ cancelling: 0 });
  });
});

describe("cancelling entries that are under way", () => {
  it("reaches one that is being sent: if it was not executed, it is not sent again", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    await desk.send(1, "e", lease);
    expect(await desk.host.cancelEntries({ v: 1, reason: "kill switch" })).toEqual({ cancelling: 1 });
    await desk.settle(1, lease, desk.evidence(1, "e", { kind: "not_executed", reason: "busy" }));

    expect(await desk.view(1)).toMatchObject({ outcome: "halted", reason: "kill switch." });
  });

  it("reaches one in doubt: if it proves absent, it is not sent again", async () => {
    const desk = new Desk();
    await desk.accept(1, { validForMs: 3_600_000 });
    await desk.attempt(1, { e: unknown });
    expect(await desk.host.cancelEntries({ v: 1, reason: "kill switch" })).toEqual({ cancelling: 1 });
    desk.now += 20_000;
    const { lease, tasks } = await desk.go(1);
    expect(tasks).toMatchObject([{ do: "cancel", leg: "e" }]);
    await desk.settle(1, lease, desk.evidence(1, "e", { kind: "absent" }));

    expect(await desk.view(1)).toMatchObject({ outcome: "halted" });
  });

  it("reaches one that then rests at the venue: it is cancelled there", async () => {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit" });
    const { lease } = await desk.go(1);
    await desk.send(1, "e", lease);
    await desk.host.cancelEntries({ v: 1, reason: "kill switch" });
    await desk.settle(1, lease, desk.order(1, "e", resting));

    expect((await desk.go(1, "watch")).tasks).toMatchObject([{ do: "cancel", leg: "e" }]);
  });
});

describe("an operator's word", () => {
  it("ends an order that rests at the venue", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit" }, resting);
    const reply = await desk.host.resolve({
      v: 1,
      requestId: id(1),
      outcome: "filled",
      reason: "seen on the venue's screen",
      by: "ops",
    });

    expect(reply).toMatchObject({ status: "resolved", signal: { outcome: "filled" } });
  });

  async function inDoubt(): Promise<Desk> {
    const desk = new Desk();
    await desk.accept(1);
    await desk.attempt(1, { e: unknown });
    await desk.accept(2, { validForMs: 3_600_000 });
    return desk;
  }
  const word = { v: 1, requestId: id(1), reason: "seen on the venue's screen", by: "ops" } as const;

  it("that the order filled ends the doubt, books the fill and frees the lane", async () => {
    const desk = await inDoubt();
    const reply = await desk.host.resolve({ ...word, outcome: "filled", quantity: "0.5", price: "101" });

    expect(reply).toMatchObject({ status: "resolved", signal: { outcome: "filled" } });
    expect(await desk.position()).toMatchObject({ quantity: "0.5", averagePrice: "101" });
    expect(await desk.hints()).toContain(2);
  });

  it("that a part of a stop filled leaves the rest guarded by another", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { price: "90" } });
    const { lease } = await desk.go(1, "watch");
    await desk.send(1, "s1", lease);
    await desk.settle(1, lease, desk.evidence(1, "s1", unknown));
    await desk.host.resolve({ ...word, outcome: "filled", quantity: "0.4", price: "90" });

    const next = await desk.go(1, "watch");
    expect(await desk.send(1, "s2", next.lease)).toMatchObject({ type: "stop", quantity: "0.6" });
  });

  it("that a part of an opposite position was closed lets no entry follow", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, { action: "long" });
    await desk.attempt(2, { c: unknown });
    await desk.host.resolve({ ...word, requestId: id(2), outcome: "filled", quantity: "0.4" });

    expect(await desk.view(2)).toMatchObject({ outcome: "rejected" });
    expect(await desk.position()).toMatchObject({ quantity: "-0.6" });
  });

  it("that it did not ends the signal as rejected", async () => {
    const desk = await inDoubt();

    expect(await desk.host.resolve({ ...word, outcome: "rejected" })).toMatchObject({
      status: "resolved",
      signal: { outcome: "rejected", reason: "Resolved by ops: seen on the venue's screen." },
    });
  });

  it("is taken once; the venue's later report of the same fill changes nothing", async () => {
    const desk = await inDoubt();
    await desk.host.resolve({ ...word, outcome: "filled" });
    const { lease } = await desk.go(2);
    await desk.settle(2, lease, desk.order(1, "e"));

    expect(await desk.position()).toMatchObject({ quantity: "1" });
    expect((await desk.host.status()).tradingOff).toBeUndefined();
  });

  it("gives way to the venue's report of an order that was thought rejected", async () => {
    const desk = await inDoubt();
    await desk.host.resolve({ ...word, outcome: "rejected" });
    const { lease } = await desk.go(2);
    await desk.settle(2, lease, desk.order(1, "e"));

    expect(await desk.view(1)).toMatchObject({ outcome: "filled" });
  });

  it.each([
    [
      "nothing is in doubt",
      async (desk: Desk) => void (await desk.open(3, { symbol: "ETHUSDT" })),
      id(3),
      /nothing to resolve/,
    ],
    ["the signal is not known", async () => undefined, id(9), /no such signal/],
    ["an attempt is under way", async (desk: Desk) => void (await desk.go(1)), id(1), /try again/],
  ])("is refused when %s", async (_, prepare, requestId, reason) => {
    const desk = await inDoubt();
    await prepare(desk);
    const reply = await desk.host.resolve({ ...word, requestId, outcome: "filled" });

    expect(reply).toMatchObject({ status: "refused", reason: expect.stringMatching(reason) });
  });
});

describe("what operators see", () => {
  it("is each lane with its head first", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.accept(2);
    await desk.accept(3, { symbol: "ETHUSDT.P" });
    await desk.go(1);

    expect(await desk.host.lanes()).toMatchObject([
      {
        lane: "main:paper:BTCUSDT.P",
        signals: [
          { requestId: id(1), state: "leased" },
          { requestId: id(2), state: "waiting" },
        ],
      },
      { lane: "main:paper:ETHUSDT.P", signals: [{ requestId: id(3), state: "head" }] },
    ]);
  });

  it("is the state of the whole ledger", async () => {
    const desk = new Desk();
    await desk.open(1);
    const filledAt = new Date(desk.now);
    await desk.open(2, { orderType: "limit" }, resting);
    desk.now += 1_000;
    await desk.accept(3);
    await desk.attempt(3, { e: unknown });

    expect(await desk.host.status()).toMatchObject({
      ledger: "main:paper",
      accepted: 3,
      unended: 1,
      inFlight: 0,
      inDoubt: 1,
      positions: [{ symbol: "BTCUSDT.P", quantity: "1" }],
      workingOrders: [{ requestId: id(2), leg: "e", order: { type: "limit" } }],
      lastAcceptedAt: new Date(desk.now),
      lastFillAt: filledAt,
    });
  });

  it("is an empty ledger, when the platform says its name", async () => {
    const desk = new Desk({ name: "main:paper" });

    expect(await desk.host.status()).toMatchObject({ ledger: "main:paper", accepted: 0, positions: [] });
  });
});
