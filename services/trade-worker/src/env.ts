import * as z from "zod";
import { firstProblem } from "#contracts/codec";
import type { KillSwitchRpc } from "#contracts/kill-switch";
import type { AccountLedgerRpc } from "#contracts/ledger";
import type { Fetcher } from "#runtime/internal-auth";
import { parseSetting } from "#runtime/setting";
import { paperConfigPatch, type PaperConfigPatch } from "./venues/paper/config.ts";
import type { PaperVenueRpc } from "./venues/paper/rpc.ts";

/** A Durable Object namespace as far as it is used; its stubs have the RPCs of the class. */
export interface Namespace<Rpc> {
  getByName(name: string): Rpc;
}
export interface KeyValues {
  get(key: string): Promise<string | null>;
}

// Bindings are objects of the platform; their shape is fixed by wrangler.jsonc.
function binding<T>() {
  return z.custom<T>((value) => typeof value === "object" && value !== null, "is not bound; run: npx hoox sync");
}

const schema = z.object({
  ACCOUNT_LEDGER: binding<Namespace<AccountLedgerRpc>>(),
  KILL_SWITCH: binding<Namespace<KillSwitchRpc>>(),
  PAPER_VENUE: binding<Namespace<PaperVenueRpc>>(),
  SELF: binding<Fetcher>(),
  CONFIG: binding<KeyValues>(),
  VERSION: z.object({ id: z.string() }).default({ id: "" }),
  /** Where the paper exchange is when it is not the Durable Object beside us; empty: it is. */
  PAPER_URL: z.union([z.literal(""), z.url().transform((url) => url.replace(/\/+$/, ""))]).default(""),
  TRADING_MODE: z.enum(["paper", "live"]).default("paper"),
  INTERNAL_KEY_BINDING: z.string().optional(),
});
export type Env = z.infer<typeof schema> & {
  /** Credentials and account settings, whose names depend on the account; absent when empty. */
  variable: (name: string) => string | undefined;
  /** Names of all variables that `variable` has. */
  names: () => string[];
};

/** Throws an Error that names the bad variable. */
export function readEnv(env: object): Env {
  const parsed = schema.safeParse(env);
  if (!parsed.success) throw new Error(`trade-worker is misconfigured: ${firstProblem(parsed.error)}`);
  const variable = (name: string): string | undefined => {
    const value: unknown = Reflect.get(env, name);
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  return {
    ...parsed.data,
    variable,
    names: () => Object.keys(env).filter((name) => variable(name) !== undefined),
  };
}

/** The variable PAPER, JSON text. Throws an Error that names it. */
export function readPaperVariable(env: object): PaperConfigPatch {
  const text: unknown = Reflect.get(env, "PAPER");
  const given = typeof text === "string" ? text : JSON.stringify(text ?? {});
  return parseSetting("trade-worker is misconfigured: PAPER", given, paperConfigPatch);
}
