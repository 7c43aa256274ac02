import type { Outcome } from "#contracts/outcome";
import type { Signal } from "#contracts/signal";
import type { LegRow, SignalRow } from "./rows.ts";

const labels: Readonly<Record<Outcome, string>> = {
  filled: "Filled",
  working: "Working",
  superseded: "Superseded",
  expired: "Expired",
  halted: "Halted",
  refused: "Refused",
  rejected: "Rejected",
  failed: "Failed",
};

const roles: Readonly<Record<LegRow["role"], string>> = {
  entry: "Entry",
  close: "Close",
  stop: "Stop",
  target: "Target",
  emergency: "Emergency close",
};

/** `Filled: buy 0.01 BTCUSDT at 65000 · main:paper` */
export function outcomeTitle(of: {
  outcome: Outcome;
  signal: Signal;
  ledger: string;
  filled: string;
  price: string | undefined;
}): string {
  const { outcome, signal, ledger, filled } = of;
  const quantity = outcome === "filled" && filled !== "0" ? filled : signal.quantity;
  const price = outcome === "filled" ? of.price : signal.orderType === "limit" ? signal.price : undefined;
  const parts = [actionWords(signal), quantity, signal.symbol, price === undefined ? undefined : `at ${price}`];
  return `${labels[outcome]}: ${parts.filter((part) => part !== undefined).join(" ")} · ${ledger}`;
}

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

export function expiredReason(row: Pick<SignalRow, "accepted_at" | "valid_until" | "last_error">): string {
  const seconds = Math.max(0, Math.round((row.valid_until - row.accepted_at) / 1_000));
  const cause = row.last_error === null ? "" : ` The last problem was: ${row.last_error}.`;
  return `Not executed within its validity of ${seconds} s.${cause}`;
}

export function sentence(text: string): string {
  const trimmed = text.trim().slice(0, 480);
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
