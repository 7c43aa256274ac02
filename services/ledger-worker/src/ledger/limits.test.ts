import { describe, expect, it } from "vitest";
import type { AccountLimits } from "#contracts/account-limits";
import type { Signal } from "#contracts/signal";
import { MemorySql } from "../../../../tooling/fakes/memory-sql.ts";
import { Desk } from "../testing/desk.ts";
import { migrate } from "./schema.ts";

function deskWith(allowed: AccountLimits): Desk {
  const desk = new Desk();
  desk.allowed = allowed;
  return desk;
}

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

  it("count the whole of what a net order opens beyond zero, however large the position was", async () => {
    const desk = new Desk();
    await desk.open(1, { quantity: "5" });
    await desk.accept(2, { ...momo, action: "sell", quantity: "9", limits: { maxPosition: "3" } });
    await desk.attempt(2);

    expect(await desk.view(2)).toMatchObject({ outcome: "halted", reason: expect.stringContaining("become -4") });
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

describe("what the account allows", () => {
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
    [
      "the value of the position after it",
      { maxPositionNotional: "150" },
      "The position in BTCUSDT.P would become 2, beyond the account's limit of 150 USDT for the position.",
    ],
  ])("halts an entry by %s", async (_, accountLimits, reason) => {
    const desk = deskWith(accountLimits);
    await desk.accept(1, { quantity: "2" });
    const { orders } = await desk.attempt(1);

    expect(orders).toEqual([]);
    expect(await desk.view(1)).toMatchObject({ outcome: "halted", reason });
  });

  it("gives the last slot for a position to one of two lanes that race for it", async () => {
    const desk = deskWith({ maxOpenPositions: 1 });
    await desk.accept(1);
    await desk.accept(2, { symbol: "ETHUSDT.P" });
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
    await desk.accept(2);
    await desk.accept(3, { action: "sell", quantity: "2" });

    desk.allowed = { maxOpenPositions: 1 };
    expect((await desk.attempt(2)).end).toEqual({ status: "ok", outcome: "filled" });
    desk.allowed = { maxOpenPositions: 1, symbols: ["ETHUSDT.P"] };
    expect((await desk.attempt(3)).end).toEqual({ status: "ok", outcome: "filled" });
  });

  it("counts exits among the orders of a minute, and stops none of them", async () => {
    const desk = deskWith({ ordersPerMinute: 2 });
    await desk.open(1);
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.accept(3);
    desk.restart();
    await desk.attempt(2);
    await desk.attempt(3);

    expect(await desk.view(2)).toMatchObject({ outcome: "filled" });
    expect(await desk.view(3)).toMatchObject({
      outcome: "halted",
      reason: "The limit of 2 orders per minute is reached.",
    });
  });

  it("stops the next entry on a day that lost too much, and not the next exit", async () => {
    const desk = deskWith({ maxDailyLoss: "10" });
    await desk.open(1, { quantity: "2" });
    await desk.accept(2, { action: "close", quantity: "1" });
    await desk.attempt(2, { c: { averagePrice: "89" } });
    await desk.accept(3);
    await desk.attempt(3);
    await desk.accept(4, { action: "close", quantity: undefined });
    await desk.attempt(4);

    expect(await desk.view(3)).toMatchObject({
      outcome: "halted",
      reason: "Today's loss of 11 dollars reaches the daily limit of 10.",
    });
    expect(await desk.view(4)).toMatchObject({ outcome: "filled" });
  });

  it.each([
    ["buy", "101"],
    ["sell", "99"],
  ] as const)("holds a market %s within its band of the alert's price", async (action, price) => {
    const desk = deskWith({ priceBandPercent: "1" });
    await desk.accept(1, { action });
    const { orders } = await desk.attempt(1);

    expect(orders).toMatchObject([{ type: "limit", price, timeInForce: "ioc", referencePrice: "100" }]);
  });

  it("is the narrower of the account's and of the ledger's own", async () => {
    const desk = new Desk({ limits: { priceBandPercent: "1" } });
    await desk.accept(1);
    await desk.accept(2, { symbol: "ETHUSDT.P" });
    await desk.accept(3, { symbol: "SOLUSDT.P" });

    expect((await desk.attempt(1)).orders).toMatchObject([{ type: "limit", price: "101" }]);
    desk.allowed = { priceBandPercent: "0.5" };
    expect((await desk.attempt(2)).orders).toMatchObject([{ type: "limit", price: "100.5" }]);
    desk.allowed = { priceBandPercent: "2" };
    expect((await desk.attempt(3)).orders).toMatchObject([{ type: "limit", price: "101" }]);
  });

  it("leaves an exit at the market, whatever the band", async () => {
    const desk = new Desk();
    await desk.open(1);
    desk.allowed = { priceBandPercent: "1" };
    await desk.accept(2, { action: "close", quantity: undefined });

    expect((await desk.attempt(2)).orders).toMatchObject([{ type: "market" }]);
  });

  it("leaves a net order at the market that only reduces, and holds one that turns around", async () => {
    const desk = new Desk();
    await desk.open(1, { quantity: "2" });
    desk.allowed = { priceBandPercent: "1" };
    await desk.accept(2, { action: "sell" });
    await desk.accept(3, { action: "sell", quantity: "2" });

    expect((await desk.attempt(2)).orders).toMatchObject([{ type: "market", referencePrice: "100" }]);
    expect((await desk.attempt(3)).orders).toMatchObject([{ type: "limit", price: "99", timeInForce: "ioc" }]);
  });

  it("halts an entry without a price where there is a band", async () => {
    const desk = deskWith({ priceBandPercent: "1" });
    await desk.accept(1, { price: undefined });
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({ outcome: "halted", reason: expect.stringContaining("put a price") });
  });

  it("lets a limit order wait as its alert says", async () => {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit", timeInForce: "post_only" });

    expect((await desk.attempt(1)).orders).toMatchObject([{ type: "limit", price: "100", timeInForce: "post_only" }]);
  });

  it("counts resting entries into what a position is worth", async () => {
    const desk = deskWith({ maxPositionNotional: "250" });
    await desk.open(1);
    await desk.open(2, { orderType: "limit" }, { status: "working", filledQuantity: "0", averagePrice: undefined });
    await desk.accept(3);
    await desk.attempt(3);

    expect(await desk.view(3)).toMatchObject({
      outcome: "halted",
      reason: "The position in BTCUSDT.P would become 3, beyond the account's limit of 250 USDT for the position.",
    });
  });
});

describe("what the account allows when an entry is sent", () => {
  it("counts instead of what it allowed when the signal was accepted", async () => {
    const desk = deskWith({ maxPosition: "1" });
    await desk.accept(1, { quantity: "2", accountLimits: { maxPosition: "5" } });
    await desk.attempt(1);
    desk.allowed = {};
    await desk.accept(2, { quantity: "2", accountLimits: { maxPosition: "1" } });
    await desk.attempt(2);

    expect(await desk.view(1)).toMatchObject({ outcome: "halted" });
    expect(await desk.view(2)).toMatchObject({ outcome: "filled" });
  });

  it("binds a signal that is revived days later", async () => {
    const desk = new Desk();
    await desk.accept(1, { quantity: "2", accountLimits: {} });
    await desk.park(1);
    desk.now += 3 * 86_400_000;
    desk.allowed = { maxPosition: "1" };
    await desk.revive(1, { force: ["STALE"] });
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({
      outcome: "halted",
      reason: "The position in BTCUSDT.P would become 2, beyond the limit of 1.",
    });
  });

  it("is what the signal brought where nobody asks", async () => {
    const desk = new Desk();
    await desk.accept(1, { quantity: "2", accountLimits: { maxPosition: "1" } });
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({ outcome: "halted" });
  });

  it("halts entries with words that mend it while it is damaged, and no exit", async () => {
    const desk = new Desk();
    await desk.open(1);
    desk.allowed = { problem: "the limits of main:paper are damaged; write them anew" };
    await desk.accept(2);
    await desk.attempt(2);
    await desk.accept(3, { action: "close", quantity: undefined });
    await desk.attempt(3);

    expect(await desk.view(2)).toMatchObject({
      outcome: "halted",
      reason: "the limits of main:paper are damaged; write them anew.",
    });
    expect(await desk.view(3)).toMatchObject({ outcome: "filled" });
  });
});

describe("limits in money", () => {
  const ethbtc = { symbol: "ETHBTC.P", quantity: "1", price: "0.05" } as const;

  it.each<[string, AccountLimits, Partial<Signal>, string]>([
    [
      "another currency than dollars",
      { maxNotional: "500" },
      ethbtc,
      'ETHBTC.P is traded in BTC, and the account\'s limits are in dollars, which cannot be compared; write "currency": "BTC" into limits:main:paper, with limits in it, or trade ETHBTC.P on another account.',
    ],
    [
      "dollars under limits in another currency",
      { maxPositionNotional: "1", currency: "BTC" },
      {},
      'BTCUSDT.P is traded in USDT, and the account\'s limits are in BTC, which cannot be compared; write "currency": "USDT" into limits:main:paper, with limits in it, or trade BTCUSDT.P on another account.',
    ],
    [
      "a currency that nobody knows",
      { maxDailyLoss: "500" },
      { symbol: "GOLD" },
      "What GOLD is traded in is not known, and the account's limits are in dollars, which cannot be compared; trade it on an account without limits in money.",
    ],
  ])("halt an entry in %s", async (_, limits, over, reason) => {
    const desk = deskWith(limits);
    await desk.accept(1, over);
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({ outcome: "halted", reason });
  });

  it("take all dollars for one currency, and another one exactly", async () => {
    const desk = deskWith({ maxNotional: "500", currency: "USDC" });
    await desk.open(1);
    desk.allowed = { maxNotional: "0.1", currency: "BTC" };
    await desk.open(2, ethbtc);
    await desk.accept(3, { ...ethbtc, quantity: "3" });
    await desk.attempt(3);

    expect(await desk.view(1)).toMatchObject({ outcome: "filled" });
    expect(await desk.view(2)).toMatchObject({ outcome: "filled" });
    expect(await desk.view(3)).toMatchObject({
      outcome: "halted",
      reason: "It would open 3 at 0.05, worth 0.15 BTC, beyond the limit of 0.1 BTC of the account for one order.",
    });
  });

  it("let pass whatever the currency where none of them is set", async () => {
    const desk = deskWith({ maxPosition: "5", ordersPerMinute: 9 });
    await desk.open(1, ethbtc);

    expect(await desk.view(1)).toMatchObject({ outcome: "filled" });
  });

  it("let a net order pass that only reduces, whatever its currency, its price or the day's loss", async () => {
    const desk = new Desk();
    await desk.open(1, { ...ethbtc, quantity: "3" });
    await desk.open(2, { quantity: "3" });
    await desk.accept(3, { action: "close", quantity: "1" });
    await desk.attempt(3, { c: { averagePrice: "80" } });
    desk.allowed = { maxNotional: "1", maxDailyLoss: "10", maxPositionNotional: "1" };
    await desk.accept(4, { ...ethbtc, action: "sell", quantity: "2" });
    await desk.accept(5, { action: "sell", price: undefined });
    await desk.attempt(4);
    await desk.attempt(5);

    expect(await desk.view(4)).toMatchObject({ outcome: "filled" });
    expect(await desk.view(5)).toMatchObject({ outcome: "filled" });
  });

  it("count the loss of a day in their own currency alone", async () => {
    const desk = new Desk();
    await desk.open(1, { ...ethbtc, quantity: "2" });
    await desk.accept(2, { ...ethbtc, action: "close", quantity: "1" });
    await desk.attempt(2, { c: { averagePrice: "1000" } });
    await desk.open(3, { symbol: "SOLUSDC.P", quantity: "2" });
    await desk.accept(4, { symbol: "SOLUSDC.P", action: "close", quantity: undefined });
    await desk.attempt(4, { c: { averagePrice: "94" } });
    desk.restart();
    desk.allowed = { maxDailyLoss: "10" };
    await desk.accept(5);
    await desk.attempt(5);
    desk.allowed = { maxDailyLoss: "10", currency: "BTC" };
    await desk.accept(6, ethbtc);
    await desk.attempt(6);

    expect(await desk.view(5)).toMatchObject({
      outcome: "halted",
      reason: "Today's loss of 12 dollars reaches the daily limit of 10.",
    });
    expect(await desk.view(6)).toMatchObject({ outcome: "filled" });
  });

  it("hold for LIMITS of ledger-worker, too", async () => {
    const desk = new Desk({ limits: { maxNotional: "500" } });
    await desk.accept(1, ethbtc);
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({
      outcome: "halted",
      reason: expect.stringContaining("into LIMITS of ledger-worker"),
    });
  });

  it.each<[string, Signal["limits"], object]>([
    [
      "dollars if it does not say",
      { maxNotional: "500" },
      {
        outcome: "halted",
        reason:
          "ETHBTC.P is traded in BTC, and the limit of strategy momo for one order is in dollars, which cannot be compared; write it anew: npx hoox strategy set momo --currency BTC --max-notional <amount>.",
      },
    ],
    ["what it says", { maxNotional: "0.1", currency: "BTC" }, { outcome: "filled" }],
    [
      "the currency of its symbol where the alert itself names it",
      { maxPositionNotional: "0.1" },
      { outcome: "filled" },
    ],
  ])("of a strategy are in %s", async (_, limits, ends) => {
    const desk = new Desk();
    await desk.accept(1, { ...momo, ...ethbtc, limits });
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject(ends);
  });

  it("keep counting the day of a ledger that counted all currencies together", async () => {
    const sql = new MemorySql();
    migrate(sql, 6);
    sql.exec("INSERT INTO days (day, profit) VALUES ('2026-11-01', '-8')");
    migrate(sql);
    const desk = new Desk({ limits: { maxDailyLoss: "8" } }, sql);
    await desk.accept(1);
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({
      outcome: "halted",
      reason: "Today's loss of 8 dollars reaches the daily limit of 8.",
    });
  });
});

describe("a net order that only reduces", () => {
  it.each([
    { symbol: "BTCUSDT.P", quantity: "1", reduceOnly: true },
    { symbol: "BTCUSDT.P", quantity: "1.1", reduceOnly: false },
    // A spot exchange knows nothing of the kind, and has nothing to go short with.
    { symbol: "BTCUSDT", quantity: "1", reduceOnly: false },
  ])("opens nothing though the position was closed a moment before: %j", async ({ reduceOnly, ...sale }) => {
    const desk = new Desk();
    await desk.open(1, { symbol: sale.symbol });
    await desk.accept(2, { ...sale, action: "sell" });

    expect((await desk.attempt(2)).orders).toMatchObject([{ reduceOnly }]);
  });

  it.each([{ priceBandPercent: "1" }, { ordersPerMinute: 1 }])("is not held back by %j", async (limits) => {
    const desk = new Desk();
    desk.allowed = limits;
    await desk.open(1, { quantity: "3" });
    await desk.accept(2, { action: "sell", quantity: "3", price: undefined });
    await desk.attempt(2);

    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("is not counted as filled against a reversal while it rests", async () => {
    const desk = new Desk({ limits: { maxPosition: "1" } });
    await desk.open(1);
    const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
    await desk.open(2, { action: "sell", orderType: "limit", price: "120" }, resting);
    await desk.accept(3, { action: "short" });

    expect((await desk.attempt(3)).orders).toMatchObject([{ reduceOnly: true }, { reduceOnly: false }]);
  });

  it("holds no room for what opens: should it fill first, the limit would be passed", async () => {
    const desk = new Desk({ limits: { maxPosition: "2" } });
    const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
    await desk.open(1);
    await desk.open(2, { action: "sell", orderType: "limit", price: "110" }, resting);
    await desk.accept(3, { action: "sell", quantity: "3", orderType: "limit", price: "120" });
    await desk.attempt(3);

    expect(await desk.view(3)).toMatchObject({ outcome: "halted" });
  });

  it.each([{ maxPosition: "0.5" }, { maxPositionNotional: "90" }])(
    "is not held back beside another by %j",
    async (limits) => {
      const desk = new Desk();
      const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
      await desk.open(1);
      await desk.open(2, { action: "sell", orderType: "limit", price: "120" }, resting);
      await desk.accept(3, { action: "sell", limits });

      expect((await desk.attempt(3)).orders).toMatchObject([{ reduceOnly: true }]);
    },
  );
});
