import { compare, isPositive, isZero } from "#contracts/decimal";
import { CLOSES_ITSELF } from "./details.ts";
import { notify } from "./messages.ts";
import { restOf } from "./holdings.ts";
import { isWorking, type SignalRow } from "./rows.ts";
import { openAgainst, sumUnfilled } from "./sizing.ts";
import { openTellBackoff, UNGUARDED_MS } from "./times.ts";
import type { Tx } from "./tx.ts";

/** The values of `signals.emergency`. */
export const GUARDED = 0;
/** Protection failed: all that is left to do is to close. */
export const CLOSING = 1;
/** The emergency closes failed too: a person must close it. */
export const LEFT_TO_A_PERSON = 2;

/** When a position without its stop must be closed; Infinity while it has one, or is being closed. */
export function unguardedUntil(tx: Tx, row: SignalRow): number {
  if (row.guarding === 0 || row.emergency !== GUARDED) return Infinity;
  const stops = tx.legs(row.request_id).filter((leg) => leg.role === "stop");
  const waiting = stops.filter((leg) => leg.status === "planned");
  const entry = tx.leg(row.request_id, "e");
  const isFlat = entry !== undefined && isZero(restOf(tx, row, entry));
  // Beside one that is too large it waits for nothing but its size.
  if (waiting.length === 0 || isFlat || isCovered(tx, row)) return Infinity;
  return Math.min(...waiting.map((leg) => leg.planned_at + UNGUARDED_MS));
}

/** True while stops at the venue hold all that is left of the entry. */
export function isCovered(tx: Tx, row: SignalRow): boolean {
  const entry = tx.leg(row.request_id, "e");
  const stops = tx.legs(row.request_id).filter((leg) => leg.role === "stop");
  const standing = sumUnfilled(stops.filter((leg) => isWorking(leg) && leg.cancel_reason === null));
  return entry !== undefined && isPositive(standing) && compare(standing, restOf(tx, row, entry)) >= 0;
}

/** A stop that could not be placed for too long: closing is all that is left to do. */
export function closeUnguarded(tx: Tx, row: SignalRow): void {
  if (row.lease !== null || unguardedUntil(tx, row) > tx.now) return;
  close(tx, row, `No stop for ${UNGUARDED_MS / 1_000} s`);
}

/** A stop that nobody can compute. */
export function closeWithoutStop(tx: Tx, row: SignalRow): void {
  if (row.emergency === GUARDED) close(tx, row, "No stop can be placed");
}

function close(tx: Tx, row: SignalRow, what: string): void {
  tx.update(row, { emergency: CLOSING, guarding: 1 });
  notify(tx, row, "critical", `${what}, closing the position: ${row.symbol} · ${tx.ledger}`, [
    { label: "Cause", value: row.last_error ?? "the stop was never placed" },
    CLOSES_ITSELF,
  ]);
}

/** Says at a growing distance that a position which should be closed is still open. */
export function tellStillOpen(tx: Tx, row: SignalRow): void {
  if (row.warn_at === null || row.warn_at > tx.now) return;
  if (!isStillOpen(tx, row)) return tx.update(row, { warn_at: null, warnings: 0 });
  const warnings = row.warnings + 1;
  tx.update(row, { warnings, warn_at: tx.now + openTellBackoff(warnings) });
  askPerson(tx, row);
}

/** Asks for a hand, because no emergency close has worked. */
export function askPerson(tx: Tx, row: SignalRow): void {
  // One that was not needed did not fail.
  const closes = tx.legs(row.request_id).filter((leg) => leg.role === "emergency" && leg.status !== "dropped");
  const what =
    row.emergency === LEFT_TO_A_PERSON
      ? `${closes.length} emergency closes of ${row.symbol} failed`
      : `the emergency close of ${row.symbol} is not executed`;
  notify(tx, row, "critical", `Close it by hand: ${what} · ${tx.ledger}`, [
    { label: "Why", value: closes.findLast((leg) => leg.reason !== null)?.reason ?? row.last_error ?? "no answer" },
    {
      label: "Next",
      value: `Close it on the venue's screen, then: npx hoox lanes resolve ${row.request_id} --outcome filled --price … --reason "…". If nothing of it is there: npx hoox positions reconcile ${tx.ledger} ${row.symbol}`,
    },
  ]);
}

function isStillOpen(tx: Tx, row: SignalRow): boolean {
  const closes = tx.legs(row.request_id).filter((leg) => leg.role === "emergency");
  const [first] = closes;
  if (!first) return false;
  const trying = row.emergency === LEFT_TO_A_PERSON || closes.some((leg) => leg.live === 1);
  return trying && isPositive(openAgainst(tx, row.symbol, first.side));
}
