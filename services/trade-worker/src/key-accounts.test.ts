import { expect, test } from "vitest";
import { keyAccounts } from "./key-accounts.ts";

test("accounts with keys are read off the names of their secrets, the venue by its whole name", () => {
  const names = [
    "MAIN_BINANCE_API_KEY",
    "MAIN_BINANCE_API_SECRET",
    "MAIN_BINANCE_USDM_API_KEY",
    "SECOND_ONE_BINANCE_API_SECRET",
    "TEST_BYBIT_API_KEY",
    "TEST_BINANCE_TESTNET",
    "WEBHOOK_API_KEY_BINDING",
    "MAIN_PAPER_API_KEY",
    "9_BINANCE_API_KEY",
    "BINANCE_API_KEY",
  ];
  expect(keyAccounts(names)).toEqual([
    { account: "main", venue: "binance" },
    { account: "second_one", venue: "binance" },
    { account: "main", venue: "binance-usdm" },
    { account: "test", venue: "bybit" },
  ]);
});
