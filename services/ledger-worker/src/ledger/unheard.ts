import type { Side } from "#contracts/signal";
import { isOpen, locksBalance, type LegRow } from "./rows.ts";
import type { Tx } from "./tx.ts";

/**
 * True while an order of `side` is being cancelled that can only reduce. If it filled unheard, what was booked meanwhile
 * closed less than it seemed to. For one that a person has been asked about nobody waits.
 */
export function mayHaveClosed(tx: Tx, symbol: string, side: Side): boolean {
  return tx
    .liveLegs(symbol)
    .some(
      (leg) => leg.side === side && leg.cancel_reason !== null && leg.told === 0 && isOpen(leg) && reduces(tx, leg),
    );
}

/** Spot exchanges know no such orders. */
function reduces(tx: Tx, leg: LegRow): boolean {
  return !locksBalance(leg.symbol) && (leg.role !== "entry" || tx.orderOf(leg)?.reduceOnly === true);
}
