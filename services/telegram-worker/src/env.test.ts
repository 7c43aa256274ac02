import { describe, expect, it } from "vitest";
import { parseEnv } from "./env.ts";

const bindings = {
  ACCOUNT_LEDGER: { getByName: () => ({}) },
  CONFIG: { get: async () => null },
  TELEGRAM_API_URL: "https://api.telegram.org/",
};

describe("the environment", () => {
  it("needs no secret to start: without a token notifications go to the log", () => {
    expect(parseEnv(bindings)).toMatchObject({
      TG_BOT_TOKEN_BINDING: "",
      TELEGRAM_API_URL: "https://api.telegram.org",
    });
  });

  it.each([
    ["TELEGRAM_API_URL", { ...bindings, TELEGRAM_API_URL: "telegram" }],
    ["ACCOUNT_LEDGER", { TELEGRAM_API_URL: "https://api.telegram.org" }],
  ])("names %s when it is wrong", (name, wrong) => {
    expect(() => parseEnv(wrong)).toThrow(name);
  });
});
