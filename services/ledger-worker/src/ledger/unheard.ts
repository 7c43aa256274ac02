import { isPositive } from "#contracts/decimal";
import type { Side } from "#contracts/signal";
import { isOpen, locksBalance, type LegRow } from "./rows.ts";
import { onlyReduces, openAgainst } from "./sizing.ts";
import type { Tx } from "./tx.ts";

/** After so many questions nobody waits for the word any more. */
const ENOUGH_ASKS = 3;

/**
 * True while an order of `side` that can only reduce is being cancelled and nothing was heard of it since. If it filled,
 * what was booked meanwhile closed less than it seemed to.
 */
export function mayHaveClosed(tx: Tx, symbol: string, side: Side): boolean {
  return reducingAtVenue(tx, symbol, side).some((leg) => leg.cancel_reason !== null && isUnheard(leg));
}

/**
 * A close may be refused because an order beside it, such as a stop, has filled unheard. So it comes again, once: that its
 * `asks` are counted remembers it.
 */
export function comesAgain(tx: Tx, leg: LegRow): boolean {
  if (leg.role !== "close" || locksBalance(leg.symbol) || leg.cancel_reason !== null || leg.asks > 0) return false;
  if (isPositive(openAgainst(tx, leg.symbol, leg.side))) return closersBeside(tx, leg).length > 0;
  // It will find nothing to close, which is no failure; an entry that waits for it goes on at once.
  return tx.leg(leg.request_id, "e")?.status !== "planned";
}

/** Has the orders beside a close asked for at once. */
export function askBeside(tx: Tx, close: LegRow): void {
  for (const leg of closersBeside(tx, close)) {
    tx.updateLeg(leg, { asks: 0, due_at: tx.now, awaited_since: tx.now });
    const row = tx.signal(leg.request_id);
    // A watch hint under way may have asked already.
    if (row) tx.update(row, { hint_at: 0 });
    tx.touch(leg);
  }
}

/** True for a close that comes again, until the orders beside it have been heard of. */
export function awaitsWord(tx: Tx, close: LegRow): boolean {
  return close.role === "close" && close.asks > 0 && closersBeside(tx, close).some(isUnheard);
}

/** For one that a person has been asked about nobody waits. */
function isUnheard({ awaited_since, told, asks }: LegRow): boolean {
  return awaited_since !== null && told === 0 && asks < ENOUGH_ASKS;
}

function closersBeside(tx: Tx, close: LegRow): LegRow[] {
  return reducingAtVenue(tx, close.symbol, close.side).filter((leg) => leg.request_id !== close.request_id);
}

/** Spot exchanges know no such orders. */
function reducingAtVenue(tx: Tx, symbol: string, side: Side): LegRow[] {
  if (locksBalance(symbol)) return [];
  return tx.liveLegs(symbol).filter((leg) => leg.side === side && isOpen(leg) && onlyReduces(tx, leg));
}
