import * as z from "zod";
import { firstProblem } from "#contracts/codec";
import type { KillSwitchRpc } from "#contracts/kill-switch";
import { parseLimits } from "./ledger/limits.ts";
import type { LedgerConfig } from "./ledger/ports.ts";

const seconds = (fallback: number) => z.coerce.number().int().min(1).max(31_536_000).default(fallback);

const variables = z.object({
  ENTRY_VALIDITY_SECONDS: seconds(60),
  EXIT_VALIDITY_SECONDS: seconds(900),
  BODY_KEY_SECONDS: seconds(30),
  EXPLICIT_KEY_SECONDS: seconds(86_400),
  MAX_OUTSTANDING_HINTS: z.coerce.number().int().min(1).max(1_000).default(8),
  LIMITS: z.string().optional(),
  VERSION: z.object({ id: z.string() }).optional(),
});

/** What the ledger works by. Throws an Error that names the bad variable; bad LIMITS only halt entries. */
export function parseConfig(env: unknown): Omit<LedgerConfig, "name"> {
  const parsed = variables.safeParse(env);
  if (!parsed.success) throw new Error(`ledger-worker is misconfigured: ${firstProblem(parsed.error)}`);
  const { data } = parsed;
  return {
    entryValidityMs: data.ENTRY_VALIDITY_SECONDS * 1_000,
    exitValidityMs: data.EXIT_VALIDITY_SECONDS * 1_000,
    bodyKeyMs: data.BODY_KEY_SECONDS * 1_000,
    explicitKeyMs: data.EXPLICIT_KEY_SECONDS * 1_000,
    maxOutstandingHints: data.MAX_OUTSTANDING_HINTS,
    limits: parseLimits(data.LIMITS),
    workerVersion: data.VERSION?.id || "local",
  };
}

/** A Durable Object namespace, as far as it is used here. */
export interface KillSwitches {
  getByName(name: string): Pick<KillSwitchRpc, "register">;
}

export function killSwitches(env: object): KillSwitches {
  const binding: unknown = Reflect.get(env, "KILL_SWITCH");
  if (!isNamespace(binding)) throw new Error("ledger-worker is misconfigured: KILL_SWITCH is not bound");
  return binding;
}

function isNamespace(value: unknown): value is KillSwitches {
  return typeof value === "object" && value !== null && "getByName" in value;
}
