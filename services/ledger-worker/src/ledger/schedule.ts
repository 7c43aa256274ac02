import { isHead, promote } from "./lane.ts";
import { closeUnguarded, unguardedUntil } from "./exposure.ts";
import { evaluate } from "./outcome.ts";
import { reviewProtection } from "./protection.ts";
import { isMain, isWorking, type LegRow, type SignalRow } from "./rows.ts";
import { DOUBT_TOLD_AFTER_MS, hintBackoff, UNHINTED_MS } from "./times.ts";
import type { Hint } from "./ports.ts";
import type { Tx } from "./tx.ts";

/**
 * The end of every commit but accept: judges what was touched, promotes what follows, publishes the hints
 * that are due and sets when each signal is due again.
 */
export function finish(tx: Tx, options: { slots?: number } = {}): void {
  judge(tx);
  for (const symbol of tx.symbols) reviewProtection(tx, symbol);
  for (const symbol of tx.lanes) promote(tx, symbol);
  for (const requestId of tx.touched) {
    withSignal(tx, requestId, (row) => {
      hintLegWork(tx, row);
      schedule(tx, row);
    });
  }
  hintHeads(tx, options.slots ?? freeSlots(tx));
  for (const requestId of tx.touched) withSignal(tx, requestId, (row) => row.due_at !== null && tx.dueBy(row.due_at));
}

/** Ends or revises every touched signal that no attempt works on. */
export function judge(tx: Tx): void {
  // Sets grow while they are walked: what one judgement touches is still visited.
  for (const requestId of tx.touched) {
    withSignal(tx, requestId, (row) => {
      evaluate(tx, row);
      closeUnguarded(tx, row);
    });
  }
}

/** Execute hints that may still be published before the cap of outstanding ones is reached. */
export function freeSlots(tx: Tx): number {
  const { hinted } = tx.memory;
  for (const [requestId, until] of hinted) if (until <= tx.now) hinted.delete(requestId);
  return tx.config.maxOutstandingHints - hinted.size;
}

/** Writes down that an execute hint goes out now, by whoever publishes it. */
export function markHinted(tx: Tx, row: SignalRow): void {
  const hintAt = tx.now + hintBackoff(row.hints);
  tx.memory.hinted.set(row.request_id, hintAt);
  tx.update(row, { hints: row.hints + 1, hint_at: hintAt });
}

/** Publishes hints for heads that have none under way: first those never hinted, then the longest unclaimed. */
export function hintHeads(tx: Tx, slots: number): void {
  if (slots <= 0) return;
  const { absent } = tx.memory;
  if (absent.has("ready")) return;
  const ready = tx.signals(
    `SELECT * FROM signals WHERE ready = 1 AND not_before <= ? ORDER BY hint_at, accepted_at, seq LIMIT ${slots}`,
    tx.now,
  );
  if (ready.length === 0 && tx.sql.exec(`SELECT 1 FROM signals WHERE ready = 1 LIMIT 1`).length === 0) {
    absent.add("ready");
  }
  for (const row of ready) {
    if (row.lease === null && row.ended === 0 && isHead(tx, row)) {
      markHinted(tx, row);
      hint(tx, row, "execute");
    }
    schedule(tx, row);
    if (row.due_at !== null) tx.dueBy(row.due_at);
  }
}

/** Sets when the alarm must look at a signal again; null for one that only waits, or is over. */
export function schedule(tx: Tx, row: SignalRow): void {
  const legs = tx.legs(row.request_id);
  const placeable = row.ended === 0 && row.lease === null && hasMainWork(legs) && isHead(tx, row);
  // A hint that nobody claimed in time is lost; the head queues up for a slot again.
  const ready = placeable && row.hint_at <= tx.now ? 1 : 0;
  const due = dueOf(tx, row, legs, placeable);
  // An attempt puts off what is due: the alarm finds that out, so that no RPC need write it down.
  const early = row.lease !== null && row.due_at !== null && row.due_at > tx.now && row.due_at <= (due ?? 0);
  tx.update(row, { ready, due_at: early ? row.due_at : due });
}

/** True while an entry or close is planned, or nothing was planned yet. */
export function hasMainWork(legs: readonly LegRow[]): boolean {
  const main = legs.filter(isMain);
  return main.length === 0 || main.some((leg) => leg.status === "planned");
}

/** Legs that need a word with the venue of their own: no head, no validity, no kill switch. */
export function needsAttention(leg: LegRow): boolean {
  return leg.status === "in_doubt" || isWorking(leg) || (leg.status === "planned" && !isMain(leg));
}

function dueOf(tx: Tx, row: SignalRow, legs: readonly LegRow[], placeable: boolean): number | null {
  const times = legs.flatMap((leg) => leg.pending_at ?? []);
  if (row.lease !== null) return Math.min(row.lease_until ?? tx.now, ...times);
  times.push(unguardedUntil(tx, row));
  if (row.warn_at !== null) times.push(row.warn_at);
  for (const leg of legs) {
    if (needsAttention(leg)) times.push(Math.max(leg.due_at, row.hint_at));
    if (leg.status === "in_doubt") {
      if (leg.told === 0) times.push((leg.doubt_since ?? tx.now) + DOUBT_TOLD_AFTER_MS);
      // From then on an exit may pass.
      if ((leg.quiet_until ?? 0) > tx.now) times.push(leg.quiet_until ?? 0);
    }
  }
  if (row.ended === 0 && hasMainWork(legs) && (placeable || row.due_at !== null)) {
    // A planned leg ends with its validity even when its turn has passed to another.
    times.push(row.valid_until);
  }
  if (placeable) {
    const waiting = row.not_before > tx.now ? row.not_before : tx.now + UNHINTED_MS;
    times.push(row.hint_at > tx.now ? row.hint_at : waiting);
  }
  const next = Math.min(...times);
  return next === Infinity ? null : next;
}

function hintLegWork(tx: Tx, row: SignalRow): void {
  if (row.lease !== null || row.hint_at > tx.now) return;
  if (!tx.legs(row.request_id).some((leg) => needsAttention(leg) && leg.due_at <= tx.now)) return;
  tx.update(row, { hints: row.hints + 1, hint_at: tx.now + hintBackoff(row.hints) });
  hint(tx, row, row.ended === 1 ? "watch" : "execute");
}

function hint(tx: Tx, row: SignalRow, purpose: Hint["purpose"]): void {
  const replay = row.replay_id === null ? {} : { replayId: row.replay_id };
  tx.hint({ requestId: row.request_id, generation: row.generation, ...replay, purpose });
}

function withSignal(tx: Tx, requestId: string, work: (row: SignalRow) => unknown): void {
  const row = tx.signal(requestId);
  if (row) work(row);
}
