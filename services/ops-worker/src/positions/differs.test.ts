import { describe, expect, it } from "vitest";
import { differs } from "./differs.ts";

const held = (
  symbol: string,
  quantity: string,
  there: { quantity: string; asset?: string; quantityStep?: string },
) => ({
  ledger: "main:binance",
  symbol,
  quantity,
  there,
});

describe("a position beside the exchange's", () => {
  it.each([
    ["BTCUSDT.P", "1", "1.000", false],
    ["BTCUSDT.P", "1", "0.999", true],
    ["BTCUSDT.P", "-1", "1", true],
    ["BTCUSDT.P", "0", "0.5", true],
    ["BTCUSDT", "1", "1", false],
    ["BTCUSDT", "1", "0.99999999", true],
    ["BTCUSDT", "1", "5", false],
    ["BTCUSDT", "0", "5", false],
  ])("of %s: the ledger's %s and its %s differ: %s", (symbol, ledger, venue, expected) => {
    const position = held(symbol, ledger, { quantity: venue });
    expect(differs(position, [position])).toBe(expected);
  });

  it.each([
    ["0.99912", "0.99905", false],
    ["0.999", "0.9989", true],
    ["0.99912", "0.998", true],
  ])(
    "differs when an order down to the step could not sell it: the ledger's %s and its %s: %s",
    (ledger, venue, is) => {
      const position = held("BTCUSDT", ledger, { quantity: venue, asset: "BTC", quantityStep: "0.001" });
      expect(differs(position, [position])).toBe(is);
    },
  );

  it.each([
    ["1", true],
    ["1.9989", true],
    ["1.999", false],
  ])("shares what there is of its coin with the other pairs: of 1 and 0.9995 with %s there: %s", (quantity, is) => {
    const there = { quantity, asset: "BTC", quantityStep: "0.001" };
    const all = [
      held("BTCUSDT", "1", there),
      held("BTCUSDC", "0.9995", there),
      held("ETHUSDT", "9", { quantity: "9", asset: "ETH" }),
      { ...held("BTCEUR", "5", there), ledger: "alt:binance" },
    ];
    expect(all.slice(0, 3).map((each) => differs(each, all))).toEqual([is, is, false]);
  });
});
