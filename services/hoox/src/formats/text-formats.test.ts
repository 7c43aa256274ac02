import { describe, expect, it } from "vitest";
import { refuseTextFormats } from "./text-formats.ts";

describe("a text of another system's language", () => {
  it.each([
    ['LICENSE,sell,GBPJPY,sl=50,tp=100,risk=1,secret=X,comment="a"', "PineConnector's"],
    [" 60123 , closelong , EURUSD", "PineConnector's"],
    ["60123,eaoff", "PineConnector's"],
    ["EXCHANGE=binance;SYMBOL=BTCUSDT;SIGNAL=BUY;ORDER_TYPE=MARKET;VOLUME=12a%;TOKEN=T", "OctoBot's"],
    ["SYMBOL=BTCUSDT\nSIGNAL=SELL\nTOKEN=T", "OctoBot's"],
    ["e=binance s=BTCUSDT b=long q=5% l=10 t=market", "Autoview's"],
    ["s=BTCUSDT c=position t=market", "Autoview's"],
    ["#BTC/USDT Long, Leverage 10x, Entry 60000-61000, Targets 62000 63000, Stop 58000", "Cornix"],
    ["{'type':'stop-loss','side':'sell','amount':1,'symbol':'BTC/USD'}", "a Python literal"],
    ["[{'side': 'buy'}]", "a Python literal"],
    ["key=x symbol=BTCUSDT", "key=value"],
    ["buy,BTCUSDT,0.1", "comma-separated"],
  ])("is refused with its name and the JSON to write: %s", (text, name) => {
    expect(() => refuseTextFormats(text)).toThrow(
      expect.objectContaining({
        code: "text_format",
        message: expect.stringContaining(name),
        hint: expect.stringContaining('{"apiKey":"…","symbol":"{{ticker}}"'),
      }),
    );
  });

  it.each(["", "buy BTCUSDT now", '{"symbol":"BTCUSDT",}', "<html>", "{“a”:1}", '{"a":1, // size\n"b":2}'])(
    "is not seen in %s, whose own problem says more",
    (text) => {
      expect(() => refuseTextFormats(text)).not.toThrow();
    },
  );
});
