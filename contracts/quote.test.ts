import { describe, expect, it } from "vitest";
import { quoteOf } from "./quote.ts";

describe("the quote currency", () => {
  it.each([
    ["BTCUSDT", "USDT"],
    ["BTCUSDT.P", "USDT"],
    ["ETHBTC", "BTC"],
    ["XBTUSD", "USD"],
    ["DOTUSD", "USD"],
    ["BTCFDUSD", "FDUSD"],
    ["USDT", undefined],
    ["AAPL", undefined],
  ])("of %s is %s", (symbol, quote) => {
    expect(quoteOf(symbol)).toBe(quote);
  });
});
