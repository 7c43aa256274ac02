import * as z from "zod";
import { firstProblem } from "#contracts/codec";
import type { AccountLedgerRpc } from "#contracts/ledger";

/** The Durable Object namespace, as far as it is used. Stubs are got per call: a kept one fails every request. */
export interface LedgerNamespace {
  getByName(name: string): Pick<AccountLedgerRpc, "confirm" | "unconfirmed">;
}

/** The part of the KV binding that is used. */
export interface KeyValueStore {
  get(key: string): Promise<string | null>;
}

const text = z.string().trim().default("");

const schema = z.object({
  ACCOUNT_LEDGER: z.custom<LedgerNamespace>(isNamespace, "must be a Durable Object binding"),
  CONFIG: z.custom<KeyValueStore>(isStore, "must be a KV namespace"),
  /** Empty: notifications go to the log. */
  TG_BOT_TOKEN_BINDING: text,
  TELEGRAM_CHAT_ID_DEFAULT: text,
  TELEGRAM_WEBHOOK_SECRET: text,
  INTERNAL_KEY_BINDING: text,
  TELEGRAM_API_URL: z.url().transform((url) => url.replace(/\/+$/, "")),
  VERSION: z.object({ id: z.string() }).default({ id: "local" }),
});

/** `bindings` is the env as it came: the producer finds its queues there by their derived names. */
export type Env = z.infer<typeof schema> & { bindings: object };

/** Throws an Error that names the first variable that is missing or wrong. */
export function parseEnv(bindings: object): Env {
  const parsed = schema.safeParse(bindings);
  if (!parsed.success) throw new Error(`telegram-worker is misconfigured: ${firstProblem(parsed.error)}`);
  return { ...parsed.data, bindings };
}

function isNamespace(value: unknown): boolean {
  return typeof value === "object" && value !== null && "getByName" in value;
}

function isStore(value: unknown): boolean {
  return typeof value === "object" && value !== null && "get" in value;
}
