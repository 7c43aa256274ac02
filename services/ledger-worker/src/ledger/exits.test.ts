import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

const unknown = { kind: "unknown", reason: "timed out" } as const;
const absent = { kind: "absent" } as const;
const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;

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

    expect(await desk.view(1)).toMatchObject({ outcome: "superseded", reason: `A later close long (${id(3)}) arrived before it was sent.` });
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
    await desk.send(3, "c", lease, desk.order(2, "e", { status: "cancelled", filledQuantity: "0", averagePrice: undefined }));
    await desk.settle(3, lease, desk.order(3, "c"));

    expect(await desk.view(2)).toMatchObject({ outcome: "superseded", reason: `Superseded by a later close (${id(3)}).` });
  });

  it("counts what a resting entry filled before it was cancelled", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit" }, resting);
    await desk.accept(2, { action: "close", quantity: undefined });
    const { lease } = await desk.go(2);

    expect(await desk.send(2, "c", lease, desk.order(1, "e", { status: "cancelled", filledQuantity: "0.4" }))).toMatchObject({
      quantity: "0.4",
    });
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
    else await desk.attempt(2, { c: outcome === "halted" ? { kind: "halted", reason: "stop" } : { kind: "rejected", reason: "no" } });
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
});

describe("a lane whose entry is in doubt", () => {
  /** The entry's POST got no answer, and no POST can act any more. */
  async function stuck(): Promise<Desk> {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2, { validForMs: 3_600_000 });
    await desk.attempt(2, { e: unknown });
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
    expect((await desk.all("notification.requested")).map((each) => [each.data.severity, each.data.title])).toContainEqual([
      "critical",
      "Filled after its exit, closing it: buy 1 BTCUSDT.P · main:paper",
    ]);
    expect((await desk.attempt(2, {}, "watch")).orders).toMatchObject([{ side: "sell", quantity: "1", reduceOnly: true, type: "market" }]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("closes it only once when the exit itself learns of the fill", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close", quantity: undefined });
    desk.now += 15_000;
    const { lease } = await desk.go(3);
    const order = await desk.send(3, "c", lease, desk.order(2, "e"));
    expect(order).toMatchObject({ quantity: "2" });
    await desk.settle(3, lease, desk.order(3, "c", { quantity: "2", filledQuantity: "2" }));
    const { orders, stops } = await desk.attempt(2, {}, "watch");

    expect(orders).toEqual([]);
    expect(stops).toEqual(["nothing is left to close"]);
  });

  it("supersedes the unsent entries between, which must not follow their exit", async () => {
    const desk = await stuck();
    await desk.accept(3);
    await desk.accept(4, { action: "close", quantity: undefined });
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

describe("a reversal", () => {
  it("closes the opposite position, then opens its own quantity", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short", quantity: "2" });
    await desk.accept(2, { action: "long", quantity: "3" });
    const { tasks, orders } = await desk.attempt(2);

    expect(tasks).toMatchObject([{ leg: "c" }, { leg: "e" }]);
    expect(orders).toMatchObject([
      { side: "buy", quantity: "2", reduceOnly: true },
      { side: "buy", quantity: "3", reduceOnly: false },
    ]);
    expect(await desk.position()).toMatchObject({ quantity: "3" });
  });

  it("without an opposite position only opens", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "long" });
    await desk.accept(2, { action: "long" });

    expect((await desk.attempt(2)).tasks).toMatchObject([{ leg: "e" }]);
  });

  it("does not open when its close was rejected", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, { action: "long" });
    const { orders, end } = await desk.attempt(2, { c: { kind: "rejected", reason: "market closed" } });

    expect(orders).toHaveLength(1);
    expect(end).toEqual({ status: "ok", outcome: "rejected" });
    expect(await desk.view(2)).toMatchObject({ reason: "The opposite position was not closed first: market closed." });
  });

  it("does not open while its close is unknown", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, { action: "long" });
    const { orders, stops } = await desk.attempt(2, { c: unknown });

    expect(orders).toHaveLength(1);
    expect(stops).toEqual(["the opposite position must be closed first"]);
  });

  it("opens once its doubtful close proves filled", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, { action: "long" });
    await desk.attempt(2, { c: unknown });
    desk.now += 2_000;
    const { lease, tasks } = await desk.go(2);
    expect(tasks).toMatchObject([
      { do: "ask", leg: "c" },
      { do: "place", leg: "e" },
    ]);

    expect(await desk.sending(2, "e", lease, desk.order(2, "c"))).toMatchObject({ status: "go" });
  });

  it("a net order closes and opens in one", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "sell", quantity: "1" });
    await desk.open(2, { action: "buy", quantity: "3" });

    expect(await desk.position()).toMatchObject({ quantity: "2" });
  });
});
