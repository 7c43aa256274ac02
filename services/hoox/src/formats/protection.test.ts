import { describe, expect, it } from "vitest";
import { readAlert } from "./canonical.ts";
import { parseJson } from "./json.ts";

const DEFAULTS = { strategy: "default", account: "main", venue: "paper" } as const;
const BASE = { symbol: "BTCUSDT", action: "buy", quantity: "0.001" };

function readWith(fields: object) {
  return readAlert(parseJson(JSON.stringify({ ...BASE, ...fields })), DEFAULTS, new Date()).signal;
}

describe("a stop", () => {
  it.each([
    [{ sl: 58_000 }, { price: "58000" }],
    [{ stop: "58000" }, { price: "58000" }],
    [{ stop_loss: "2%" }, { percent: "2" }],
    [{ sl_price: 58_000 }, { price: "58000" }],
    [{ STOP_PRICE: "2%" }, { percent: "2" }],
    [{ stop_loss_percent: 2 }, { percent: "2" }],
    [{ slPct: "2%" }, { percent: "2" }],
    [{ sl: { stopPrice: 58_000 } }, { price: "58000" }],
    [{ stopLoss: { type: "stop", percent: "2%" } }, { percent: "2" }],
    [{ stopLoss: 58_000, sl: "58000.0" }, { price: "58000" }],
    [{ stopLoss: 58_000, slPct: 0 }, { price: "58000" }],
    [{ order: { sl: "58000" } }, { price: "58000" }],
    [{ sl: "0", stop: "none", trailing_stop: false }, undefined],
    [{ action: "close", sl: 58_000, tp_pips: 10 }, undefined],
  ])("is read in %j", (fields, stopLoss) => {
    expect(readWith(fields).stopLoss).toEqual(stopLoss);
  });

  it.each([
    [{ stopLoss: 57_000, sl: 58_000 }, "sl and stopLoss are different stops"],
    [{ sl: 58_000, sl_percent: 2 }, "sl_percent and sl are different stops"],
    [{ sl_pips: 50 }, "sl_pips is not something Hoox can measure, and a stop is never ignored"],
    [{ sl_limit_price: 50 }, "sl_limit_price is not something Hoox can measure"],
    [{ trailing_stop: "1%" }, "trailing_stop is a trailing stop, which Hoox does not have"],
    [{ stopLoss: { type: "trailing_stop", percent: 2 } }, "stopLoss is a trailing stop"],
    [{ stopLoss: { type: "stop", trailPercent: 2 } }, 'in "trailPercent", which is not known'],
    [{ stopLoss: { price: 1, stopPrice: 2 } }, "stopLoss has two prices that differ"],
    [{ sl: "-2%" }, "sl must not be negative"],
    [{ sl: "low" }, 'sl must be a number such as 0.001, not "low"'],
    [{ bracket: { stopLoss: 58_000 } }, "bracket.stopLoss is not read, and a stop is never ignored"],
    [{ bracket: { trailing: 1 } }, "bracket.trailing is a trailing stop"],
  ])("is refused in %j", (fields, words) => {
    expect(() => readWith(fields)).toThrow(words);
  });
});

describe("targets", () => {
  it.each([
    [{ tp: 70_000 }, [{ price: "70000" }]],
    [{ take_profit_percent: "1" }, [{ percent: "1" }]],
    [{ takeProfit: { limitPrice: 70_000 } }, [{ price: "70000" }]],
    [{ tp2: 80_000, tp1: 70_000 }, [{ price: "70000" }, { price: "80000" }]],
    [{ TAKE_PROFIT_PRICE_1: "5%", TAKE_PROFIT_PRICE_2: "9%" }, [{ percent: "5" }, { percent: "9" }]],
    [{ tp1_percent: 5, tp2_percent: 0 }, [{ percent: "5" }]],
    [{ targets: [70_000, "10%"] }, [{ price: "70000" }, { percent: "10" }]],
    [{ targets: [{ price: 70_000, qty: "0.0005" }] }, [{ price: "70000", quantity: "0.0005" }]],
    [{ takeProfit: 70_000, takeProfits: ["70000"] }, [{ price: "70000" }]],
    [{ tp: "", targets: [] }, undefined],
  ])("are read in %j", (fields, takeProfits) => {
    expect(readWith(fields).takeProfits).toEqual(takeProfits);
  });

  it.each([
    [{ takeProfit: 70_000, takeProfits: [80_000] }, "takeProfits and takeProfit are both given"],
    [{ tp: 70_000, tp_percent: 5 }, "tp_percent and tp are both given"],
    [{ tp1: 70_000, tp1_qty: "0.0005" }, "tp1_qty is not something Hoox can measure, and a target is never ignored"],
    [{ targets: [{ price: 70_000, share: "50%" }] }, 'in "share", which is not known'],
    [{ targets: [{ price: 70_000, quantity: "50%" }] }, "targets.quantity must be a number"],
    [{ targets: Array.from({ length: 11 }, (_, index) => 70_000 + index) }, "at most 10 targets"],
  ])("are refused in %j", (fields, words) => {
    expect(() => readWith(fields)).toThrow(words);
  });
});

describe("a field that only sounds like protection", () => {
  it("is ignored", () => {
    const fields = { stopwatch: 7, slippage: 3, target_account: "x", tps: 9, bar: { open: 1 } };

    expect(readWith(fields)).toEqual(readWith({}));
  });
});

describe("the defaults of a strategy", () => {
  const defaults = { ...DEFAULTS, stopLoss: { percent: "3" }, takeProfits: [{ percent: "6" }], leverage: "2" };
  const read = (fields: object) =>
    readAlert(parseJson(JSON.stringify({ ...BASE, ...fields })), defaults, new Date()).signal;

  it("protect what the alert leaves unprotected", () => {
    expect(read({ sl: "0" })).toMatchObject({
      stopLoss: { percent: "3" },
      takeProfits: [{ percent: "6" }],
      leverage: "2",
    });
  });

  it("give way to what the alert says", () => {
    expect(read({ sl: "1%", leverage: 5 })).toMatchObject({ stopLoss: { percent: "1" }, leverage: "5" });
  });

  it("protect no exit", () => {
    expect(read({ action: "close" })).toMatchObject({ stopLoss: undefined, takeProfits: undefined });
  });

  it("fill in symbol, order type and size", () => {
    const sized = { ...DEFAULTS, symbol: "ETHUSDT", orderType: "limit", size: { quote: "250" } } as const;

    expect(readAlert(parseJson('{"action":"buy","price":"1"}'), sized, new Date()).signal).toMatchObject({
      symbol: "ETHUSDT",
      orderType: "limit",
      size: { quote: "250" },
    });
    expect(readAlert(parseJson('{"action":"close","price":"1"}'), sized, new Date()).signal).not.toHaveProperty("size");
  });
});
