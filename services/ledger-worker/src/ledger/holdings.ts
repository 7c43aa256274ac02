import { add, compare, isPositive, maximum, minimum, subtract, type Decimal } from "#contracts/decimal";
import type { Side } from "#contracts/signal";
import { uncut } from "./at-once.ts";
import { planEmergency } from "./emergency.ts";
import { isLive, isMain, opposite, type LegRow, type SignalRow } from "./rows.ts";
import { onlyReduces, openAgainst, sumUnfilled } from "./sizing.ts";
import { CHUNK } from "./times.ts";
import type { Tx } from "./tx.ts";

/** What the entry filled, less what its own protective legs and others closed. */
export function restOf(tx: Tx, row: SignalRow, entry: LegRow): Decimal {
  const rest = subtract(subtract(entry.filled_quantity, closedByOwn(tx, row)), row.released);
  return isPositive(rest) ? rest : "0";
}

function closedByOwn(tx: Tx, row: SignalRow): Decimal {
  return tx
    .legs(row.request_id)
    .filter((leg) => !isMain(leg))
    .reduce((sum, leg) => add(sum, consumed(leg)), "0");
}

/**
 * What a leg has taken of its entry. A filled order counts as what was asked for: venues round down, and what
 * rounding leaves is too small for any order.
 */
export function consumed(leg: LegRow): Decimal {
  return leg.order_status === "filled" ? maximum(leg.quantity ?? "0", leg.filled_quantity) : leg.filled_quantity;
}

/** True where nothing is open of its side but what the entry holds: what closes too much takes nothing of others. */
export function isAlone(tx: Tx, row: SignalRow, entry: LegRow): boolean {
  return compare(openAgainst(tx, row.symbol, opposite(entry.side)), restOf(tx, row, entry)) <= 0;
}

/** What is being closed of an entry, or is to be at once; what was cut off such an order follows it. */
export function closingOf(tx: Tx, row: SignalRow): Decimal {
  const closing = tx.legs(row.request_id).filter((leg) => leg.role === "emergency" && isLive(leg));
  return sumUnfilled(closing.map((leg) => ({ ...leg, ...uncut(leg) })));
}

/**
 * What is open belongs to the entries that guard it: first what is being closed of them, then the oldest first. What
 * others closed is taken from the youngest for good, so that it never takes what is opened later under its guard.
 * Answers what nobody guards.
 */
export function shareOut(tx: Tx, symbol: string, guarding: readonly SignalRow[]): Record<Side, Decimal> {
  const left = { buy: openAgainst(tx, symbol, "sell"), sell: openAgainst(tx, symbol, "buy") };
  const aside = new Map<SignalRow, Decimal>();
  for (const row of guarding) {
    const entry = tx.leg(row.request_id, "e");
    if (!entry) continue;
    // What its own legs closed beyond it, they took from the others: from them it is taken below, and not from what
    // this entry fills later.
    const own = subtract(entry.filled_quantity, closedByOwn(tx, row));
    if (compare(row.released, own) > 0) tx.update(row, { released: own });
    const closing = minimum(minimum(closingOf(tx, row), restOf(tx, row, entry)), left[entry.side]);
    aside.set(row, closing);
    left[entry.side] = subtract(left[entry.side], closing);
  }
  for (const row of guarding) {
    const entry = tx.leg(row.request_id, "e");
    if (!entry) continue;
    const rest = restOf(tx, row, entry);
    const closing = aside.get(row) ?? "0";
    const more = minimum(subtract(rest, closing), left[entry.side]);
    left[entry.side] = subtract(left[entry.side], more);
    const held = add(closing, more);
    if (compare(held, rest) < 0) tx.update(row, { released: add(row.released, subtract(rest, held)) });
  }
  return left;
}

/**
 * An order that can only reduce never opens. When its fill, heard of late, raises the other side all the same, the
 * entries booked meanwhile closed less than they seemed to: what they hold of it is theirs to guard again.
 */
export function giveBack(tx: Tx, leg: LegRow, grown: Decimal): void {
  let open = openAgainst(tx, leg.symbol, opposite(leg.side));
  let raised = minimum(grown, open);
  if (!isPositive(raised)) return;
  const entries = tx.signals(
    `SELECT * FROM signals WHERE symbol = ? AND is_exit = 0 ORDER BY seq DESC LIMIT ${CHUNK}`,
    leg.symbol,
  );
  // What could open comes before what, as far as the venue is to be believed, could not.
  const reduces = (row: SignalRow): number => Number(orderReduces(tx, row));
  for (const row of entries.toSorted((one, other) => reduces(one) - reduces(other))) {
    const entry = tx.leg(row.request_id, "e");
    if (entry?.side !== leg.side || entry === leg || !isPositive(raised)) continue;
    // The youngest hold what is open, whether or not they guard it.
    const held = minimum(open, subtract(entry.filled_quantity, closedByOwn(tx, row)));
    if (!isPositive(held)) continue;
    open = subtract(open, held);
    const back = minimum(minimum(raised, row.released), held);
    if (!isPositive(back)) continue;
    raised = subtract(raised, back);
    tx.update(row, { released: subtract(row.released, back), guarding: 1 });
    const again = takeNotNeeded(tx, row, back);
    if (isPositive(again)) planEmergency(tx, row, again, { against: entry });
  }
}

function orderReduces(tx: Tx, { request_id }: SignalRow): boolean {
  const entry = tx.leg(request_id, "e");
  return entry !== undefined && onlyReduces(tx, entry);
}

/** Of what was to be closed and was not, because nothing seemed open any more: at most so much, and no part of it twice. */
function takeNotNeeded(tx: Tx, row: SignalRow, most: Decimal): Decimal {
  let left = most;
  for (const leg of tx.legs(row.request_id)) {
    if (leg.role !== "emergency" || leg.status !== "dropped" || leg.outcome !== null) continue;
    const part = minimum(leg.quantity ?? "0", left);
    left = subtract(left, part);
    tx.updateLeg(leg, { quantity: subtract(leg.quantity ?? "0", part) });
  }
  return subtract(most, left);
}
