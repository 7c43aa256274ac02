import { describe, expect, it } from "vitest";
import { parseEnv } from "./env.ts";

const fetcher = { fetch: async () => new Response() };
const rate = { limit: async () => ({ success: true }) };
const ENV = {
  ACCOUNT_LEDGER: {},
  LEDGER_WORKER: fetcher,
  OPS_WORKER: fetcher,
  TELEGRAM_WORKER: fetcher,
  CONFIG: {},
  ALERT_RATE: rate,
  REFUSAL_RATE: rate,
  INTERNAL_KEY_BINDING: "internal",
  WEBHOOK_API_KEY_BINDING: "webhook",
};

describe("the gateway's environment", () => {
  it("trades on paper unless it is told otherwise", () => {
    expect(parseEnv(ENV)).toMatchObject({ DEFAULT_ACCOUNT: "main", DEFAULT_VENUE: "paper", RATE_LIMITS: "on" });
  });

  it.each([
    ["WEBHOOK_API_KEY_BINDING", undefined, "run: npx hoox secrets set WEBHOOK_API_KEY_BINDING"],
    ["WEBHOOK_API_KEY_BINDING", " ", "run: npx hoox secrets set WEBHOOK_API_KEY_BINDING"],
    ["INTERNAL_KEY_BINDING", undefined, "run: npx hoox secrets set INTERNAL_KEY_BINDING"],
    ["ACCOUNT_LEDGER", undefined, "see services/hoox/wrangler.jsonc"],
    ["SOURCE_IPS", "tradingview,10.0.0", "see services/hoox/wrangler.jsonc"],
    ["DEFAULT_VENUE", "kraken", "see services/hoox/wrangler.jsonc"],
    ["DEFAULT_ACCOUNT", "Main!", "see services/hoox/wrangler.jsonc"],
  ])("names %s when it is %j", (name, value, hint) => {
    expect(() => parseEnv({ ...ENV, [name]: value })).toThrow(
      expect.objectContaining({
        status: 500,
        code: "misconfigured",
        message: expect.stringMatching(new RegExp(`^${name}: `)),
        hint,
      }),
    );
  });

  it("never shows a secret", () => {
    expect(() => parseEnv({ ...ENV, WEBHOOK_API_KEY_BINDING: 17, INTERNAL_KEY_BINDING: "do-not-show" })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("do-not-show") }),
    );
  });
});
