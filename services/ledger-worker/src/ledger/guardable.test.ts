import { describe, expect, it } from "vitest";
import type { Signal } from "#contracts/signal";
import { Desk } from "../testing/desk.ts";

/** What becomes of a spot purchase at 100, where the venue sells no less than 10 in steps of 0.001. */
async function buy(over: Partial<Signal>, facts: Desk["facts"] = {}) {
  const desk = new Desk();
  desk.facts = { quantityStep: "0.001", minNotional: "10", ...facts };
  await desk.accept(1, { symbol: "BTCUSDT", ...over });
  const { orders, end } = await desk.attempt(1);
  return { orders, end, reason: (await desk.view(1)).reason, desk };
}

describe("an entry at spot", () => {
  it("is refused when its stop would be worth less than the venue sells", async () => {
    const { orders, end, reason } = await buy({ quantity: "0.105", stopLoss: { percent: "10" } });

    expect(orders).toEqual([]);
    expect(end).toEqual({ status: "ok", outcome: "refused" });
    expect(reason).toBe(
      "What it buys could not be guarded: its stop would sell 0.104 at 90, worth 9.36, and the venue sells no less than 10.",
    );
  });

  it("is sent when its stop is worth enough", async () => {
    expect((await buy({ quantity: "0.12", stopLoss: { percent: "10" } })).orders).toHaveLength(1);
  });

  it("is refused when the smallest part of several targets would be too little", async () => {
    const takeProfits = [{ percent: "5", quantity: "0.05" }, { percent: "10" }];

    expect((await buy({ quantity: "0.5", takeProfits, stopLoss: { percent: "10" } })).reason).toMatch(
      /would sell 0\.05 /,
    );
  });

  it("is refused when what no target takes would be too little", async () => {
    const takeProfits = [{ percent: "5", quantity: "0.45" }];

    expect((await buy({ quantity: "0.5", takeProfits, stopLoss: { percent: "10" } })).reason).toMatch(
      /would sell 0\.049 /,
    );
  });

  it("is refused when the fee would leave less than can be sold again", async () => {
    expect((await buy({ quantity: "0.1" })).reason).toMatch(/could not be sold again: after fees it is 0\.099/);
  });

  it("may be small where something is held already", async () => {
    const { desk } = await buy({ quantity: "0.5" });
    await desk.accept(2, { symbol: "BTCUSDT", quantity: "0.1" });

    expect((await desk.attempt(2)).orders).toHaveLength(1);
  });

  it("is left to the venue's own rule when it is too small by itself", async () => {
    expect((await buy({ quantity: "0.01" })).orders).toHaveLength(1);
  });
});

describe("an entry of a perpetual", () => {
  it("may have a stop of any worth, because it only reduces", async () => {
    const over = { symbol: "BTCUSDT.P", quantity: "0.1", stopLoss: { percent: "10" } };

    expect((await buy(over)).orders).toHaveLength(1);
  });

  it("is refused when its stop would sell more than the venue takes at once", async () => {
    const over = { symbol: "BTCUSDT.P", orderType: "limit", quantity: "20", stopLoss: { percent: "10" } } as const;

    expect((await buy(over, { maxMarketQuantity: "8" })).reason).toBe(
      "Its stop would trade 20 at the market, and the venue takes at most 8 of BTCUSDT.P at once; enter in parts.",
    );
  });
});

describe("an entry whose stop would find no room", () => {
  const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
  const stopLoss = { percent: "10" } as const;

  async function guarded(): Promise<Desk> {
    const desk = new Desk();
    desk.facts = { maxTriggerOrders: 2 };
    await desk.open(1, { symbol: "BTCUSDT", stopLoss });
    await desk.attempt(1, { s1: resting }, "watch");
    return desk;
  }

  it("is refused with the venue's rule, instead of bought and sold again", async () => {
    const desk = await guarded();
    await desk.open(2, { symbol: "BTCUSDT", stopLoss });
    await desk.attempt(2, { s1: resting }, "watch");
    await desk.accept(3, { symbol: "BTCUSDT", stopLoss });

    expect((await desk.attempt(3)).orders).toEqual([]);
    expect((await desk.view(3)).reason).toBe(
      "Its stop would have no room: 2 stops and targets of BTCUSDT wait already, and the venue takes at most 2.",
    );
  });

  it("is refused for one that rests and will need its own", async () => {
    const desk = await guarded();
    await desk.open(2, { symbol: "BTCUSDT", stopLoss, orderType: "limit" }, resting);
    await desk.accept(3, { symbol: "BTCUSDT", stopLoss });

    expect((await desk.attempt(3)).orders).toEqual([]);
  });

  it("is taken beside one that rests and can only reduce: that needs none", async () => {
    const desk = new Desk();
    desk.facts = { maxTriggerOrders: 2 };
    await desk.open(1, { stopLoss });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2, { action: "sell", orderType: "limit", price: "120", stopLoss }, resting);
    await desk.accept(3, { stopLoss });

    expect((await desk.attempt(3)).orders).toHaveLength(1);
  });

  it.each([{ symbol: "BTCUSDT" }, { symbol: "ETHUSDT", stopLoss }])("does not speak for another: %j", async (other) => {
    const desk = await guarded();
    await desk.open(2, { symbol: "BTCUSDT", stopLoss });
    await desk.accept(3, other);

    expect((await desk.attempt(3)).orders).toHaveLength(1);
  });
});
