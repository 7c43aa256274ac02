import { describe, expect, it } from "vitest";
import { marketOf } from "./ticker.ts";

function market(exchange: string | undefined, ticker: string) {
  const said = (name: string, says: string) => ({ name, says });
  const { venue, symbol } = marketOf({
    exchange: exchange === undefined ? undefined : said("exchange", exchange),
    ticker: said("symbol", ticker),
    defaultVenue: "paper",
  });
  return `${venue} ${symbol}`;
}

describe("where and what to trade", () => {
  it.each([
    [undefined, "BTCUSDT", "paper BTCUSDT"],
    [undefined, "BINANCE:BTCUSDT", "paper BTCUSDT"],
    [undefined, "BYBIT:BTCUSDT.P", "paper BTCUSDT.P"],
    ["paper", "COINBASE:BTCUSD", "paper BTCUSD"],
    ["paper", "btcusdt", "paper BTCUSDT"],
    ["paper", "BTC/USDT", "paper BTCUSDT"],
    ["paper", "BTC-USDT", "paper BTCUSDT"],
    ["paper", "BTC_USDT", "paper BTCUSDT"],
    ["paper", "1000PEPEUSDT.P", "paper 1000PEPEUSDT.P"],
    ["Paper", "btc/usdt.p", "paper BTCUSDT.P"],
    ["BINANCE", "BTCUSDT", "binance BTCUSDT"],
    ["binance_dly", "BINANCE:BTCUSDT", "binance BTCUSDT"],
    ["BINANCE_DL", "BTCUSDT", "binance BTCUSDT"],
    ["binance", "BINANCE:BTCUSDT.P", "binance-usdm BTCUSDT.P"],
    ["binance-usdm", "BTCUSDT.P", "binance-usdm BTCUSDT.P"],
    ["BINANCE_USDM", "BINANCE:ETHUSDT", "binance-usdm ETHUSDT.P"],
    ["bybit", "BYBIT:BTCUSDT.P", "bybit BTCUSDT.P"],
    ["bybit", "BYBIT_DLY:BTCUSDT", "bybit BTCUSDT"],
    ["mexc", "MEXC:BTCUSDT", "mexc BTCUSDT"],
  ])("reads exchange %s and symbol %s as %s", (exchange, ticker, expected) => {
    expect(market(exchange, ticker)).toBe(expected);
  });

  it.each([
    "BTC1!",
    "BTCUSDT.PS",
    "BTC-USDT-SWAP",
    "BTC-PERP",
    "BTCUSDTPERP",
    "BTC/USDT:USDT",
    ":BTCUSDT",
    "B",
    "₿USDT",
    "BTC USDT",
    "A".repeat(40),
    "__proto__",
  ])("refuses the symbol %s", (ticker) => {
    expect(() => market("paper", ticker)).toThrow("cannot be understood");
  });

  it.each([
    ["bybit", "BINANCE:BTCUSDT"],
    ["binance", "BYBIT:BTCUSDT.P"],
    ["mexc", "COINBASE:BTCUSD"],
    ["binance", "constructor:BTCUSDT"],
  ])("refuses exchange %s with the symbol %s", (exchange, ticker) => {
    expect(() => market(exchange, ticker)).toThrow(`exchange says ${exchange}, but the symbol begins with`);
  });

  it("measures a prefix against a live default venue too", () => {
    expect(() =>
      marketOf({
        exchange: undefined,
        ticker: { name: "symbol", says: "BINANCE:BTCUSDT" },
        defaultVenue: "bybit",
      }),
    ).toThrow("exchange says bybit");
  });

  it("refuses an exchange it does not know and lists those it does", () => {
    expect(() => market("kraken", "BTCUSDT")).toThrow(
      expect.objectContaining({
        message: 'exchange "kraken" is not known',
        hint: "use one of paper, binance, binance-usdm, bybit, mexc",
      }),
    );
  });
});
