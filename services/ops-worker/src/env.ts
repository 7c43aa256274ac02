import * as z from "zod";
import { firstProblem } from "#contracts/codec";
import type { KillSwitchRpc } from "#contracts/kill-switch";
import type { AccountLedgerRpc } from "#contracts/ledger";
import type { RevivalRpc } from "#contracts/revival";
import type { ReplayJobsRpc } from "./replays/ports.ts";
import type { QueueWatchRpc } from "./watch/ports.ts";
import { parseReplaySettings } from "./replays/settings.ts";
import { reasonOf } from "./within.ts";
import type { Fetcher } from "#runtime/internal-auth";

/** A Durable Object namespace, as far as it is used. Stubs are got per call: a kept one fails every request. */
export interface Namespace<Rpc> {
  getByName(name: string): Rpc;
}
/** What operators ask of a ledger. */
export type LedgerPort = RevivalRpc &
  Pick<
    AccountLedgerRpc,
    "accept" | "status" | "backlog" | "lanes" | "find" | "cancelEntries" | "resolve" | "reconcile" | "poke"
  >;
export interface RateLimiter {
  limit(of: { key: string }): Promise<{ success: boolean }>;
}
export interface KeyValueStore {
  get(key: string): Promise<string | null>;
  list(of: { prefix: string }): Promise<{ keys: { name: string }[] }>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

function binding<T>(method: string, kind: string): z.ZodType<T> {
  const has = (value: unknown): boolean => typeof value === "object" && value !== null && method in value;
  return z.custom<T>(has, `must be ${kind}`);
}

const worker = binding<Fetcher>("fetch", "a service binding");
const text = z.string().trim().default("");

const schema = z.object({
  ACCOUNT_LEDGER: binding<Namespace<LedgerPort>>("getByName", "a Durable Object binding"),
  KILL_SWITCH: binding<Namespace<KillSwitchRpc>>("getByName", "a Durable Object binding"),
  REPLAY_JOBS: binding<Namespace<ReplayJobsRpc>>("getByName", "a Durable Object binding"),
  QUEUE_WATCH: binding<Namespace<QueueWatchRpc>>("getByName", "a Durable Object binding"),
  /** JSON; what it leaves out is as `replaySettings` says. */
  REPLAY_SETTINGS: z
    .string()
    .default("{}")
    .transform((given, { addIssue }) => {
      try {
        return parseReplaySettings(given);
      } catch (error) {
        addIssue(reasonOf(error));
        return z.NEVER;
      }
    }),
  LEDGER_WORKER: worker,
  D1_WORKER: worker,
  TELEGRAM_WORKER: worker,
  TRADE_WORKER: worker,
  CONFIG: binding<KeyValueStore>("get", "a KV namespace"),
  WRONG_KEY_RATE: binding<RateLimiter>("limit", "a rate limiter"),
  INTERNAL_KEY_BINDING: text,
  OPERATOR_KEY_BINDING: text,
  /** Empty: nobody outside is told that the mesh is well. */
  HEARTBEAT_URL: text,
  VERSION: z.object({ id: z.string() }).default({ id: "local" }),
});

/** `bindings` is the env as it came: queues are found there by their derived names. */
export type Env = z.infer<typeof schema> & { bindings: object };

/** Throws an Error that names the first variable that is missing or wrong. */
export function parseEnv(bindings: object): Env {
  const parsed = schema.safeParse(bindings);
  if (!parsed.success) throw new Error(`ops-worker is misconfigured: ${firstProblem(parsed.error)}`);
  return { ...parsed.data, bindings };
}
