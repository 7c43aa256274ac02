import { describe, expect, it } from "vitest";
import type { AccountLimits } from "#contracts/account-limits";
import type { Signal } from "#contracts/signal";
import { Desk } from "../testing/desk.ts";

const momo = { strategy: "momo" } as const;

describe("the limits that a strategy's signal brings", () => {
  it.each<[string, Partial<Signal>, string]>([
    [
      "the value of what it opens",
      { quantity: "2", limits: { maxNotional: "150" } },
      "It would open 2 at 100, worth 200 USDT, beyond the limit of 150 USDT of strategy momo for one order.",
    ],
    [
      "the value of what it opens for money",
      { quantity: undefined, size: { quote: "200" }, limits: { maxNotional: "150" } },
      "It would open 2 at 100, worth 200 USDT, beyond the limit of 150 USDT of strategy momo for one order.",
    ],
    [
      "the position after it",
      { quantity: "2", limits: { maxPosition: "1.5" } },
      "The position in BTCUSDT.P would become 2, beyond the limit of 1.5 of strategy momo.",
    ],
    [
      "the position that it targets",
      { action: "target", quantity: undefined, size: { target: "-2" }, limits: { maxPosition: "1.5" } },
      "The position in BTCUSDT.P would become -2, beyond the limit of 1.5 of strategy momo.",
    ],
    [
      "the value of the position after it",
      { quantity: "2", limits: { maxPositionNotional: "150" } },
      "The position in BTCUSDT.P would become 2, beyond the alert's limit of 150 USDT for the position.",
    ],
    [
      "a position whose value nobody knows without a price",
      { price: undefined, limits: { maxPositionNotional: "150" } },
      'What the position is worth is not known without a price, so the alert\'s limit of 150 USDT for the position cannot be kept; put a price into the alert, such as "price": "{{close}}".',
    ],
    [
      "a value that nobody knows without a price",
      { price: undefined, limits: { maxNotional: "150" } },
      'What it is worth is not known without a price, so the limit of 150 USDT of strategy momo for one order cannot be kept; put a price into the alert, such as "price": "{{close}}".',
    ],
  ])("halt an entry by %s", async (_, over, reason) => {
    const desk = new Desk();
    await desk.accept(1, { ...momo, ...over });
    const { orders } = await desk.attempt(1);

    expect(orders).toEqual([]);
    expect(await desk.view(1)).toMatchObject({ outcome: "halted", reason });
  });

  it("let an entry pass that just keeps them", async () => {
    const desk = new Desk();
    await desk.accept(1, {
      ...momo,
      quantity: "2",
      limits: { maxNotional: "200", maxPosition: "2", maxPositionNotional: "200" },
    });

    expect((await desk.attempt(1)).orders).toHaveLength(1);
  });

  it("count only what a net order opens, so that it can always close what is open", async () => {
    const desk = new Desk();
    await desk.open(1, { quantity: "2" });
    const limits = { maxNotional: "100" };
    await desk.accept(2, { ...momo, action: "sell", quantity: "4", limits });
    await desk.accept(3, { ...momo, action: "sell", quantity: "3", limits });
    await desk.attempt(2);
    await desk.attempt(3);

    expect(await desk.view(2)).toMatchObject({ outcome: "halted", reason: expect.stringContaining("open 2 at 100") });
    expect(await desk.view(3)).toMatchObject({ outcome: "filled" });
  });

  it("are never asked of an exit, nor of a target that reduces", async () => {
    const desk = new Desk();
    await desk.open(1, { quantity: "4" });
    const limits = { maxNotional: "1", maxPosition: "0.1" };
    await desk.accept(2, { action: "target", quantity: undefined, size: { target: "1" }, limits });
    await desk.attempt(2);
    await desk.accept(3, { action: "close", quantity: undefined, limits });
    await desk.attempt(3);

    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("stand beside those of the account", async () => {
    const desk = new Desk({ limits: { maxPosition: "1" } });
    await desk.accept(1, { ...momo, quantity: "2", limits: { maxPosition: "5" } });
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({
      outcome: "halted",
      reason: "The position in BTCUSDT.P would become 2, beyond the limit of 1.",
    });
  });

  it("do not make a copy of an alert another intent when they change", async () => {
    const desk = new Desk();
    const key = { value: "k", source: "explicit" } as const;
    await desk.accept(1, { limits: { maxNotional: "500" } }, key);

    expect(await desk.accept(2, { limits: { maxNotional: "100" } }, key)).toMatchObject({ status: "duplicate" });
  });
});

describe("what the account allows, brought by the signal", () => {
  it.each<[string, AccountLimits, string]>([
    [
      "a symbol that is not listed",
      { symbols: ["ETHUSDT.P"] },
      "The account may not enter BTCUSDT.P; it may enter ETHUSDT.P.",
    ],
    [
      "the value of what it opens",
      { maxNotional: "150" },
      "It would open 2 at 100, worth 200 USDT, beyond the limit of 150 USDT of the account for one order.",
    ],
    [
      "the position after it",
      { maxPosition: "1.5" },
      "The position in BTCUSDT.P would become 2, beyond the limit of 1.5.",
    ],
  ])("halts an entry by %s", async (_, accountLimits, reason) => {
    const desk = new Desk();
    await desk.accept(1, { quantity: "2", accountLimits });
    const { orders } = await desk.attempt(1);

    expect(orders).toEqual([]);
    expect(await desk.view(1)).toMatchObject({ outcome: "halted", reason });
  });

  it("gives the last slot for a position to one of two lanes that race for it", async () => {
    const desk = new Desk();
    const accountLimits = { maxOpenPositions: 1 };
    await desk.accept(1, { accountLimits });
    await desk.accept(2, { symbol: "ETHUSDT.P", accountLimits });
    const [first, second] = [await desk.go(1), await desk.go(2)];
    const permits = [await desk.sending(1, "e", first.lease), await desk.sending(2, "e", second.lease)];

    expect(permits.map(({ status }) => status)).toEqual(["go", "stop"]);
    await desk.settle(2, second.lease);
    expect(await desk.view(2)).toMatchObject({
      outcome: "halted",
      reason: "The limit of 1 open positions is reached: BTCUSDT.P.",
    });
  });

  it("lets an open position grow and be reduced when no other may be opened", async () => {
    const desk = new Desk();
    await desk.open(1);
    const accountLimits = { maxOpenPositions: 1, symbols: ["ETHUSDT.P"] };
    await desk.accept(2, { accountLimits: { maxOpenPositions: 1 } });
    await desk.accept(3, { action: "sell", quantity: "2", accountLimits });

    expect((await desk.attempt(2)).end).toEqual({ status: "ok", outcome: "filled" });
    expect((await desk.attempt(3)).end).toEqual({ status: "ok", outcome: "filled" });
  });

  it("counts exits among the orders of a minute, and stops none of them", async () => {
    const desk = new Desk();
    const accountLimits = { ordersPerMinute: 2 };
    await desk.open(1, { accountLimits });
    await desk.accept(2, { action: "close", quantity: undefined, accountLimits });
    await desk.accept(3, { accountLimits });
    await desk.attempt(2);
    await desk.attempt(3);

    expect(await desk.view(2)).toMatchObject({ outcome: "filled" });
    expect(await desk.view(3)).toMatchObject({
      outcome: "halted",
      reason: "The limit of 2 orders per minute is reached.",
    });
  });

  it("stops the next entry on a day that lost too much, and not the next exit", async () => {
    const desk = new Desk();
    const accountLimits = { maxDailyLoss: "10" };
    await desk.open(1, { quantity: "2", accountLimits });
    await desk.accept(2, { action: "close", quantity: "1", accountLimits });
    await desk.attempt(2, { c: { averagePrice: "89" } });
    await desk.accept(3, { accountLimits });
    await desk.attempt(3);
    await desk.accept(4, { action: "close", quantity: undefined, accountLimits });
    await desk.attempt(4);

    expect(await desk.view(3)).toMatchObject({
      outcome: "halted",
      reason: "Today's loss of 11 reaches the daily limit of 10.",
    });
    expect(await desk.view(4)).toMatchObject({ outcome: "filled" });
  });

  it.each([
    ["buy", "101"],
    ["sell", "99"],
  ] as const)("holds a market %s within its band of the alert's price", async (action, price) => {
    const desk = new Desk();
    await desk.accept(1, { action, accountLimits: { priceBandPercent: "1" } });
    const { orders } = await desk.attempt(1);

    expect(orders).toMatchObject([{ type: "limit", price, timeInForce: "ioc", referencePrice: "100" }]);
  });

  it("is the narrower of the account's and of the ledger's own", async () => {
    const desk = new Desk({ limits: { priceBandPercent: "1" } });
    await desk.accept(1);
    await desk.accept(2, { symbol: "ETHUSDT.P", accountLimits: { priceBandPercent: "0.5" } });
    await desk.accept(3, { symbol: "SOLUSDT.P", accountLimits: { priceBandPercent: "2" } });

    expect((await desk.attempt(1)).orders).toMatchObject([{ type: "limit", price: "101" }]);
    expect((await desk.attempt(2)).orders).toMatchObject([{ type: "limit", price: "100.5" }]);
    expect((await desk.attempt(3)).orders).toMatchObject([{ type: "limit", price: "101" }]);
  });

  it("leaves an exit at the market, whatever the band", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2, { action: "close", quantity: undefined, accountLimits: { priceBandPercent: "1" } });

    expect((await desk.attempt(2)).orders).toMatchObject([{ type: "market" }]);
  });

  it("halts an entry without a price where there is a band", async () => {
    const desk = new Desk();
    await desk.accept(1, { price: undefined, accountLimits: { priceBandPercent: "1" } });
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({ outcome: "halted", reason: expect.stringContaining("put a price") });
  });

  it("lets a limit order wait as its alert says", async () => {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit", timeInForce: "post_only" });

    expect((await desk.attempt(1)).orders).toMatchObject([{ type: "limit", price: "100", timeInForce: "post_only" }]);
  });
});
