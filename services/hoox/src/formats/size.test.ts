import { describe, expect, it } from "vitest";
import { readAlert } from "./canonical.ts";
import { parseJson } from "./json.ts";

const DEFAULTS = { strategy: "default", account: "main", venue: "paper" } as const;

function read(fields: object) {
  const body = parseJson(JSON.stringify({ symbol: "BTCUSDT", action: "buy", ...fields }));
  const { quantity, size } = readAlert(body, DEFAULTS, new Date()).signal;
  return size ?? quantity;
}

describe("a size", () => {
  it.each([
    [{ qty: "2" }, "2"],
    [{ units: 2 }, "2"],
    [{ contracts: 2 }, "2"],
    [{ order_contracts: 2 }, "2"],
    [{ vol_lots: 2 }, "2"],
    [{ VOLUME: 2 }, "2"],
    [{ order: { amount: "2", currency_type: "base" } }, "2"],
    [{ quantity: 2, quantityType: "fixed_quantity" }, "2"],
    [{ quantity: "5%" }, { percentOfEquity: "5" }],
    [{ quantity: " 2.5 % " }, { percentOfEquity: "2.5" }],
    [{ amount_pc: "5" }, { percentOfEquity: "5" }],
    [{ quantity: 5, quantityType: "percent_of_equity" }, { percentOfEquity: "5" }],
    [{ units: "5%", unitsType: "percentBalance" }, { percentOfEquity: "5" }],
    [{ action: "close", quantity: "50%" }, { percentOfPosition: "50" }],
    [{ action: "sell", reduceOnly: true, size: "50%" }, { percentOfPosition: "50" }],
    [{ action: "close_long", amount: 50, currency_type: "position_percent" }, { percentOfPosition: "50" }],
    [{ action: "sell", quantity: "50%", market_position: "long" }, { percentOfPosition: "50" }],
    [{ sizeUsd: 250 }, { quote: "250" }],
    [{ quantity: 250, quantityType: "dollar_amount" }, { quote: "250" }],
    [{ amount: 250, currency_type: "quote" }, { quote: "250" }],
    [{ size: 1, sizeUsd: 0 }, "1"],
  ])("is read in %j", (fields, expected) => {
    expect(read(fields)).toEqual(expected);
  });

  it.each([
    [{ quantity: "5%", quantityType: "fixed_quantity" }, 'quantity says "5%", but quantityType says "fixed_quantity"'],
    [{ quantity: 5, quantityType: "risk_percent" }, 'quantityType "risk_percent" is no unit that Hoox has'],
    [
      { quantity: 5, quantityType: "percent_of_position" },
      "quantity is a percentage of the position, and an entry has none yet",
    ],
    [{ action: "close", quantity: "150%" }, "quantity is more than the whole position (150%)"],
    [{ size: 1, sizeUsd: 100 }, 'sizeUsd says "100", but size says "1"'],
    [{ qty: 1, size: 2 }, 'size says "2", but qty says "1"'],
    [{ qty: 0 }, "qty must be greater than zero, not 0"],
    [{ qty: "0%" }, "qty must be greater than zero, not 0"],
    [{ quantity: 1, risk: "2" }, "risk is a size that Hoox does not have, and a size is never ignored"],
    [{ quantity: 1, sizeByLeverage: 3 }, "sizeByLeverage is a size that Hoox does not have"],
    [{ volume: 123_456 }, "quantity is missing"],
  ])("is refused in %j", (fields, words) => {
    expect(() => read(fields)).toThrow(words);
  });
});
