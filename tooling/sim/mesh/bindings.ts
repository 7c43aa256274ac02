import type { Worker } from "#contracts/ids";
import type { Fetcher } from "#runtime/internal-auth";
import { WEBHOOK_KEY } from "../stories.ts";

const unlimited = { limit: async () => ({ success: true }) };

/** The variables of every Worker's wrangler.jsonc and .dev.vars, and neighbours that only say that they are well. */
export const settings = {
  LEDGER_WORKER: healthy("ledger-worker"),
  OPS_WORKER: healthy("ops-worker"),
  TELEGRAM_WORKER: healthy("telegram-worker"),
  WRONG_KEY_RATE: unlimited,
  ALERT_RATE: unlimited,
  REFUSAL_RATE: unlimited,
  VERSION: { id: "sim" },
  INTERNAL_KEY_BINDING: "internal",
  WEBHOOK_API_KEY_BINDING: WEBHOOK_KEY,
  OPERATOR_KEY_BINDING: "operator",
  TG_BOT_TOKEN_BINDING: "",
  TELEGRAM_CHAT_ID_DEFAULT: "7",
  TELEGRAM_WEBHOOK_SECRET: "secret",
  TELEGRAM_API_URL: "https://telegram.example",
  TRADING_MODE: "paper",
  ENTRY_VALIDITY_SECONDS: "60",
  EXIT_VALIDITY_SECONDS: "900",
  BODY_KEY_SECONDS: "30",
  EXPLICIT_KEY_SECONDS: "86400",
  MAX_OUTSTANDING_HINTS: "8",
  LIMITS: "{}",
} as const;

function healthy(worker: Worker): Fetcher {
  return { fetch: async () => Response.json({ worker, status: "ok", version: "sim", dependencies: [] }) };
}

/** A service binding whose Worker is there before anybody asks it, and after whoever has the binding. */
export class LateBinding implements Fetcher {
  target: Fetcher | undefined;

  async fetch(request: Request): Promise<Response> {
    if (this.target === undefined) throw new Error("no Worker stands behind this binding yet");
    return this.target.fetch(request);
  }
}
