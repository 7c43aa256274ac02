import { describe, expect, it } from "vitest";
import { OPERATOR, strategy, strategyDefaults, strategyName, strategyOfKey } from "./strategy.ts";

const SECRET = "abcdefghijklmnopqrstuvwxyz234567";
const stored = {
  name: "scalper",
  enabled: true,
  account: "main",
  venue: "paper",
  keys: [{ hash: "0".repeat(64), createdAt: "2026-11-23T12:00:00.000Z" }],
  defaults: { size: { percentOfEquity: "5" }, stopLoss: { percent: "2" } },
  limits: { symbols: ["BTCUSDT"], maxNotional: "500" },
  validity: {},
  createdAt: "2026-11-23T12:00:00.000Z",
  updatedAt: "2026-11-23T12:00:00.000Z",
};

describe("a strategy's name", () => {
  it("is not that of whoever closes by hand", () => {
    expect(strategyName.safeParse("scalper").success).toBe(true);
    expect(strategyName.safeParse(OPERATOR).success).toBe(false);
  });
});

describe("a strategy's key", () => {
  it("says whose it is", () => {
    expect(strategyOfKey(`hoox_btc-scalper_${SECRET}`)).toBe("btc-scalper");
  });

  it.each([
    "",
    "hoox_scalper",
    `hoox_scalper_${SECRET.slice(1)}`,
    `hoox_scalper_${SECRET}2`,
    `hoox_Scalper_${SECRET}`,
    `hoox__${SECRET}`,
    `hoox_scalper_${SECRET.toUpperCase()}`,
  ])("has a form that %j has not", (key) => {
    expect(strategyOfKey(key)).toBeUndefined();
  });
});

describe("a stored strategy", () => {
  it("is read", () => {
    expect(strategy.parse(stored)).toEqual(stored);
  });

  it.each([
    ["an unknown limit", { limits: { maxNotionl: "500" } }],
    ["a limit that is no number", { limits: { maxNotional: 500 } }],
    ["an empty list of symbols", { limits: { symbols: [] } }],
    ["no account", { account: undefined }],
    ["a key that is no hash", { keys: [{ hash: "x", createdAt: stored.createdAt }] }],
    ["no word on whether it is enabled", { enabled: undefined }],
  ])("is not read with %s: nothing in it is ever ignored", (_, change) => {
    expect(strategy.safeParse({ ...stored, ...change }).success).toBe(false);
  });

  it("leaves account and venue to the gateway only as default", () => {
    const { account: _account, venue: _venue, ...without } = stored;

    expect(strategy.safeParse({ ...without, name: "default" }).success).toBe(true);
  });

  it("sizes its entries in one way", () => {
    expect(strategyDefaults.safeParse({ quantity: "1", size: { quote: "100" } }).success).toBe(false);
  });
});
