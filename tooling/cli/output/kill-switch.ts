import type * as z from "zod";
import type { KillSwitchMode } from "#contracts/kill-switch";
import type { opsRoutes } from "#contracts/routes/ops";
import type { Paint } from "./paint.ts";
import { when } from "./time.ts";

export type KillSwitchReply = z.infer<typeof opsRoutes.killSwitch.reply>;

const MEANING: Readonly<Record<KillSwitchMode, string>> = {
  off: "trading goes on",
  entries: "nothing new is opened; exits still execute",
  all: "nothing executes but protective orders",
};

export function meaningOf(mode: KillSwitchMode): string {
  return MEANING[mode];
}

export function modeText(mode: KillSwitchMode, paint: Paint): string {
  return mode === "off" ? paint.good("off") : paint.bad(paint.bold(mode.toUpperCase()));
}

/** Something that says stop or go could not be read, and what could be read does not settle it. */
export function isUnknown(of: { effective: KillSwitchMode; unread?: readonly string[] | undefined }): boolean {
  return (of.unread?.length ?? 0) > 0 && of.effective !== "all";
}

/** `off  (trading goes on)`; a switch that nobody could read is never shown as one that somebody set. */
export function effectiveText(
  of: { effective: KillSwitchMode; unread?: readonly string[] | undefined },
  paint: Paint,
): string {
  const meaning = `(${meaningOf(of.effective)})`;
  if (!isUnknown(of)) return `${modeText(of.effective, paint)}  ${meaning}`;
  return `${paint.bad(paint.bold(`unknown (treated as ${of.effective.toUpperCase()})`))}  ${meaning}`;
}

/** `entries since 10 min ago by operator: exchange maintenance` */
export function standsText(
  { mode, changedAt, by, reason }: KillSwitchReply["state"],
  options: { now: Date; absolute: boolean },
): string {
  return `${mode}${changedAt === undefined ? "" : ` since ${when(changedAt, options)}`} by ${by}: ${reason}`;
}

export function killSwitchText(
  reply: KillSwitchReply,
  options: { now: Date; absolute: boolean; paint: Paint },
): string {
  const { state, kv, inFlight } = reply;
  const stoppedBy = kv.filter((each) => each.mode !== "off");
  const lines = [`kill switch: ${effectiveText(reply, options.paint)}`];
  if (state.changedAt !== undefined) lines.push(`  switch      ${standsText(state, options)}`);
  for (const { key, mode } of stoppedBy)
    lines.push(`  KV key      ${key} says ${mode}; npx hoox kill-switch off clears it too`);
  if (reply.cancelling > 0)
    lines.push(`  cancelling  ${reply.cancelling} resting ${reply.cancelling === 1 ? "entry" : "entries"}`);
  lines.push(
    inFlight.length === 0
      ? "  in flight   nothing"
      : `  in flight   ${inFlight.length}, already at a venue or on the way:`,
  );
  for (const leg of inFlight) lines.push(`    ${leg.clientOrderId}  ${leg.ledger}  npx hoox trace ${leg.requestId}`);
  if (reply.note !== undefined) lines.push(`  note        ${reply.note}`);
  return lines.join("\n");
}
