import { describe, expect, it } from "vitest";
import type { Signal } from "#contracts/signal";
import { Desk, id } from "../testing/desk.ts";

const unknown = { kind: "unknown", reason: "timed out" } as const;
const absent = { kind: "absent" } as const;
const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;

describe("a lane whose entry is in doubt", () => {
  /** The entry's POST got no answer, and no POST can act any more. */
  async function stuck(): Promise<Desk> {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2, { validForMs: 3_600_000 });
    await desk.attempt(2, { e: unknown });
    return desk;
  }

  /** The entry's POST got no answer, and later the venue did not know it. */
  async function thoughtAbsent(over: Partial<Signal> = {}): Promise<Desk> {
    const desk = new Desk();
    await desk.accept(1, over);
    await desk.attempt(1, { e: unknown });
    await desk.advance(16_000);
    const { lease } = await desk.go(1);
    await desk.settle(1, lease, desk.evidence(1, "e", absent));
    return desk;
  }

  it("lets no exit pass before the doubtful order can no longer act", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close" });
    desk.now += 14_999;

    expect(await desk.claim(3)).toMatchObject({ status: "later" });
  });

  it("lets the oldest exit pass then, and hints it", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close" });
    await desk.advance(15_001);

    expect(await desk.hints()).toContain(3);
    expect(await desk.claim(3)).toMatchObject({ status: "go" });
  });

  it("lets an exit pass that comes later still", async () => {
    const desk = await stuck();
    await desk.advance(20_000);
    await desk.accept(3, { action: "close" });

    expect(await desk.hints()).toContain(3);
  });

  it("never lets an entry pass", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "sell", validForMs: 3_600_000 });
    desk.now += 60_000 * 5;

    expect(await desk.claim(3)).toMatchObject({ status: "later" });
  });

  it("has the exit cancel the doubtful order first", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close" });
    desk.now += 15_000;
    const entry = await desk.leg(2, "e");

    expect((await desk.go(3)).tasks).toMatchObject([
      { do: "cancel", clientOrderId: entry.clientOrderId },
      { do: "place", leg: "c" },
    ]);
  });

  it("ends the entry as superseded when it proves absent, and the exit goes on in the same attempt", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close" });
    desk.now += 15_000;
    const { lease } = await desk.go(3);

    expect(await desk.sending(3, "c", lease, desk.evidence(2, "e", absent))).toMatchObject({ status: "go" });
    expect(await desk.view(2)).toMatchObject({ outcome: "superseded" });
  });

  it("closes what the entry proves to have filled after its exit", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close", quantity: undefined });
    desk.now += 15_000;
    await desk.attempt(3);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
    await desk.advance(2_000);
    const { lease, tasks } = await desk.go(2);
    expect(tasks).toMatchObject([{ do: "cancel", leg: "e" }]);
    await desk.settle(2, lease, desk.order(2, "e"));

    expect(await desk.view(2)).toMatchObject({ outcome: "filled" });
    expect(
      (await desk.all("notification.requested")).map((each) => [each.data.severity, each.data.title]),
    ).toContainEqual(["critical", "Filled after its exit, closing it: buy 1 BTCUSDT.P · main:paper"]);
    expect((await desk.attempt(2, {}, "watch")).orders).toMatchObject([
      { side: "sell", quantity: "1", reduceOnly: true, type: "market" },
    ]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("closes what an entry filled that was thought absent and had arrived after all", async () => {
    const desk = await thoughtAbsent();
    await desk.accept(2, { action: "close_long", quantity: undefined });
    expect(await desk.view(1)).toMatchObject({ outcome: "superseded" });
    await desk.attempt(2);
    await desk.settle(1, "a lease of long ago", desk.order(1, "e"));
    const { orders } = await desk.attempt(1, {}, "watch");

    expect(orders).toMatchObject([{ side: "sell", quantity: "1", reduceOnly: true }]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("closes that only once when its exit has still to be sent", async () => {
    const desk = await thoughtAbsent();
    await desk.accept(2, { action: "close_long", quantity: undefined });
    await desk.settle(1, "a lease of long ago", desk.order(1, "e"));
    await desk.attempt(1, {}, "watch");
    const { stops } = await desk.attempt(2);

    expect(stops).toEqual(["No long position in BTCUSDT.P was open, so there was nothing to close."]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("takes an entry off the venue that was thought absent and rests there after all", async () => {
    const desk = await thoughtAbsent({ orderType: "limit" });
    await desk.accept(2, { action: "close_long", quantity: undefined });
    await desk.attempt(2);
    await desk.settle(1, "a lease of long ago", desk.order(1, "e", resting));
    desk.now += 2_000;
    const { lease, tasks } = await desk.go(1, "watch");
    expect(tasks).toMatchObject([{ do: "cancel", leg: "e" }]);
    await desk.settle(1, lease, desk.order(1, "e", { ...resting, status: "cancelled" }));

    expect(await desk.view(1)).toMatchObject({
      outcome: "superseded",
      reason: `A later close long (${id(2)}) arrived before it was sent.`,
    });
  });

  it("closes it only once when the exit itself learns of the fill", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close", quantity: undefined });
    desk.now += 15_000;
    const { lease } = await desk.go(3);
    const order = await desk.send(3, "c", lease, desk.order(2, "e"));
    expect(order).toMatchObject({ quantity: "2" });
    await desk.settle(3, lease, desk.order(3, "c", { quantity: "2", filledQuantity: "2" }));

    expect(await desk.leg(2, "x")).toMatchObject({ status: "dropped" });
  });

  it("asks nobody for a hand because others closed what it went on filling", async () => {
    const desk = new Desk();
    const working = { status: "working", quantity: "10" } as const;
    await desk.accept(1, { orderType: "limit", quantity: "10" });
    await desk.attempt(1, { e: { ...working, filledQuantity: "0", averagePrice: undefined } });
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.attempt(2);
    for (let filled = 1; filled <= 7; filled += 1) {
      desk.now += 60_000;
      const { lease } = await desk.go(1, "watch");
      await desk.settle(1, lease, desk.order(1, "e", { ...working, filledQuantity: String(filled) }));
      await desk.accept(2 + filled, { action: "close", quantity: undefined });
      await desk.attempt(2 + filled);
    }

    expect(await desk.titles()).not.toContainEqual(expect.stringContaining("by hand"));
  });

  it("takes nothing of what is opened after the exit that has closed it", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit" }, { status: "working", filledQuantity: "0.5" });
    await desk.accept(2, { action: "close", quantity: undefined });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease, desk.order(1, "e", { status: "cancelled", filledQuantity: "0.7" }));
    await desk.settle(2, lease, desk.order(2, "c", { quantity: "0.7", filledQuantity: "0.7" }));
    await desk.open(3);

    expect((await desk.claim(1, { purpose: "watch" })).status).not.toBe("go");
    expect(await desk.position()).toMatchObject({ quantity: "1" });
  });

  it("supersedes the unsent entries between, which must not follow their exit", async () => {
    const desk = await stuck();
    await desk.accept(3);
    await desk.accept(4, { action: "close", quantity: undefined });
    desk.now += 15_000;
    await desk.attempt(4);

    expect(await desk.view(3)).toMatchObject({ outcome: "superseded" });
  });

  it("supersedes them also when it closes a part only: passed by their exit, they are not to be sent after it", async () => {
    const desk = await stuck();
    await desk.accept(3, { validForMs: 3_600_000 });
    await desk.accept(4, { action: "close", quantity: "0.5" });
    desk.now += 15_000;
    await desk.attempt(4);

    expect(await desk.view(3)).toMatchObject({ outcome: "superseded" });
  });

  it("tells the trader after two minutes, once, and goes on asking", async () => {
    const desk = await stuck();
    const told = async () => (await desk.titles()).filter((title) => title.startsWith("In doubt"));
    await desk.advance(119_000);
    expect(await told()).toEqual([]);
    await desk.advance(600_000);

    expect(await told()).toEqual(["In doubt for 2 minutes: entry buy 1 BTCUSDT.P · main:paper"]);
    expect((await desk.hints()).length).toBeGreaterThan(10);
  });

  it("is never expired", async () => {
    const desk = await stuck();
    await desk.advance(3_700_000);

    expect(await desk.view(2)).toMatchObject({ state: "in_doubt" });
  });
});

describe("a working order that the venue no longer knows", () => {
  /** A limit close rests; the venue is asked for it, and answers `times` that it knows none. */
  async function missing(times: number): Promise<Desk> {
    const desk = new Desk();
    await desk.open(1, { symbol: "BTCUSDT" });
    await desk.accept(2, { symbol: "BTCUSDT", action: "close", orderType: "limit", quantity: undefined });
    await desk.attempt(2, { c: resting });
    for (let asked = 0; asked < times; asked += 1) {
      desk.now += 60_000;
      const { lease } = await desk.go(2, "watch");
      await desk.settle(2, lease, desk.evidence(2, "c", absent));
    }
    return desk;
  }
  const critical = async (desk: Desk) =>
    (await desk.all("notification.requested"))
      .filter((each) => each.data.severity === "critical")
      .map((each) => each.data.title);

  it("is asked for once more before anything is believed", async () => {
    const desk = await missing(1);

    expect(await desk.leg(2, "c")).toMatchObject({ status: "done", orderStatus: "working" });
    expect(await critical(desk)).toEqual([]);
  });

  it("is in doubt when it is missing twice, and the trader is told at once and once", async () => {
    const desk = await missing(2);
    await desk.advance(600_000);

    expect(await desk.leg(2, "c")).toMatchObject({ status: "in_doubt" });
    expect(await critical(desk)).toEqual([
      "The venue no longer knows a working order: close sell 1 BTCUSDT · main:paper",
    ]);
  });

  it("is forgiven when the venue knows it again in between", async () => {
    const desk = await missing(1);
    desk.now += 60_000;
    const found = await desk.go(2, "watch");
    await desk.settle(2, found.lease, desk.order(2, "c", resting));
    desk.now += 60_000;
    const { lease } = await desk.go(2, "watch");
    await desk.settle(2, lease, desk.evidence(2, "c", absent));

    expect(await desk.leg(2, "c")).toMatchObject({ status: "done" });
  });

  it("is never placed again, however often it is missing", async () => {
    const desk = await missing(5);

    expect(await desk.leg(2, "c")).toMatchObject({ status: "in_doubt" });
  });

  it("is never silently cancelled either", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit" }, resting);
    await desk.host.cancelEntries({ v: 1, reason: "stop" });
    for (let asked = 0; asked < 4; asked += 1) {
      desk.now += 60_000;
      const { lease } = await desk.go(1, "watch");
      await desk.settle(1, lease, desk.evidence(1, "e", absent));
    }

    expect(await desk.leg(1, "e")).toMatchObject({ status: "in_doubt" });
  });

  it("ends by an operator's word, after which the position can be closed", async () => {
    const desk = await missing(2);
    const word = { v: 1, requestId: id(2), reason: "it is gone", by: "ops" } as const;
    expect(await desk.host.resolve({ ...word, outcome: "rejected" })).toMatchObject({ status: "resolved" });
    await desk.accept(3, { symbol: "BTCUSDT", action: "close", quantity: undefined });
    await desk.attempt(3);

    expect(await desk.position("BTCUSDT")).toMatchObject({ quantity: "0" });
  });
});

describe("an exit that passes a reversal whose close is in doubt", () => {
  it.each([
    ["a long", { action: "long" as const, quantity: "2" }],
    ["a target", { action: "target" as const, quantity: undefined, size: { target: "2" } }],
  ])("ends the entry that %s has not sent yet", async (_, over) => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, over);
    await desk.attempt(2, { c: unknown });
    await desk.accept(3, { action: "close", quantity: undefined });
    await desk.advance(15_001);
    await desk.attempt(3);
    const { lease } = await desk.go(2);
    await desk.settle(2, lease, desk.evidence(2, "c", absent));
    await desk.advance(2_000);
    const { orders } = await desk.attempt(2);

    expect(orders).toEqual([]);
    expect(await desk.leg(2, "e")).toMatchObject({ status: "dropped" });
    expect(await desk.position()).toMatchObject({ quantity: "0" });
    expect(await desk.view(2)).toMatchObject({ outcome: "superseded" });
  });
});
