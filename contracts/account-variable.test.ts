import { describe, expect, it } from "vitest";
import { isAccountVariable, isExchangeCredential } from "./account-variable.ts";

describe("a variable of an account", () => {
  it.each(["MAIN_BINANCE_API_KEY", "TEST_2_BINANCE_USDM_API_SECRET", "TEST_BINANCE_USDM_TESTNET", "MAIN_MEXC_URL"])(
    "is %s",
    (name) => {
      expect(isAccountVariable(name)).toBe(true);
    },
  );

  it.each(["BINANCE_API_KEY", "MAIN_BINACE_API_KEY", "MAIN_PAPER_URL", "OPERATOR_KEY_BINDING", "TELEGRAM_API_URL"])(
    "is not %s",
    (name) => {
      expect(isAccountVariable(name)).toBe(false);
    },
  );
});

describe("a credential at an exchange", () => {
  it.each([
    ["MAIN_BINANCE_API_KEY", true],
    ["TEST_2_BINANCE_USDM_API_SECRET", true],
    ["MAIN_BINANCE_USMD_API_KEY", false],
    ["MAIN_BINANCE_TESTNET", false],
    ["MAIN_PAPER_API_KEY", false],
  ])("%s: %s", (name, is) => {
    expect(isExchangeCredential(name)).toBe(is);
  });
});
