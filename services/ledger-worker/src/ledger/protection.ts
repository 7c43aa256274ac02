import { add, compare, isPositive, isZero, maximum, minimum, subtract, type Decimal } from "#contracts/decimal";
import type { Side } from "#contracts/signal";
import { CLOSES_ITSELF } from "./details.ts";
import { planEmergency } from "./emergency.ts";
import { CLOSING, GUARDED, isCovered } from "./exposure.ts";
import { wantsGuard } from "./guardable.ts";
import { closingOf, consumed, isAlone, restOf, shareOut } from "./holdings.ts";
import { isFollowing } from "./main-legs.ts";
import { notify } from "./messages.ts";
import { dropLeg } from "./outcome.ts";
import {
  isLive,
  isMain,
  isOpen,
  isProtective,
  isWorking,
  locksBalance,
  opposite,
  type LegRow,
  type SignalRow,
} from "./rows.ts";
import { onlyReduces, openAgainst, reducing, restsAtLimit, sumUnfilled, unfilled } from "./sizing.ts";
import { targetShares } from "./target-shares.ts";
import { MAX_PROTECTIVE_PLACEMENTS, WITH_ITS_STOP } from "./times.ts";
import type { Tx } from "./tx.ts";

const FLAT = "Its position is closed.";

/** Brings the protective legs of a symbol's entries in line with what is still held. */
export function reviewProtection(tx: Tx, symbol: string): void {
  endIdleCloses(tx, symbol);
  const guarding = tx.signalsUnless(
    `guarding ${symbol}`,
    `SELECT * FROM signals WHERE symbol = ? AND guarding = 1 ORDER BY seq`,
    symbol,
  );
  const unguarded = shareOut(tx, symbol, guarding);
  // What resting sales lock beyond what nobody guards the youngest give, as they do what others closed.
  const resting = locksBalance(symbol) ? sumUnfilled(sales(tx, symbol).filter(locksForGood)) : "0";
  let locked = subtract(resting, minimum(resting, unguarded.buy));
  for (const row of guarding.toReversed()) locked = subtract(locked, review(tx, row, locked));
}

/** What has nothing left to close must not take of what is opened next. */
function endIdleCloses(tx: Tx, symbol: string): void {
  for (const leg of tx.liveLegs(symbol)) {
    if (!isZero(openAgainst(tx, symbol, leg.side))) continue;
    if (leg.role === "emergency" && leg.status === "planned") dropLeg(tx, leg, null, FLAT);
    // Before an entry, which waits for it, it is not given up.
    const row = isMain(leg) && onlyReduces(tx, leg) && isWorking(leg) ? tx.signal(leg.request_id) : undefined;
    if (row?.ended !== 1) continue;
    release(tx, leg, FLAT);
    tx.touch(row);
  }
}

/** Answers how much of what is `locked` by resting sales is of this entry: so much of it can have no stop. */
function review(tx: Tx, row: SignalRow, locked: Decimal): Decimal {
  const entry = tx.leg(row.request_id, "e");
  if (!entry) return "0";
  tx.touch(row);
  const held = orderable(entry, restOf(tx, row, entry));
  const protective = tx.legs(row.request_id).filter((leg) => isProtective(leg) && isLive(leg));
  if (isZero(held)) {
    const busy = isLive(entry) || tx.legs(row.request_id).some((leg) => leg.role === "emergency" && isLive(leg));
    if (busy) for (const leg of protective) release(tx, leg, FLAT);
    else endGuard(tx, row, FLAT);
    return "0";
  }
  const closing = closingOf(tx, row);
  const kept = subtract(held, closing);
  const own = minimum(locked, held);
  if (row.emergency !== GUARDED) {
    const locking = row.emergency === CLOSING && isPositive(own) ? restingSales(tx, row.symbol) : [];
    // Where it is in nobody's way, a stop stands until the position is closed.
    const ending = locksBalance(row.symbol) ? protective : protective.filter((leg) => !(isStop(leg) && isOpen(leg)));
    for (const leg of [...ending, ...locking]) release(tx, leg, "The position is being closed.");
    // Or each further fill of it would be bought and sold at once.
    if (isOpen(entry) && entry.cancel_reason === null)
      tx.updateLeg(entry, { cancel_reason: "Its position is being closed.", asks: 0, due_at: tx.now });
    if (isPositive(kept)) planEmergency(tx, row, kept, { against: entry });
    return own;
  }
  if (isZero(closing) && !wantsGuard(tx.bodyOf(row))) {
    tx.update(row, { guarding: 0 });
    return own;
  }
  if (locksBalance(row.symbol) && mustWait(tx, row, protective)) {
    if (isPositive(own)) dropPlanned(tx, protective);
    return own;
  }
  const free = orderable(entry, subtract(kept, own));
  if (isPositive(free)) protect(tx, row, entry, free);
  // It was planned before an order was sent that rests now and sells the same: the venue would refuse it.
  else if (isPositive(own)) dropPlanned(tx, protective);
  // What could not be guarded is closed instead.
  return row.emergency === GUARDED ? own : review(tx, row, locked);
}

/** Nothing is kept for this entry any more. */
export function endGuard(tx: Tx, row: SignalRow, reason: string): void {
  for (const leg of tx.legs(row.request_id)) if (isProtective(leg) && isLive(leg)) release(tx, leg, reason);
  tx.update(row, { guarding: 0, emergency: GUARDED, warn_at: null, warnings: 0 });
}

function dropPlanned(tx: Tx, legs: readonly LegRow[]): void {
  for (const leg of legs)
    if (leg.status === "planned") release(tx, leg, "A resting order sells what it would protect.");
}

/** On spot a resting order locks what it would sell: until one on its way has let go, no other is taken. */
function mustWait(tx: Tx, row: SignalRow, protective: readonly LegRow[]): boolean {
  if (protective.some((leg) => leg.cancel_reason !== null && isOpen(leg))) return true;
  return isSoldByOther(tx, row);
}

/** True while another signal's order is on its way that sells the same coins. */
function isSoldByOther(tx: Tx, { request_id, symbol }: Pick<SignalRow, "request_id" | "symbol">): boolean {
  return sales(tx, symbol).some((leg) => leg.request_id !== request_id && !mayRest(leg));
}

/** Emergency closes count as what is being closed of their own entries. */
function locksForGood(sale: LegRow): boolean {
  return isWorking(sale) || (sale.role !== "emergency" && mayRest(sale));
}

/** True for a sale that rests, or of which only a person can tell: what it does not sell is guarded without its word. */
function mayRest(sale: LegRow): boolean {
  return isWorking(sale) || (sale.status === "in_doubt" && sale.told === 1);
}

/** Orders that sell spot coins: at the venue, or to follow at once. */
function sales(tx: Tx, symbol: string): LegRow[] {
  return reducing(tx, symbol, "sell").filter((leg) => isOpen(leg) || (isFollowing(leg) && !isBackingOff(tx, leg)));
}

function isBackingOff(tx: Tx, { request_id }: LegRow): boolean {
  return (tx.signal(request_id)?.not_before ?? 0) > tx.now;
}

/** What locks spot coins for as long as the price stays away. */
function restingSales(tx: Tx, symbol: string): LegRow[] {
  return sales(tx, symbol).filter((leg) => restsAtLimit(tx, leg));
}

function protect(tx: Tx, row: SignalRow, entry: LegRow, held: Decimal): void {
  const { stopLoss, takeProfits = [] } = tx.bodyOf(row);
  const side = opposite(entry.side);
  if (stopLoss && takeProfits.length > 0 && locksBalance(row.symbol)) {
    if (row.untargeted === 0) return protectInPairs(tx, row, entry, held);
    const pairs = keptLegs(tx, row, (leg) => leg.target !== null);
    return replace(tx, row, pairs) ? keepStop(tx, row, { side, quantity: held }) : undefined;
  }
  if (stopLoss) keepStop(tx, row, { side, quantity: held });
  let left = held;
  const alone = isAlone(tx, row, entry);
  for (const [target, quantity] of sharesOf(tx, row, entry).entries()) {
    const own = (leg: LegRow): boolean => leg.role === "target" && leg.target === target;
    const placed = tx.legs(row.request_id).filter(own);
    if (placed.some(isGivenUp)) continue;
    const filled = placed.reduce((sum, leg) => add(sum, consumed(leg)), "0");
    const most = maximum(subtract(quantity, filled), "0");
    const wanted = minimum(most, left);
    // On spot what one target is to sell no other can.
    if (locksBalance(row.symbol)) left = subtract(left, wanted);
    const standing = keptLegs(tx, row, own);
    const stands = sumUnfilled(standing);
    // More than is held it may be where it takes nothing of others, but not more than its share: the one it replaced may
    // have filled meanwhile.
    if (compare(stands, wanted) >= 0 && compare(stands, alone ? most : wanted) <= 0) continue;
    if (replace(tx, row, standing) && isPositive(wanted)) {
      plan(tx, row, { role: "target", side, quantity: wanted, target, planned_at: tx.now });
    }
  }
}

/** One stop for all that no target is placed with. */
function keepStop(tx: Tx, row: SignalRow, { side, quantity }: { side: Side; quantity: Decimal }): void {
  const standing = keptLegs(tx, row, (leg) => leg.role === "stop" && leg.target === null);
  const planned_at = unguardedSince(tx, standing);
  if (!locksBalance(row.symbol)) return succeedStop(tx, row, standing, { side, quantity, planned_at });
  if (compare(sumUnfilled(standing), quantity) === 0 || !replace(tx, row, standing)) return;
  if (isPositive(quantity)) plan(tx, row, { role: "stop", side, quantity, target: null, planned_at });
}

/** An old stop goes when its successor stands, and not before: whatever keeps that from the venue, the position has one. */
function succeedStop(
  tx: Tx,
  row: SignalRow,
  standing: readonly LegRow[],
  of: { side: Side; quantity: Decimal; planned_at: number },
): void {
  const fits = standing.findLast((leg) => compare(unfilled(leg), of.quantity) === 0);
  const others = standing.filter((leg) => leg !== fits);
  const isOver = fits !== undefined && isWorking(fits);
  replace(tx, row, isOver ? others : others.filter((leg) => !isOpen(leg)));
  if (isCovered(tx, row) && isEnough(tx, row, of.quantity)) return;
  if (fits === undefined) plan(tx, row, { ...of, role: "stop", target: null });
}

/**
 * True while the venue takes no stop of this size, and one that is too large stands. Where that takes a part of another
 * entry, the right one is tried once more; but never so often that what is covered would be closed.
 */
function isEnough(tx: Tx, row: SignalRow, quantity: Decimal): boolean {
  const entry = tx.leg(row.request_id, "e");
  const stops = tx.legs(row.request_id).filter(isStop);
  const last = stops.at(-1);
  if (entry === undefined || last === undefined || !isGivenUp(last)) return false;
  const refused = stops.filter((leg) => isGivenUp(leg) && compare(leg.quantity ?? "0", quantity) === 0);
  return refused.length >= (isAlone(tx, row, entry) ? 1 : 2) || isSpent(placements(tx, row, "stop", null));
}

/** Until a stop stands, the position has been without since the first was planned. */
function unguardedSince(tx: Tx, standing: readonly LegRow[]): number {
  return Math.min(tx.now, ...standing.filter((leg) => leg.status === "planned").map((leg) => leg.planned_at));
}

/**
 * At a spot exchange a resting order locks what it would sell, so that no second one can sell the same coins. Each part has
 * a stop and a target that are placed as one: whichever trades first ends the other.
 */
function protectInPairs(tx: Tx, row: SignalRow, entry: LegRow, held: Decimal): void {
  const side = opposite(entry.side);
  let left = held;
  for (const [target, share] of sharesOf(tx, row, entry).entries()) {
    const placed = tx.legs(row.request_id).filter((leg) => leg.target === target);
    const standing = keptLegs(tx, row, (leg) => leg.target === target);
    const closed = placed.reduce((sum, leg) => add(sum, consumed(leg)), "0");
    const isOver = placed.some((leg) => leg.role === "target" && isGivenUp(leg)) || compare(share, closed) <= 0;
    const quantity = isOver ? "0" : orderable(entry, minimum(subtract(share, closed), left));
    left = subtract(left, quantity);
    // Of a pair of which one has ended, the other is trading, or has ended too and is not known to have.
    const [stops, targets] = [standing.filter(isStop), standing.filter((leg) => !isStop(leg))].map(sumUnfilled);
    if (compare(maximum(stops ?? "0", targets ?? "0"), quantity) === 0) continue;
    const planned_at = unguardedSince(tx, standing.filter(isStop));
    if (!replace(tx, row, standing)) return;
    if (isPositive(quantity)) planPair(tx, row, { side, quantity, target, planned_at });
  }
  keepStop(tx, row, { side, quantity: orderable(entry, left) });
}

/** Of a spot coin fees leave less than a step, which no order can sell. */
function orderable({ symbol, quantity_step: step }: LegRow, quantity: Decimal): Decimal {
  return step !== null && locksBalance(symbol) && compare(quantity, step) < 0 ? "0" : quantity;
}

function isStop({ role }: Pick<LegRow, "role">): boolean {
  return role === "stop";
}

function sharesOf(tx: Tx, row: SignalRow, entry: LegRow): Decimal[] {
  return targetShares(tx.bodyOf(row), entry.filled_quantity, entry.quantity_step ?? undefined);
}

function keptLegs(tx: Tx, row: SignalRow, which: (leg: LegRow) => boolean): LegRow[] {
  return tx.legs(row.request_id).filter((leg) => which(leg) && isLive(leg) && leg.cancel_reason === null);
}

/** Takes the standing legs away. False when their successor must wait until the venue has let go of them. */
function replace(tx: Tx, row: SignalRow, standing: readonly LegRow[]): boolean {
  for (const leg of standing) release(tx, leg, "Replaced, because the position changed.");
  return !(locksBalance(row.symbol) && standing.some(isOpen));
}

interface Placement {
  side: Side;
  quantity: Decimal;
  target: number | null;
  planned_at: number;
}

function plan(tx: Tx, row: SignalRow, of: Placement & { role: "stop" | "target" }): void {
  if (!mayPlace(tx, row, of)) return;
  tx.addLeg({ ...of, ...nextPlacement(tx, row, of.role), due_at: tx.now }, row);
}

function planPair(tx: Tx, row: SignalRow, of: Placement): void {
  if (!mayPlace(tx, row, { ...of, role: "stop" })) return;
  const [stop, target] = [nextPlacement(tx, row, "stop"), nextPlacement(tx, row, "target")];
  const mate = mayPlace(tx, row, { ...of, role: "target" }) ? target.leg : null;
  tx.addLeg({ ...of, ...stop, role: "stop", due_at: tx.now, mate }, row);
  if (mate !== null) tx.addLeg({ ...of, ...target, role: "target", due_at: WITH_ITS_STOP, mate: stop.leg }, row);
}

function nextPlacement(tx: Tx, row: SignalRow, role: "stop" | "target"): Pick<LegRow, "leg" | "ord"> {
  const number = tx.legs(row.request_id).filter((leg) => leg.role === role).length + 1;
  return role === "stop" ? { leg: `s${number}`, ord: 100 + number } : { leg: `t${number}`, ord: 500 + number };
}

/** False for a placement that was tried too often: what it was to do is done in another way. */
function mayPlace(
  tx: Tx,
  row: SignalRow,
  { role, target }: Pick<Placement, "target"> & { role: "stop" | "target" },
): boolean {
  const same = placements(tx, row, role, target);
  if (!isSpent(same)) return true;
  if (role === "target") giveUpTarget(tx, row, same.at(-1));
  else {
    notify(tx, row, "critical", `Protection does not hold, closing the position: ${row.symbol} · ${tx.ledger}`, [
      CLOSES_ITSELF,
    ]);
    tx.update(row, { emergency: CLOSING });
  }
  return false;
}

/** What made way for another, because the position changed, has not failed. */
function placements(tx: Tx, row: SignalRow, role: LegRow["role"], target: number | null): LegRow[] {
  return tx
    .legs(row.request_id)
    .filter((leg) => leg.role === role && leg.target === target)
    .filter((leg) => leg.cancel_reason === null && leg.outcome !== "superseded");
}

function isSpent(same: readonly LegRow[]): boolean {
  return same.length >= MAX_PROTECTIVE_PLACEMENTS;
}

/** A target is a wish, not protection: without it the stop still holds. */
function isGivenUp(leg: LegRow): boolean {
  return leg.order_status === "rejected" || leg.outcome === "failed";
}

function giveUpTarget(tx: Tx, row: SignalRow, last: LegRow | undefined): void {
  if (!last || last.told === 1) return;
  tx.updateLeg(last, { told: 1 });
  notify(tx, row, "warning", `Target does not hold and is given up: ${row.symbol} · ${tx.ledger}`);
}

/** A planned leg is dropped, one at the venue is to be cancelled. */
function release(tx: Tx, leg: LegRow, reason: string): void {
  if (leg.status === "planned") dropLeg(tx, leg, "superseded", reason);
  else if (leg.cancel_reason === null) {
    tx.touch(leg);
    tx.updateLeg(leg, {
      cancel_reason: reason,
      cancel_outcome: "superseded",
      asks: 0,
      due_at: tx.now,
      awaited_since: tx.now,
    });
  }
}

/** The quantity that a stop or target may still have, at the moment of sending; "0" when nothing is open, or free. */
export function protectiveQuantity(tx: Tx, leg: LegRow): Decimal {
  // It was planned before that order was sent, and comes again should that not fill.
  if (locksBalance(leg.symbol) && isSoldByOther(tx, leg)) return "0";
  return minimum(unfilled(leg), openAgainst(tx, leg.symbol, leg.side));
}
