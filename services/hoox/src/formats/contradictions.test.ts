import { describe, expect, it } from "vitest";
import type { Venue } from "#contracts/ids";
import { readAlert } from "./canonical.ts";
import { parseJson } from "./json.ts";
import type { AlertRefused } from "./refused.ts";

const BASE = { symbol: "BTCUSDT", action: "buy", quantity: "0.001" };

const NOW = new Date("2026-11-23T14:05:00.000Z");

function readWith(fields: object, venue: Venue = "paper") {
  return readAlert(
    parseJson(JSON.stringify({ ...BASE, ...fields })),
    { strategy: "default", account: "main", venue },
    NOW,
  ).signal;
}
/** What a sender reads: message and hint in one line. */
function refusalOf(fields: object, venue?: Venue): string {
  try {
    readWith(fields, venue);
  } catch (error) {
    const { message, hint } = error as AlertRefused;
    return `${message}; ${hint}`;
  }
  return "accepted";
}

describe("another word for the action", () => {
  it.each([
    [{ action: "buy", side: "sell" }, 'side says "sell", but action says "buy"; say it once: leave side out'],
    [{ action: "sell", direction: "Long" }, 'direction says "Long", but action says "sell"'],
    [{ action: "long", order_action: "sell" }, 'order_action says "sell", but action says "long"'],
    [{ action: "buy", signal: "exit_long" }, 'signal says "exit_long", but action says "buy"'],
    [{ action: "buy", order: "sell" }, 'order says "sell", but action says "buy"'],
    [{ action: "buy", type: "sell" }, 'type says "sell", but action says "buy"'],
    [{ action: "close", side: "long" }, 'side says "long", but action says "close"; write "action": "close_long"'],
    [{ action: "close_long", side: "buy" }, 'side says "buy", but action says "close_long"'],
    [{ action: "buy", side: "up" }, 'side says "up", which is not known'],
    [{ action: "buy", side: "constructor" }, 'side says "constructor", which is not known'],
    [{ action: "buy", isSell: "True" }, 'isSell says "True", but action says "buy"'],
    [{ action: "long", close_position: true }, "close_position is true, but long opens a position"],
    [{ reduceOnly: false, close_position: "True" }, 'close_position says "True", but reduceOnly says "false"'],
    [{ action: undefined, isBuy: true, isSell: true }, 'isSell says "true", but isBuy says "true"'],
    [{ action: undefined, side: "buy", type: "sell" }, 'type says "sell", but side says "buy"'],
    [{ action: undefined, side: "up" }, 'side "up" is not known'],
    [{ action: undefined, signal: "golden cross" }, "action is missing"],
  ])("is refused in %j", (fields, words) => {
    expect(refusalOf(fields)).toContain(words);
  });

  it.each([
    { action: "buy", side: "Buy" },
    { action: "long", side: "buy" },
    { action: "buy", direction: "bullish" },
    { action: "close_long", side: "sell" },
    { action: "close_short", direction: "short" },
    { action: "close_short", signal: "exit" },
    { action: "sell", reduceOnly: true, side: "sell" },
    { action: "close", signal: "exit" },
    { action: "buy", signal: "golden cross" },
    { action: "buy", order: { comment: "1" } },
    { action: "buy", side: "", isSell: "false", close_position: "False" },
  ])("is ignored in %j", (fields) => {
    expect(refusalOf(fields)).toBe("accepted");
  });
});

describe("another word for the exchange", () => {
  it.each([
    [{ exchange: "mexc", venue: "bybit" }, 'venue says "bybit", but exchange says "mexc"; write "exchange": "bybit"'],
    [{ exchange: "mexc", venue: "kraken" }, 'venue says "kraken", which is no exchange of Hoox'],
    [{ venue: "bybit_linear" }, 'venue "bybit_linear" is not known'],
    [{ platform_name: "kraken" }, 'platform_name "kraken" is not known'],
    [{ venue: "bybit", symbol: "BINANCE:BTCUSDT" }, "venue says bybit, but the symbol begins with BINANCE:"],
  ])("is refused in %j", (fields, words) => {
    expect(refusalOf(fields)).toContain(words);
  });

  it.each([
    [{ tv_exchange: "BINANCE" }, 'tv_exchange says "BINANCE", but this alert would trade on bybit'],
    [{ tv_exchange: "COINBASE" }, 'tv_exchange says "COINBASE", which is no exchange of Hoox'],
    [{ exchange: "mexc", tv_exchange: "BYBIT" }, 'tv_exchange says "BYBIT", but exchange says "mexc"'],
  ])("as the chart's is refused where bybit is the default in %j", (fields, words) => {
    expect(refusalOf(fields, "bybit")).toContain(words);
  });

  it.each([
    [{ venue: "bybit" }, "bybit"],
    [{ platform_name: "BINANCE" }, "binance"],
    [{ exchange_id: "mexc", exchangeCode: "MEXC" }, "mexc"],
    [{ exchange: "bybit", venue: "BYBIT", tv_exchange: "BYBIT_DLY" }, "bybit"],
    [{ exchange: "binance", symbol: "BTCUSDT.P", platform_name: "Binance Futures" }, "binance-usdm"],
    [{ tv_exchange: "COINBASE" }, "paper"],
    [{ tv_exchange: "BINANCE" }, "paper"],
    [{ venue: "" }, "paper"],
  ])("is read in %j", (fields, venue) => {
    expect(readWith(fields).venue).toBe(venue);
  });
});

describe("another word for the order type", () => {
  it.each([
    [{ orderType: "limit", price: 1, type: "Market" }, 'type says "Market", but orderType says "limit"'],
    [{ orderType: "market", isLimit: true, price: 1 }, 'isLimit says "true", but orderType says "market"'],
    [{ type: "stop_market" }, 'type says "stop_market", which Hoox does not have'],
    [{ order_type: "trailing_stop" }, 'order_type must be market or limit, not "trailing_stop"'],
    [{ type: "limit" }, "price is missing; a limit order needs its limit"],
    [{ limit_price: 64_000 }, 'limit_price says "64000", but without orderType this is a market order'],
    [{ orderType: "limit", price: 1, limitPrice: 2 }, 'limitPrice says "2", but price says "1"'],
  ])("is refused in %j", (fields, words) => {
    expect(refusalOf(fields)).toContain(words);
  });

  it.each([
    [{ type: "Market" }, "market", undefined],
    [{ type: "entry" }, "market", undefined],
    [{ type: "limit order", price: "1.0", limitPrice: 1 }, "limit", "1"],
    [{ isLimit: "True", isMarket: "False", limitPrice: 2 }, "limit", "2"],
    [{ limitPrice: 0 }, "market", undefined],
    [{ trigger_price: "64000" }, "market", "64000"],
    [{ price: "1", trigger_price: "2" }, "market", "1"],
  ])("is read in %j", (fields, orderType, price) => {
    expect(readWith(fields)).toMatchObject({ orderType, price });
  });

  it("is read as an action where it is one", () => {
    expect(readWith({ action: undefined, type: "sell", orderType: "limit", price: 1 })).toMatchObject({
      action: "sell",
      orderType: "limit",
    });
  });
});

describe("another word for size or symbol", () => {
  it.each([
    [{ qty: 2 }, 'qty says "2", but quantity says "0.001"'],
    [{ amount: "100" }, 'amount says "100", but quantity says "0.001"'],
    [{ order: { amount: "1" } }, 'order.amount says "1", but quantity says "0.001"'],
    [{ sizeUsd: 5 }, 'sizeUsd says "5", but quantity says "0.001"'],
    [{ ticker: "ETHUSDT" }, 'ticker says "ETHUSDT", but symbol says "BTCUSDT"'],
    [{ symbol: undefined, ticker: "BTCUSDT", pair: "ETH/USDT" }, 'pair says "ETH/USDT", but ticker says "BTCUSDT"'],
    [{ symbol: undefined, market: "futures" }, "symbol is missing"],
  ])("is refused in %j", (fields, words) => {
    expect(refusalOf(fields)).toContain(words);
  });

  it.each([
    { qty: "0.0010", volume: "123456" },
    { quantity: undefined, qty: "0.001" },
    { ticker: "BINANCE:BTCUSDT.P", pair: "BTC/USDT", instrument: "Bitcoin / TetherUS", market: "spot" },
    { symbol: undefined, tv_instrument: "BTCUSDT" },
  ])("is read in %j", (fields) => {
    expect(readWith(fields)).toMatchObject({ symbol: "BTCUSDT", quantity: "0.001" });
  });
});

describe("protection on the wrong side", () => {
  it.each([
    [{ action: "long", price: 65_000, stopLoss: 65_000 }, "stopLoss 65000 is not below the price 65000"],
    [{ action: "buy", price: 65_000, stopLoss: "66000" }, "stopLoss 66000 is not below the price 65000"],
    [{ action: "short", price: 65_000, stopLoss: 64_000 }, "stopLoss 64000 is not above the price 65000"],
    [{ action: "sell", price: 65_000, stopLoss: 65_000 }, "stopLoss 65000 is not above the price 65000"],
    [
      { action: "long", price: 65_000, takeProfits: [70_000, 60_000] },
      "takeProfits 60000 is not above the price 65000",
    ],
    [{ action: "short", price: 65_000, takeProfit: 65_001 }, "takeProfits 65001 is not below the price 65000"],
    [{ action: "long", stopLoss: "100%" }, "stopLoss 100% of a long is a price of zero or less"],
    [{ action: "short", takeProfit: "100%" }, "takeProfits 100% of a short is a price of zero or less"],
    [{ action: "long", stopLoss: 70_000, takeProfit: 60_000 }, "stopLoss 70000 is not below takeProfits 60000"],
    [{ action: "short", stopLoss: 60_000, takeProfit: 70_000 }, "stopLoss 60000 is not above takeProfits 70000"],
  ])("is refused in %j", (fields, words) => {
    expect(refusalOf(fields)).toContain(words);
  });

  it.each([
    { action: "long", price: 65_000, stopLoss: 64_999, takeProfits: [65_001] },
    { action: "short", price: 65_000, stopLoss: 65_001, takeProfits: ["64999", "99%"] },
    { action: "short", stopLoss: "150%" },
    { action: "long", takeProfit: "150%" },
    { action: "close_long", price: 65_000, stopLoss: 70_000 },
  ])("is not seen in %j", (fields) => {
    expect(refusalOf(fields)).toBe("accepted");
  });
});

it("two ids that differ are refused", () => {
  expect(refusalOf({ idempotencyKey: "a", alert_id: "b" })).toBe(
    'alert_id says "b", but idempotencyKey says "a"; they mean the same thing: leave one of them out',
  );
});
