import { compare, minimum, subtract } from "#contracts/decimal";
import type { Task } from "#contracts/ledger";
import { partOf } from "./leg-size.ts";
import { closesEverything } from "./lane.ts";
import { lastClose } from "./main-legs.ts";
import {
  clientIdOf,
  closes,
  COUNTS_IN_PART,
  COUNTS_NOWHERE,
  COUNTS_TOWARD_TARGET,
  isMain,
  isOpen,
  isProtective,
  isWorking,
  locksBalance,
  opposite,
  type LegRow,
  type SignalRow,
} from "./rows.ts";
import { onlyReduces, openAgainst, reducing, restsAtLimit, sumUnfilled } from "./sizing.ts";
import { askBackoff } from "./times.ts";
import type { Tx } from "./tx.ts";
import { actionWords } from "./words.ts";

/**
 * What is to be done at the venue, in order. A leg that was ever sent and of which nothing final is known is
 * asked for, never placed; entry and close need `place`, the right of the lane's head.
 */
export function tasksOf(tx: Tx, row: SignalRow, of: { placeMain: boolean; isOvertaken: boolean }): Task[] {
  const legs = tx.legs(row.request_id);
  const placing = of.placeMain && legs.some((leg) => isMain(leg) && leg.status === "planned");
  const clearing = placing && !of.isOvertaken ? clearWay(tx, row) : [];
  const cancels = legs.filter((leg) => leg.cancel_reason !== null && isOpen(leg)).map((leg) => taskFor(leg, "cancel"));
  const work: Task[] = [];
  for (const leg of legs) {
    if (leg.cancel_reason !== null) continue;
    if (leg.status === "in_doubt" || leg.status === "sending") work.push(taskFor(leg, "ask"));
    else if (leg.status === "planned" && (isMain(leg) ? placing : leg.due_at <= tx.now))
      work.push(taskFor(leg, "place"));
    else if (isWorking(leg)) work.push({ ...taskFor(leg, "ask"), known: knownOf(leg) });
  }
  // On spot an old protective order must let go of the balance first; elsewhere the new one comes first,
  // so that the position is never without.
  return locksBalance(row.symbol) ? [...clearing, ...cancels, ...work] : [...clearing, ...work, ...cancels];
}

function clearWay(tx: Tx, row: SignalRow): Task[] {
  const reason = `Superseded by a later ${actionWords(row)} (${row.request_id}).`;
  const counts = countsToward(tx, row);
  return inTheWay(tx, row).map((leg) => {
    const isNew = leg.cancel_reason === null;
    if (isNew) tx.updateLeg(leg, { asks: 0, due_at: tx.now + askBackoff(0), awaited_since: tx.now });
    // After an exit of all nothing that it still fills counts toward anything, whatever it makes way for later.
    const isStricter = leg.cancel_outcome === "superseded" && leg.cancel_counts === COUNTS_NOWHERE;
    if (isNew || !isStricter)
      tx.updateLeg(leg, { cancel_reason: reason, cancel_outcome: "superseded", cancel_counts: counts });
    tx.touched.add(leg.request_id);
    return taskFor(leg, "cancel");
  });
}

/** What an order that makes way still fills is closed, or counts toward what it makes way for while that is to be sent. */
function countsToward(tx: Tx, row: SignalRow): number {
  if (row.action === "target") return COUNTS_TOWARD_TARGET;
  return row.is_exit === 1 && !closesEverything(tx.bodyOf(row)) ? COUNTS_IN_PART : COUNTS_NOWHERE;
}

/**
 * An exit takes the older entries of its side off the venue, a target every older entry and close; on spot also
 * the orders that lock the balance.
 */
export function inTheWay(tx: Tx, row: SignalRow): LegRow[] {
  if (row.is_exit === 0 && row.action !== "target" && !sellsSpot(row)) return [];
  return tx.liveLegs(row.symbol).filter((leg) => leg.seq < row.seq && isOpen(leg) && isInTheWay(tx, leg, row));
}

function isInTheWay(tx: Tx, leg: LegRow, of: SignalRow): boolean {
  if (isMain(leg)) {
    return of.action === "target" || (leg.role === "entry" && mayOpenAgain(tx, leg, of)) || locksCoinsOf(tx, leg, of);
  }
  if (!isProtective(leg) || !locksBalance(leg.symbol)) return false;
  if (of.action === "target") return lastClose(tx, of.request_id)?.status === "planned";
  if (sellsSpot(of)) return leg.side === "sell";
  return closes(of.action, opposite(leg.side));
}

/** What can only reduce opens nothing that an exit of one side would have to close. */
function mayOpenAgain(tx: Tx, entry: LegRow, { action }: SignalRow): boolean {
  return closes(action, entry.side) && (action === "close" || !onlyReduces(tx, entry));
}

/** A net sale of a spot coin, or a limit exit that rests, locks what it would sell, as a stop does: an exit may need it. */
function locksCoinsOf(tx: Tx, sale: LegRow, exit: SignalRow): boolean {
  if (!locksBalance(sale.symbol) || sale.side !== "sell" || !closes(exit.action, "buy")) return false;
  if (sale.role === "close" && !restsAtLimit(tx, sale)) return false;
  const open = openAgainst(tx, sale.symbol, "sell");
  const locked = sumUnfilled(reducing(tx, sale.symbol, "sell").filter(isOpen));
  return compare(minimum(partOf(tx.bodyOf(exit), open), open), subtract(open, locked)) > 0;
}

/** A net sale of a spot coin needs the coins that a stop locks, as an exit does. */
function sellsSpot({ action, symbol }: SignalRow): boolean {
  return locksBalance(symbol) && (action === "sell" || action === "short");
}

function knownOf({ order_status, filled_quantity }: LegRow): Task["known"] {
  return order_status === null ? undefined : { status: order_status, filledQuantity: filled_quantity };
}

function taskFor(leg: LegRow, action: Task["do"]): Task {
  return { do: action, clientOrderId: clientIdOf(leg), symbol: leg.symbol, leg: leg.leg, role: leg.role };
}
