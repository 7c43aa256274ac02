import { absolute, compare } from "#contracts/decimal";
import type { Signal } from "#contracts/signal";
import { oldestOf } from "./oldest.ts";
import { dropLeg, endSignal, evaluate } from "./outcome.ts";
import { planMain, turnsAround } from "./plan.ts";
import { acceptanceOf, closes, isLeased, isMain, type SignalRow } from "./rows.ts";
import { raisedSide } from "./target.ts";
import { CHUNK } from "./times.ts";
import type { Tx } from "./tx.ts";
import { actionWords, expiredReason } from "./words.ts";

/**
 * May this signal's entry and close be worked on? Its lane's oldest may; so may the oldest exit while the
 * oldest signal has a leg in doubt of which no POST can act any more.
 */
export function isHead(tx: Tx, row: SignalRow): boolean {
  const oldest = oldestOf(tx, row.symbol);
  if (!oldest) return false;
  if (oldest === row) return true;
  // An exit that already holds a lease keeps its turn while the doubtful leg is being asked about.
  const passable = mayBePassed(tx, oldest) && (row.lease !== null || !isLeased(oldest, tx.now));
  return row.is_exit === 1 && passable && oldestExit(tx, row.symbol) === row;
}

/** Ends what must not start any more, and makes the next signal of the lane ready. */
export function promote(tx: Tx, symbol: string): void {
  for (let step = 0; step < CHUNK; step += 1) {
    const oldest = oldestOf(tx, symbol);
    if (!oldest) return;
    if (endedBeforeItsTurn(tx, oldest)) continue;
    tx.touch(oldest);
    if (isLeased(oldest, tx.now) || !mayBePassed(tx, oldest)) return;
    const exit = oldestExit(tx, symbol);
    if (!exit || exit === oldest) return;
    if (endedBeforeItsTurn(tx, exit)) continue;
    tx.touch(exit);
    return;
  }
  // Many ended at once: the alarm goes on with the rest.
  const next = oldestOf(tx, symbol);
  if (next) tx.touch(next);
}

/**
 * An exit about to execute ends the older entries of its side that were never sent. There are such only when it
 * passes a leg in doubt, and then even an exit of a part ends them: sent after it, they would turn the lane around.
 */
export function supersedeOlder(tx: Tx, exit: SignalRow): void {
  const older = tx.signals(
    `SELECT * FROM signals WHERE symbol = ? AND ended = 0 AND is_exit = 0 AND seq < ? ORDER BY seq`,
    exit.symbol,
    exit.seq,
  );
  for (const entry of older) if (isSuperseded(tx, entry, exit)) supersede(tx, entry, exit);
}

/** Ends an entry that a younger exit makes pointless; true when it did. */
export function supersededByYounger(tx: Tx, row: SignalRow): boolean {
  if (row.is_exit === 1 || !oldestExit(tx, row.symbol)) return false;
  const exits = tx.signals(
    `SELECT * FROM signals WHERE symbol = ? AND ended = 0 AND is_exit = 1 AND seq > ? ORDER BY seq LIMIT ${CHUNK}`,
    row.symbol,
    row.seq,
  );
  const exit = exits.find((each) => isSuperseded(tx, row, each) && covers(tx.bodyOf(each), tx.bodyOf(row)));
  if (exit) supersede(tx, row, exit);
  return exit !== undefined;
}

function endedBeforeItsTurn(tx: Tx, row: SignalRow): boolean {
  if (row.lease !== null) return false;
  if (supersededByYounger(tx, row)) return row.ended === 1;
  if (row.valid_until > tx.now || tx.legs(row.request_id).length > 0) return false;
  endSignal(tx, row, { outcome: "expired", reason: expiredReason(row) });
  return true;
}

function isSuperseded(tx: Tx, entry: SignalRow, exit: SignalRow): boolean {
  const side = raisedSide(tx, entry);
  if (side === undefined || entry.lease !== null || !closes(exit.action, side)) return false;
  // A revived exit stands behind entries that were meant to follow it.
  if (acceptanceOf(exit) < acceptanceOf(entry)) return false;
  const legs = tx.legs(entry.request_id);
  // The close before an entry may be in doubt: the entry that waits for it is pointless all the same.
  const unsent = legs.length === 0 || legs.some((leg) => leg.status === "planned");
  return unsent && legs.every((leg) => leg.role !== "entry" || leg.status === "planned");
}

/**
 * An exit of a part leaves more than that of an entry to be wanted. How much an entry buys for money is not known
 * before it is sent, so that only an exit of everything covers it.
 */
function covers(exit: Pick<Signal, "quantity" | "size">, entry: Pick<Signal, "quantity" | "size">): boolean {
  if (closesEverything(exit)) return true;
  const wanted = entry.size && "target" in entry.size ? absolute(entry.size.target) : entry.quantity;
  return exit.quantity !== undefined && wanted !== undefined && compare(exit.quantity, wanted) >= 0;
}

export function closesEverything({ quantity, size }: Pick<Signal, "quantity" | "size">): boolean {
  if (size === undefined) return quantity === undefined;
  return "percentOfPosition" in size && compare(size.percentOfPosition, "100") >= 0;
}

function supersede(tx: Tx, entry: SignalRow, exit: SignalRow): void {
  const reason = `A later ${actionWords(exit)} (${exit.request_id}) arrived before it was sent.`;
  // What it was to close first may be what no exit of its own side closes.
  const closesFirst = turnsAround(tx, entry);
  if (closesFirst) planMain(tx, entry);
  const legs = tx.legs(entry.request_id);
  for (const leg of legs) {
    if (leg.status !== "planned" || (closesFirst && leg.role === "close")) continue;
    dropLeg(tx, leg, "superseded", reason);
    // It is thought not to have arrived. Should it have, it is taken off the venue, and what it filled is closed.
    if (leg.sent_at !== null) tx.updateLeg(leg, { cancel_reason: reason, cancel_outcome: "superseded" });
  }
  if (legs.length === 0) endSignal(tx, entry, { outcome: "superseded", reason });
  else evaluate(tx, entry);
}

function mayBePassed(tx: Tx, row: SignalRow): boolean {
  return tx
    .legs(row.request_id)
    .some((leg) => isMain(leg) && leg.status === "in_doubt" && (leg.quiet_until ?? 0) <= tx.now);
}

function oldestExit(tx: Tx, symbol: string): SignalRow | undefined {
  return tx.signalsUnless(
    `exit ${symbol}`,
    `SELECT * FROM signals WHERE symbol = ? AND ended = 0 AND is_exit = 1 ORDER BY seq LIMIT 1`,
    symbol,
  )[0];
}
