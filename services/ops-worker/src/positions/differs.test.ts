import { describe, expect, it } from "vitest";
import { differs } from "./differs.ts";

describe("a position beside the exchange's", () => {
  it.each([
    ["BTCUSDT.P", "1", "1.000", false],
    ["BTCUSDT.P", "1", "0.999", true],
    ["BTCUSDT.P", "-1", "1", true],
    ["BTCUSDT.P", "0", "0.5", true],
    ["BTCUSDT", "1", "0.999", false],
    ["BTCUSDT", "1", "0.997", true],
    ["BTCUSDT", "1", "5", false],
    ["BTCUSDT", "0", "5", false],
  ])("of %s: the ledger's %s and its %s differ: %s", (symbol, ledger, venue, expected) => {
    expect(differs(symbol, { ledger, venue })).toBe(expected);
  });
});
