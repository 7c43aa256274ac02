import * as z from "zod";
import { ledgerName } from "./ids.ts";
import { instant } from "./time.ts";

/** `entries` lets exits through; `all` stops everything but protective legs. */
export const killSwitchMode = z.enum(["off", "entries", "all"]);
export type KillSwitchMode = z.infer<typeof killSwitchMode>;

export const killSwitchState = z.object({
  mode: killSwitchMode,
  reason: z.string(),
  by: z.string(),
  /** Absent while it was never touched. */
  changedAt: instant.optional(),
});
export type KillSwitchState = z.infer<typeof killSwitchState>;

/** The only instance of the KillSwitch Durable Object. */
export const KILL_SWITCH_INSTANCE = "global";

/** KV keys that also stop trading while they hold a truthy text (`true`, `1`, `on`, `yes`, `all`, `entries`). KV may say stop, never go. */
export const KILL_SWITCH_KEYS = ["trade:kill_switch", "global:kill_switch"] as const;

export const setKillSwitch = z.object({
  v: z.literal(1),
  mode: killSwitchMode,
  reason: z.string().min(1).max(500),
  by: z.string().min(1).max(100),
  /** Only while this was the last change (null: none yet): whoever resumes ends the stop that they saw, no later one. */
  ifChangedAt: instant.nullable().optional(),
  /** A stricter mode that stands already stays. */
  neverMilder: z.boolean().optional(),
});
export const registerLedger = z.object({ v: z.literal(1), ledger: ledgerName });

/** RPC surface of the KillSwitch Durable Object (script ledger-worker, class `KillSwitch`). */
export interface KillSwitchRpc {
  show(): Promise<KillSwitchState>;
  /** Answers what stands then; another mode than asked for when a condition did not hold. */
  set(request: z.infer<typeof setKillSwitch>): Promise<KillSwitchState>;
  /** Idempotent; a ledger calls it before its first accept, because Durable Objects cannot be listed. */
  register(request: z.infer<typeof registerLedger>): Promise<void>;
  ledgers(): Promise<string[]>;
}

/** The modes are declared from mildest to strictest. */
export function isMilder(mode: KillSwitchMode, than: KillSwitchMode): boolean {
  return killSwitchMode.options.indexOf(mode) < killSwitchMode.options.indexOf(than);
}

/** What one KV value says: anything that is not a clear no is a stop, because KV may only stop. */
export function modeOfKvValue(value: string | null): KillSwitchMode {
  const text = (value ?? "").trim().replaceAll('"', "").toLowerCase();
  if (["", "false", "0", "off", "no"].includes(text)) return "off";
  return text === "entries" ? "entries" : "all";
}
