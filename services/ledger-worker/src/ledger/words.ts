import type { Signal } from "#contracts/signal";
import type { LegRow, SignalRow } from "./rows.ts";

const roles: Readonly<Record<LegRow["role"], string>> = {
  entry: "Entry",
  close: "Close",
  stop: "Stop",
  target: "Target",
  emergency: "Emergency close",
};

/** `close long`, `buy`: an action as people say it. */
export function actionWords(of: Pick<Signal, "action">): string {
  return of.action.replaceAll("_", " ");
}

export function roleWords(leg: Pick<LegRow, "role">): string {
  return roles[leg.role];
}

/** `Stop: sell 0.01 BTCUSDT` */
export function legWords(leg: LegRow): string {
  return [roleWords(leg).toLowerCase(), leg.side, leg.quantity ?? undefined, leg.symbol]
    .filter((part) => part !== undefined)
    .join(" ");
}

export function expiredReason(
  row: Pick<SignalRow, "accepted_at" | "valid_from" | "valid_until" | "last_error">,
): string {
  const seconds = Math.max(0, Math.round((row.valid_until - (row.valid_from ?? row.accepted_at)) / 1_000));
  const cause = row.last_error === null ? "" : ` The last problem was: ${row.last_error}.`;
  return `Not executed within its validity of ${seconds} s.${cause}`;
}

export function sentence(text: string): string {
  const trimmed = text.trim().slice(0, 480);
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
