import { add, isZero } from "#contracts/decimal";
import { worst, type Outcome } from "#contracts/outcome";
import { figure } from "./amounts.ts";
import { packLetterOf } from "./letter.ts";
import { isFollowing, lastClose, withFollowing } from "./main-legs.ts";
import { executionOf, notifyOutcome, tellSettled } from "./messages.ts";
import { clientIdOf, isLive, isMain, isOpen, NOT_PARKED, PARKED, type LegRow, type SignalRow } from "./rows.ts";
import { mayOvertake, noteSettled } from "./settled.ts";
import { openAgainst } from "./sizing.ts";
import { HOUR, KEEP_PARKED_MS, KEEP_SIGNALS_MS } from "./times.ts";
import type { Tx } from "./tx.ts";
import { UNREADABLE } from "./unreadable.ts";
import { expiredReason, sentence } from "./words.ts";

interface Verdict {
  outcome: Outcome;
  reason: string;
}

/** Judges a signal by its legs: ends it, or revises how it ended. Nothing happens during an attempt. */
export function evaluate(tx: Tx, row: SignalRow): void {
  if (row.lease !== null) return;
  if (row.ended === 0 && !tx.isReadable(row)) giveUpUnreadable(tx, row);
  expireIfOver(tx, row);
  dropAfterFailedClose(tx, row);
  const main = tx.legs(row.request_id).filter(isMain);
  if (main.length === 0) return;
  const pending = main.some((leg) => isUnsettled(leg));
  if (pending) return;
  const verdict = verdictOf(main);
  if (row.ended === 0) return endSignal(tx, row, verdict);
  if (verdict.outcome !== row.outcome) {
    // What the venue did after all is no dead letter any more.
    tx.update(row, { outcome: verdict.outcome, reason: verdict.reason, parked: NOT_PARKED });
    noteSettled(tx, row);
    tellSettled(tx, row, verdict.outcome);
    notifyOutcome(tx, row, verdict.outcome);
    tx.log("info", "signal.settled", `${verdict.outcome}: ${verdict.reason}`, row.request_id, { rev: row.rev });
  } else if (executionOf(tx, row).filled !== row.settled_quantity) {
    tx.update(row, { reason: verdict.reason });
    tellSettled(tx, row, verdict.outcome);
  }
}

/** Not sent yet, not answered yet, or with a part that is to follow. */
function isUnsettled({ status, order_status, rest }: LegRow): boolean {
  if (status === "done") return order_status === "working" && rest !== null;
  return status !== "dropped";
}

function giveUpUnreadable(tx: Tx, row: SignalRow): void {
  const legs = tx.legs(row.request_id);
  if (legs.length === 0) return endSignal(tx, row, { outcome: "failed", reason: UNREADABLE });
  for (const leg of legs) if (isMain(leg) && leg.status === "planned") dropLeg(tx, leg, "failed", UNREADABLE);
}

/** Ends a signal for its lane, with everything that the world should know about it in the same commit. */
export function endSignal(tx: Tx, row: SignalRow, verdict: Verdict, parked?: { error: string }): void {
  if (!parked && mayOvertake(tx, row)) noteSettled(tx, row);
  // What the venue did not execute is planned again: it has had no turn either.
  const unreached = tx.legs(row.request_id).every(({ status }) => status === "planned" || status === "dropped");
  if (verdict.outcome === "expired" && unreached)
    tx.sql.exec(`UPDATE lanes SET expired = expired + 1 WHERE symbol = ?`, row.symbol);
  tx.update(row, {
    ended: 1,
    ended_at: tx.now,
    outcome: verdict.outcome,
    reason: verdict.reason,
    lease: null,
    lease_until: null,
    hints: 0,
    hint_at: 0,
    // Until it is scheduled at the end of the commit, as every touched signal is.
    ready: 0,
    due_at: null,
    parked: parked ? PARKED : NOT_PARKED,
    parked_version: parked ? tx.config.workerVersion : null,
    prune_at: pruneAt(tx, { parked: parked !== undefined }),
  });
  tx.memory.hinted.delete(row.request_id);
  tellSettled(tx, row, verdict.outcome);
  notifyOutcome(tx, row, verdict.outcome);
  if (parked) packLetterOf(tx, row, { error: parked.error, reason: verdict.reason });
  tx.lanes.add(row.symbol);
  tx.touch(row);
  tx.log("info", "signal.settled", `${verdict.outcome}: ${verdict.reason}`, row.request_id, {
    outcome: verdict.outcome,
    seq: row.seq,
    attempts: row.attempts,
    orders: tx
      .legs(row.request_id)
      .filter((leg) => leg.sent_at !== null)
      .map(clientIdOf),
  });
}

/** Never sooner than its alert key is free: the row is what recognises its copies. */
export function pruneAt(tx: Tx, { parked }: { parked: boolean }): number {
  const { bodyKeyMs, explicitKeyMs } = tx.config;
  const keepMs = Math.max(parked ? KEEP_PARKED_MS : KEEP_SIGNALS_MS, bodyKeyMs, explicitKeyMs);
  // On the full hour, so that pruning wakes the ledger once an hour at most.
  return Math.ceil((tx.now + keepMs) / HOUR) * HOUR;
}

/** At the end of validity every planned main leg is over; what was sent or is in doubt is not. */
export function expireIfOver(tx: Tx, row: SignalRow): void {
  if (row.ended === 1 || row.lease !== null || row.valid_until > tx.now) return;
  const legs = tx.legs(row.request_id);
  if (legs.length === 0) return endSignal(tx, row, { outcome: "expired", reason: expiredReason(row) });
  for (const leg of legs) {
    if (isMain(leg) && leg.status === "planned") dropLeg(tx, leg, "expired", expiredReason(row));
  }
}

export function dropLeg(tx: Tx, leg: LegRow, outcome: Outcome | null, reason: string): void {
  tx.updateLeg(leg, { status: "dropped", outcome, reason });
}

/** The words for why an entry may not follow its close, or undefined while it may. */
export function failedClose(tx: Tx, requestId: string): { outcome: Outcome; reason: string } | undefined {
  const close = lastClose(tx, requestId);
  if (!close || isLive(close)) return undefined;
  // Whatever has closed the position, such as its stop, did what this was to do.
  if (isZero(openAgainst(tx, close.symbol, close.side))) return undefined;
  if (close.status === "dropped") {
    if (close.outcome === null) return undefined;
    return {
      outcome: close.outcome,
      reason: `The opposite position was not closed first: ${close.reason ?? close.outcome}`,
    };
  }
  if (close.order_status === "filled") return undefined;
  const why = close.reason ?? `the closing order was ${close.order_status ?? "not filled"}`;
  return { outcome: "rejected", reason: sentence(`The opposite position was not closed first: ${why}`) };
}

function dropAfterFailedClose(tx: Tx, row: SignalRow): void {
  const entry = tx.leg(row.request_id, "e");
  if (entry?.status !== "planned") return;
  const failed = failedClose(tx, row.request_id);
  if (failed) dropLeg(tx, entry, failed.outcome, failed.reason);
}

function verdictOf(main: readonly LegRow[]): Verdict {
  // What the entry did is what the signal did, whatever became of a close before it.
  const entry = main.find((leg) => leg.role === "entry");
  const opened = entry && legVerdict(entry);
  const isCut =
    entry !== undefined &&
    withFollowing(entry, main).some(
      (leg) => leg.rest !== null || (isFollowing(leg) && legVerdict(leg)?.outcome !== "filled"),
    );
  if (opened?.outcome === "working" || (opened?.outcome === "filled" && !isCut)) return opened;
  const judged = main.flatMap((leg) => {
    const verdict = legVerdict(leg);
    return verdict ? [verdict] : [];
  });
  // Nothing has ended while an order rests: what becomes of it is still to be told.
  const resting = judged.find((each) => each.outcome === "working");
  if (resting) return resting;
  const outcome = worst(judged.map((each) => each.outcome)) ?? "superseded";
  const reason = judged.findLast((each) => each.outcome === outcome)?.reason ?? "Nothing had to be done.";
  return { outcome, reason };
}

function legVerdict(leg: LegRow): Verdict | undefined {
  if (leg.status === "dropped") {
    return leg.outcome === null ? undefined : { outcome: leg.outcome, reason: sentence(leg.reason ?? leg.outcome) };
  }
  const price = leg.average_price === null ? "" : ` at ${figure(leg.average_price)}`;
  const whole = add(leg.quantity ?? leg.filled_quantity, leg.rest ?? "0");
  const filled = `${leg.filled_quantity} of ${whole}${price}`;
  // It was cut, and what was to follow will not: unless another signal took it off the venue, it must not pass for done.
  const isBroken =
    leg.rest !== null &&
    leg.cancel_reason === null &&
    (leg.order_status === "cancelled" || leg.order_status === "expired");
  if (isBroken) return { outcome: "expired", reason: `Filled ${filled}; the rest was ${leg.order_status}.` };
  switch (leg.order_status) {
    case "working":
      return { outcome: "working", reason: `The order rests at the venue; filled ${filled}.` };
    case "filled":
      return { outcome: "filled", reason: [`Filled ${filled}.`, leg.reason].filter((part) => part !== null).join(" ") };
    case "rejected":
      if (!isZero(leg.filled_quantity))
        return {
          outcome: leg.rest === null ? "filled" : "rejected",
          reason: `Filled ${filled}; the rest was rejected.`,
        };
      return { outcome: "rejected", reason: sentence(leg.reason ?? "The venue rejected the order") };
    case "cancelled":
    case "expired":
    case null: {
      if (!isZero(leg.filled_quantity)) {
        return { outcome: "filled", reason: `Filled ${filled}; the rest was ${leg.order_status ?? "not filled"}.` };
      }
      if (leg.cancel_reason !== null)
        return { outcome: leg.cancel_outcome ?? "superseded", reason: sentence(leg.cancel_reason) };
      const outcome = leg.order_status === "expired" ? "expired" : "superseded";
      return {
        outcome,
        reason: sentence(leg.reason ?? `The venue reports the order as ${leg.order_status ?? "unknown"}`),
      };
    }
    default:
      return leg.order_status satisfies never;
  }
}

/** True while anything about the signal may still change at the venue. */
export function hasOpenWork(tx: Tx, row: SignalRow): boolean {
  return (
    row.guarding === 1 ||
    tx.legs(row.request_id).some((leg) => isOpen(leg) || leg.status === "planned" || leg.pending_at !== null)
  );
}
