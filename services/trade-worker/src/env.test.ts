import { describe, expect, test } from "vitest";
import { readEnv, readPaperVariable } from "./env.ts";

const bindings = { ACCOUNT_LEDGER: {}, KILL_SWITCH: {}, PAPER_VENUE: {}, SELF: {}, CONFIG: {} };

describe("the environment", () => {
  test("trades on paper unless told otherwise", () => {
    expect(readEnv(bindings).TRADING_MODE).toBe("paper");
  });

  test.each([
    ["TRADING_MODE", { ...bindings, TRADING_MODE: "LIVE!" }],
    ["ACCOUNT_LEDGER", { ...bindings, ACCOUNT_LEDGER: undefined }],
  ])("a bad %s is named", (name, env) => {
    expect(() => readEnv(env)).toThrow(name);
  });

  test("an empty secret is a missing one", () => {
    const { variable, names } = readEnv({ ...bindings, MAIN_BINANCE_API_KEY: " ", MAIN_BINANCE_API_SECRET: "s" });
    expect(variable("MAIN_BINANCE_API_KEY")).toBeUndefined();
    expect(names()).toEqual(["MAIN_BINANCE_API_SECRET"]);
  });
});

describe("the variable PAPER", () => {
  test("may be absent", () => {
    expect(readPaperVariable({})).toEqual({});
  });

  test("is JSON", () => {
    expect(readPaperVariable({ PAPER: '{"latencyMs":5}' })).toEqual({ latencyMs: 5 });
  });

  test.each(["{", '{"latencyMs":-1}', '{"latency":5}'])("%s is refused by name", (PAPER) => {
    expect(() => readPaperVariable({ PAPER })).toThrow("PAPER");
  });
});
