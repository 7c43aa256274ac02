import { describe, expect, it } from "vitest";
import type { Venue } from "#contracts/ids";
import { readAlert } from "./canonical.ts";
import { parseJson } from "./json.ts";
import type { AlertRefused } from "./refused.ts";

const BASE = { symbol: "BTCUSDT", action: "buy", quantity: "0.001" };

function readWith(fields: object, venue: Venue = "paper") {
  return readAlert(parseJson(JSON.stringify({ ...BASE, ...fields })), { strategy: "default", account: "main", venue })
    .signal;
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
    [{ action: "buy", close_position: true }, 'close_position says "true", but buy opens a position'],
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
    { action: "buy", order: { amount: "1" } },
    { action: "buy", side: "", isSell: "false", close_position: "False" },
  ])("is ignored in %j", (fields) => {
    expect(refusalOf(fields)).toBe("accepted");
  });
});

describe("another word for the exchange", () => {
  it.each([
    [{ venue: "bybit" }, 'venue says "bybit", but this alert would trade on paper; write "exchange": "bybit"'],
    [{ platform_name: "BINANCE" }, 'platform_name says "BINANCE", but this alert would trade on paper'],
    [{ tv_exchange: "BYBIT_DLY" }, 'tv_exchange says "BYBIT_DLY", but this alert would trade on paper'],
    [{ exchange: "mexc", venue: "bybit" }, 'venue says "bybit", but exchange says "mexc"'],
    [{ venue: "bybit_linear" }, 'venue says "bybit_linear", but this alert would trade on paper'],
    [{ venue: "kraken" }, 'venue says "kraken", which is no exchange of Hoox'],
  ])("is refused in %j", (fields, words) => {
    expect(refusalOf(fields)).toContain(words);
  });

  it.each([
    [{ venue: "paper" }, 'venue says "paper", but this alert would trade on bybit'],
    [{ tv_exchange: "COINBASE" }, 'tv_exchange says "COINBASE", which is no exchange of Hoox'],
  ])("is refused where bybit is the default in %j", (fields, words) => {
    expect(refusalOf(fields, "bybit")).toContain(words);
  });

  it.each([
    { venue: "paper" },
    { exchange: "bybit", venue: "BYBIT", tv_exchange: "BYBIT" },
    { exchange: "binance", symbol: "BTCUSDT.P", platform_name: "Binance Futures" },
    { tv_exchange: "COINBASE" },
    { venue: "" },
  ])("is ignored in %j", (fields) => {
    expect(refusalOf(fields)).toBe("accepted");
  });
});

describe("another word for the order type", () => {
  it.each([
    [{ type: "limit", price: 1 }, 'type says "limit", but without orderType this is a market order; write "orderType"'],
    [{ orderType: "limit", price: 1, type: "Market" }, 'type says "Market", but orderType says "limit"'],
    [{ type: "stop_market" }, 'type says "stop_market", which Hoox does not have'],
    [{ isLimit: true }, 'isLimit says "true", but without orderType this is a market order'],
    [{ limit_price: 64_000 }, 'limit_price says "64000", but without orderType this is a market order'],
    [{ limit_price: 64_000 }, 'write "orderType": "limit", "price": "64000", or leave limit_price out'],
    [{ orderType: "limit", price: 1, limitPrice: 2 }, 'limitPrice says "2", but price says "1"'],
  ])("is refused in %j", (fields, words) => {
    expect(refusalOf(fields)).toContain(words);
  });

  it.each([
    { type: "Market" },
    { type: "buy" },
    { type: "entry" },
    { orderType: "limit", order_type: "limit", price: "1.0", limitPrice: 1, type: "limit order" },
    { limitPrice: 0 },
  ])("is ignored in %j", (fields) => {
    expect(refusalOf(fields)).toBe("accepted");
  });
});

describe("another word for size or symbol", () => {
  it.each([
    [{ qty: 2 }, 'qty says "2", but quantity says "0.001"'],
    [
      { action: "close", quantity: undefined, size: "50%" },
      'size says "50%", but without quantity this closes everything',
    ],
    [{ ticker: "ETHUSDT" }, 'ticker says "ETHUSDT", but symbol says "BTCUSDT"'],
  ])("is refused in %j", (fields, words) => {
    expect(refusalOf(fields)).toContain(words);
  });

  it.each([
    { qty: "0.0010", volume: "123456", amount: "100" },
    { ticker: "BINANCE:BTCUSDT.P", pair: "BTC/USDT", instrument: "Bitcoin / TetherUS" },
    { action: "close", quantity: undefined, volume: 17, qty: 0 },
  ])("is ignored in %j", (fields) => {
    expect(refusalOf(fields)).toBe("accepted");
  });
});

describe("protection under another name", () => {
  it.each([
    [{ sl: 58_000 }, 'sl is not a field of Hoox, and a stop is never ignored; write it as "stopLoss": "58000"'],
    [{ stop: "58000" }, 'write it as "stopLoss": "58000"'],
    [{ sl_price: 1 }, "sl_price is not a field of Hoox"],
    [{ STOP_PRICE: 1 }, "STOP_PRICE is not a field of Hoox"],
    [{ stop_loss_percent: 2 }, 'write it as "stopLoss": "2%"'],
    [{ slPct: "2%" }, 'write it as "stopLoss": "2%"'],
    [{ sl: { price: 1 } }, 'write it as "stopLoss": a price, or a percentage such as "2%"'],
    [{ tp: 70_000 }, 'tp is not a field of Hoox, and a target is never ignored; write it as "takeProfits": ["70000"]'],
    [{ tp1: 1, tp2: 2 }, "tp1 is not a field of Hoox"],
    [{ takeProfitPercent: 5 }, 'write it as "takeProfits": ["5%"]'],
    [{ TAKE_PROFIT_PRICE_2: 5 }, "TAKE_PROFIT_PRICE_2 is not a field of Hoox"],
    [{ targets: [1, 2] }, 'write it as "takeProfits": a list of prices, or of percentages such as "5%"'],
    [{ trailing_stop: "1%" }, "trailing_stop is not known: Hoox has no trailing stops"],
    [{ bracket: { stopLoss: 58_000 } }, "bracket.stopLoss is not a field of Hoox"],
    [{ order: { sl: 58_000 } }, "order.sl is not a field of Hoox"],
    [{ stopLoss: 57_000, sl: 58_000 }, "sl is not a field of Hoox"],
    [{ stopLoss: { type: "trailing_stop", percent: 2 } }, "stopLoss is a trailing stop, which Hoox does not have"],
    [{ stopLoss: { price: 1, stopPrice: 2 } }, "stopLoss has two prices that differ"],
    [{ takeProfit: 70_000, takeProfits: [80_000] }, "takeProfit and takeProfits are both given"],
  ])("is refused in %j", (fields, words) => {
    expect(refusalOf(fields)).toContain(words);
  });

  it.each([
    { sl: "0", tp: "", stop: "none", trailing_stop: false, targets: [] },
    { stopLoss: 58_000, sl: "58000" },
    { action: "close", sl: 58_000, tp: 70_000 },
    { stopwatch: 7, slippage: 3, target_account: "x", tps: 9, strategy_info: { market_position: "long" } },
    { stopLoss: { type: "stop", percent: 2 } },
  ])("is ignored in %j", (fields) => {
    expect(refusalOf(fields)).toBe("accepted");
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
