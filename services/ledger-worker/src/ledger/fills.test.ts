import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

describe("fills", () => {
  const resting = { status: "working", quantity: "4", filledQuantity: "0", averagePrice: undefined, fee: "0" } as const;

  async function watch(desk: Desk, over: Parameters<Desk["order"]>[2]): Promise<void> {
    desk.now += 60_000;
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "e", { quantity: "4", ...over }));
  }

  async function rests(): Promise<Desk> {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit", quantity: "4" });
    await desk.attempt(1, { e: resting });
    return desk;
  }

  it("are the growth of cumulative figures, at the price of the growth", async () => {
    const desk = await rests();
    await watch(desk, { status: "working", filledQuantity: "1", averagePrice: "100", fee: "0.1" });
    await watch(desk, { status: "filled", filledQuantity: "4", averagePrice: "130", fee: "0.5" });
    const fills = (await desk.all("order.updated")).flatMap((message) => message.data.fills);

    expect(fills).toMatchObject([
      { id: "aaaaaaaaabaabaaaaaaaaaaaae-e/1", quantity: "1", price: "100", fee: "0.1" },
      { id: "aaaaaaaaabaabaaaaaaaaaaaae-e/2", quantity: "3", price: "140", fee: "0.4" },
    ]);
  });

  it("keep a fee that a later report does not know of", async () => {
    const desk = await rests();
    await watch(desk, { status: "working", filledQuantity: "1", averagePrice: "100", fee: "0.1" });
    await watch(desk, { status: "working", filledQuantity: "1", averagePrice: "100", fee: "0" });
    await watch(desk, { status: "filled", filledQuantity: "4", averagePrice: "100", fee: "0.05" });

    expect(await desk.position()).toMatchObject({ fees: "0.1" });
    expect(await desk.view(1)).toMatchObject({ legs: [{ leg: "e", filledQuantity: "4" }] });
  });

  /** A spot coin of which a fee has left a fraction, and an exit of which the venue fills so much. */
  async function closesOf(exit: { quantity: string | undefined }, filledQuantity: string): Promise<Desk> {
    const desk = new Desk();
    desk.facts = { quantityStep: "0.01" };
    await desk.accept(1, { symbol: "BTCUSDT" });
    await desk.attempt(1, { e: { filledQuantity: "0.99877" } });
    await desk.accept(2, { symbol: "BTCUSDT", action: "close", ...exit });
    await desk.attempt(2, { c: { quantity: filledQuantity, filledQuantity } });
    return desk;
  }

  it("of a whole spot position leave nothing open that no order can sell", async () => {
    const desk = await closesOf({ quantity: undefined }, "0.99");

    expect(await desk.position("BTCUSDT")).toMatchObject({ quantity: "0" });
  });

  it.each<[string, string | undefined, string, string]>([
    ["a part", "0.5", "0.5", "0.49877"],
    ["less than was asked for, because the venue had less", undefined, "0.5", "0.49877"],
    ["all but a step", undefined, "0.98877", "0.01"],
  ])("of %s leave the rest open", async (_, quantity, filled, left) => {
    const desk = await closesOf({ quantity }, filled);

    expect(await desk.position("BTCUSDT")).toMatchObject({ quantity: left });
  });

  it("are counted once, however often they are reported", async () => {
    const desk = await rests();
    await watch(desk, { status: "working", filledQuantity: "1" });
    await watch(desk, { status: "working", filledQuantity: "1" });

    expect(await desk.position()).toMatchObject({ quantity: "1" });
  });

  it("do not shrink when an older report comes late", async () => {
    const desk = await rests();
    await watch(desk, { status: "working", filledQuantity: "3" });
    await watch(desk, { status: "working", filledQuantity: "1" });

    expect(await desk.leg(1, "e")).toMatchObject({ filledQuantity: "3" });
  });

  it("of a cancelled order still count, and the signal tells of them", async () => {
    const desk = await rests();
    await watch(desk, { status: "cancelled", filledQuantity: "1" });

    expect(await desk.view(1)).toMatchObject({
      outcome: "filled",
      reason: "Filled 1 of 4 at 100; the rest was cancelled.",
    });
  });

  it("a final order does not come back to life", async () => {
    const desk = await rests();
    await watch(desk, { status: "cancelled", filledQuantity: "0", averagePrice: undefined });
    expect(await desk.claim(1, { purpose: "watch" })).toEqual({ status: "settled", outcome: "superseded" });
  });

  it("carry the position after them with its own revision", async () => {
    const desk = await rests();
    await watch(desk, { status: "working", filledQuantity: "1" });
    await watch(desk, { status: "filled", filledQuantity: "4" });
    const positions = (await desk.all("order.updated")).flatMap((message) => message.data.position ?? []);

    expect(positions).toMatchObject([
      { quantity: "1", rev: 1 },
      { quantity: "4", rev: 2 },
    ]);
  });
});

describe("two venue orders for one leg", () => {
  async function doubled(): Promise<Desk> {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2);
    const { lease } = await desk.go(2);
    await desk.settle(2, lease, desk.order(1, "e", { venueOrderId: "another" }));
    desk.now += 1_000;
    return desk;
  }

  it("switch trading off and tell the trader", async () => {
    const desk = await doubled();

    expect((await desk.host.status()).tradingOff).toMatch(/Two venue orders \(v-1-e and another\)/);
    expect((await desk.all("notification.requested")).at(-1)?.data).toMatchObject({
      severity: "critical",
      title: "Two orders for one entry, trading is off: BTCUSDT.P · main:paper",
    });
  });

  it("halt entries and let exits through", async () => {
    const desk = await doubled();
    expect((await desk.attempt(2)).end).toEqual({ status: "ok", outcome: "halted" });
    await desk.accept(3, { action: "close" });

    expect((await desk.attempt(3)).end).toEqual({ status: "ok", outcome: "filled" });
  });

  it("are cleared by an operator's word", async () => {
    const desk = await doubled();
    await desk.host.resolve({ v: 1, requestId: id(1), outcome: "filled", reason: "checked", by: "ops" });

    expect((await desk.host.status()).tradingOff).toBeUndefined();
  });

  it("open a position at the first of them, and again when it changes sides", async () => {
    const desk = new Desk();
    await desk.open(1);
    const opened = new Date(desk.now);
    desk.now += 60_000;
    await desk.open(2);
    const grown = await desk.position();
    desk.now += 60_000;
    await desk.open(3, { action: "sell", quantity: "3" }, { quantity: "3", filledQuantity: "3" });

    expect(grown).toMatchObject({ quantity: "2", openedAt: opened });
    expect(await desk.position()).toMatchObject({ quantity: "-1", openedAt: new Date(desk.now) });
  });

  it("that close a position leave it without a time of opening", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.open(2, { action: "sell" });

    expect(await desk.position()).not.toHaveProperty("openedAt");
  });
});
