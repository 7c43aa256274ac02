import {
  add,
  compare,
  divide,
  isPositive,
  isZero,
  minimum,
  multiply,
  subtract,
  type Decimal,
} from "#contracts/decimal";
import type { Side, Signal } from "#contracts/signal";
import { planEmergency } from "./emergency.ts";
import { notify } from "./messages.ts";
import { dropLeg } from "./outcome.ts";
import { isLive, isOpen, locksBalance, opposite, type LegRow, type SignalRow } from "./rows.ts";
import { closingUnderWay, openAgainst, sumUnfilled, unfilled } from "./sizing.ts";
import { MAX_PROTECTIVE_PLACEMENTS } from "./times.ts";
import type { Tx } from "./tx.ts";

const FLAT = "Its position is closed.";

/** Brings the protective legs of a symbol's entries in line with what is still held. */
export function reviewProtection(tx: Tx, symbol: string): void {
  const guarding = tx.signalsUnless(
    `guarding ${symbol}`,
    `SELECT * FROM signals WHERE symbol = ? AND guarding = 1 ORDER BY seq`,
    symbol,
  );
  for (const row of guarding) review(tx, row);
}

function review(tx: Tx, row: SignalRow): void {
  const entry = tx.leg(row.request_id, "e");
  if (!entry) return;
  tx.touch(row);
  const held = heldBy(tx, row, entry);
  const protective = tx
    .legs(row.request_id)
    .filter((leg) => (leg.role === "stop" || leg.role === "target") && isLive(leg));
  if (isZero(held)) {
    for (const leg of protective) release(tx, leg, FLAT);
    const busy = isLive(entry) || tx.legs(row.request_id).some((leg) => leg.role === "emergency" && isLive(leg));
    if (!busy) tx.update(row, { guarding: 0, emergency: 0 });
    return;
  }
  const closing = tx.legs(row.request_id).filter((leg) => leg.role === "emergency" && isLive(leg));
  const kept = subtract(held, sumUnfilled(closing));
  if (row.emergency === 1) {
    for (const leg of protective) release(tx, leg, "The position is being closed.");
    if (isPositive(kept)) planEmergency(tx, row, kept, { against: entry });
    return;
  }
  if (locksBalance(row.symbol) && mustWait(tx, row, entry, protective)) return;
  if (isPositive(kept)) protect(tx, row, entry, kept);
}

/** What the entry filled, less what its own protective legs closed, and never more than is open. */
export function heldBy(tx: Tx, row: SignalRow, entry: LegRow): Decimal {
  const closed = tx
    .legs(row.request_id)
    .filter((leg) => leg.role === "stop" || leg.role === "target" || leg.role === "emergency")
    .reduce((sum, leg) => add(sum, consumed(leg)), "0");
  const rest = subtract(entry.filled_quantity, closed);
  return isPositive(rest) ? minimum(rest, openAgainst(tx, row.symbol, opposite(entry.side))) : "0";
}

/**
 * What a leg has taken of its entry. A filled order counts as what was asked for: venues round down, and what
 * rounding leaves is too small for any order.
 */
function consumed(leg: LegRow): Decimal {
  return leg.order_status === "filled" ? maximum(leg.quantity ?? "0", leg.filled_quantity) : leg.filled_quantity;
}

function maximum(a: Decimal, b: Decimal): Decimal {
  return compare(a, b) >= 0 ? a : b;
}

/** Where a protective leg of this signal stands: its own price, or a distance from the entry's average. */
export function triggerPrice(signal: Signal, leg: LegRow, entry: LegRow): Decimal | undefined {
  const rule = leg.role === "stop" ? signal.stopLoss : signal.takeProfits?.[leg.target ?? -1];
  if (!rule) return undefined;
  if ("price" in rule) return rule.price;
  const average = entry.average_price;
  if (average === null) return undefined;
  const above = (leg.role === "target") === (entry.side === "buy");
  const factor = above ? add("100", rule.percent) : subtract("100", rule.percent);
  return divide(multiply(average, factor), "100");
}

/** On spot a resting order locks what it would sell: two of them, or one beside a close, would be refused. */
function mustWait(tx: Tx, row: SignalRow, entry: LegRow, protective: readonly LegRow[]): boolean {
  if (protective.some((leg) => leg.cancel_reason !== null && isOpen(leg))) return true;
  return closingUnderWay(tx, { ...entry, side: opposite(entry.side) }).some((leg) => leg.request_id !== row.request_id);
}

function protect(tx: Tx, row: SignalRow, entry: LegRow, held: Decimal): void {
  const signal = tx.bodyOf(row);
  const side = opposite(entry.side);
  if (signal.stopLoss) {
    const standing = keptLegs(tx, row, (leg) => leg.role === "stop");
    if (compare(sumUnfilled(standing), held) !== 0 && replace(tx, row, standing)) {
      plan(tx, row, { role: "stop", side, quantity: held, target: null });
    }
  }
  for (const [target, quantity] of targetShares(signal, entry.filled_quantity).entries()) {
    const own = (leg: LegRow): boolean => leg.role === "target" && leg.target === target;
    const filled = tx
      .legs(row.request_id)
      .filter(own)
      .reduce((sum, leg) => add(sum, consumed(leg)), "0");
    const wanted = minimum(subtract(quantity, filled), held);
    const standing = keptLegs(tx, row, own);
    if (isPositive(wanted) && compare(sumUnfilled(standing), wanted) < 0 && replace(tx, row, standing)) {
      plan(tx, row, { role: "target", side, quantity: wanted, target });
    }
  }
}

/** Each target's part of the filled quantity: its own, or an equal share of what the others leave. */
export function targetShares(signal: Pick<Signal, "takeProfits">, filled: Decimal): Decimal[] {
  const targets = signal.takeProfits ?? [];
  let left = filled;
  const take = (wanted: Decimal): Decimal => {
    const taken = minimum(wanted, left);
    left = subtract(left, taken);
    return taken;
  };
  const given = targets.map((target) => (target.quantity === undefined ? undefined : take(target.quantity)));
  let open = given.filter((quantity) => quantity === undefined).length;
  return given.map((quantity) => {
    if (quantity !== undefined) return quantity;
    const share = open === 1 ? left : divide(left, String(open));
    open -= 1;
    return take(share);
  });
}

function keptLegs(tx: Tx, row: SignalRow, which: (leg: LegRow) => boolean): LegRow[] {
  return tx.legs(row.request_id).filter((leg) => which(leg) && isLive(leg) && leg.cancel_reason === null);
}

/** Takes the standing legs away. False when their successor must wait until the venue has let go of them. */
function replace(tx: Tx, row: SignalRow, standing: readonly LegRow[]): boolean {
  for (const leg of standing) release(tx, leg, "Replaced, because the position changed.");
  return !(locksBalance(row.symbol) && standing.some(isOpen));
}

function plan(
  tx: Tx,
  row: SignalRow,
  of: { role: "stop" | "target"; side: Side; quantity: Decimal; target: number | null },
): void {
  const placements = tx.legs(row.request_id).filter((leg) => leg.role === of.role);
  const same = placements.filter((leg) => leg.target === of.target).length;
  if (same >= MAX_PROTECTIVE_PLACEMENTS) {
    notify(tx, row, "critical", `Protection does not hold, closing the position: ${row.symbol} · ${tx.ledger}`);
    tx.update(row, { emergency: 1 });
    tx.symbols.add(row.symbol);
    return;
  }
  const number = placements.length + 1;
  tx.addLeg(
    {
      ...of,
      leg: `${of.role === "stop" ? "s" : "t"}${number}`,
      ord: (of.role === "stop" ? 100 : 500) + number,
      due_at: tx.now,
    },
    row,
  );
}

/** A planned leg is dropped, one at the venue is to be cancelled. */
function release(tx: Tx, leg: LegRow, reason: string): void {
  if (leg.status === "planned") dropLeg(tx, leg, "superseded", reason);
  else if (leg.cancel_reason === null) {
    tx.updateLeg(leg, { cancel_reason: reason, cancel_outcome: "superseded", asks: 0, due_at: tx.now });
  }
}

/** The quantity that a stop or target may still have, at the moment of sending; "0" when nothing is open. */
export function protectiveQuantity(tx: Tx, leg: LegRow): Decimal {
  return minimum(unfilled(leg), openAgainst(tx, leg.symbol, leg.side));
}
