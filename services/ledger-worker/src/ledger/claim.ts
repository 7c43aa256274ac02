import { LEASE_MS, type ClaimReply } from "#contracts/ledger";
import { outcome as outcomeSchema, type Outcome } from "#contracts/outcome";
import { expireLease } from "./attempt.ts";
import { nextAsk } from "./evidence.ts";
import { isHead, supersededByYounger, supersedeOlder } from "./lane.ts";
import { endSignal, evaluate } from "./outcome.ts";
import { planMain } from "./plan.ts";
import { clientIdOf, isLeased, type LegRow, type SignalRow } from "./rows.ts";
import { finish, freeSlots, needsAttention } from "./schedule.ts";
import { overtakerOf } from "./settled.ts";
import { tasksOf } from "./tasks.ts";
import type { Tx } from "./tx.ts";
import { expiredReason } from "./words.ts";

interface ClaimRequest {
  requestId: string;
  generation: number;
  purpose: "execute" | "watch";
  workerVersion?: string | undefined;
}

/** Hands out the right to work on a signal, or says why not. Never waits. */
export function claim(tx: Tx, request: ClaimRequest): ClaimReply {
  const row = tx.signal(request.requestId);
  if (!row) return fromTombstone(tx, request.requestId);
  if (request.generation < row.generation) return { status: "later", reason: "a replay has taken over" };
  if (isLeased(row, tx.now)) return { status: "later", reason: "an attempt is under way" };
  tx.touch(row);
  const reply = decide(tx, row, request);
  if (reply.status !== "go") {
    tx.memory.hinted.delete(row.request_id);
    finish(tx);
    // Judging may have ended it just now.
    return row.ended === 1 && reply.status === "later" && !hasWork(tx, row)
      ? { status: "settled", outcome: outcomeOf(row) }
      : reply;
  }
  // No line here: whoever was handed the tasks says so, and a lease that expires is said too.
  // Refilling one slot at a time would cost a send for every claim.
  const slots = freeSlots(tx);
  finish(tx, { slots: slots * 2 >= tx.config.maxOutstandingHints ? slots : 0 });
  return reply;
}

function decide(tx: Tx, row: SignalRow, { purpose, workerVersion }: ClaimRequest): ClaimReply {
  if (row.lease !== null) expireLease(tx, row);
  if (row.ended === 0) endIfOver(tx, row);
  if (row.ended === 1 && !hasWork(tx, row)) return { status: "settled", outcome: outcomeOf(row) };
  const backingOff = row.not_before > tx.now;
  const head = row.ended === 0 && isHead(tx, row);
  const placeMain = purpose === "execute" && head && !backingOff;
  // Permission to send it will be refused: nothing makes way for it.
  const isOvertaken = placeMain && overtakerOf(tx, row) !== undefined;
  if (placeMain) {
    planMain(tx, row);
    if (row.is_exit === 1 && !isOvertaken) supersedeOlder(tx, row);
  }
  const tasks = tasksOf(tx, row, { placeMain, isOvertaken });
  if (tasks.length === 0) {
    const reason =
      row.ended === 1
        ? "nothing is due"
        : !head
          ? "it is not its lane's turn"
          : backingOff
            ? "it is backing off"
            : "nothing is due";
    return { status: "later", reason };
  }
  // Before the attempt, not after it: what it finds out may make a leg due at once.
  const handed = new Set(tasks.map((task) => task.clientOrderId));
  for (const leg of tx.legs(row.request_id)) {
    if (needsAttention(leg) && handed.has(clientIdOf(leg)))
      tx.updateLeg(leg, { asks: leg.asks + 1, due_at: nextAsk(tx, leg, leg.asks) });
  }
  const leaseUntil = tx.now + LEASE_MS;
  const lease = tx.ports.newId();
  const attempt = row.attempts + 1;
  tx.memory.hinted.delete(row.request_id);
  tx.update(row, {
    lease,
    lease_until: leaseUntil,
    attempts: attempt,
    hints: 0,
    hint_at: 0,
    worker_version: workerVersion ?? null,
  });
  return { status: "go", signal: tx.bodyOf(row), lease, leaseUntil: new Date(leaseUntil), attempt, tasks };
}

/** A claim is also the moment at which an unsent signal is found expired or superseded. */
function endIfOver(tx: Tx, row: SignalRow): void {
  if (supersededByYounger(tx, row)) return;
  if (row.valid_until <= tx.now && tx.legs(row.request_id).length === 0) {
    endSignal(tx, row, { outcome: "expired", reason: expiredReason(row) });
  } else {
    evaluate(tx, row);
  }
}

function hasWork(tx: Tx, row: SignalRow): boolean {
  return tx.legs(row.request_id).some((leg: LegRow) => needsAttention(leg));
}

function outcomeOf(row: SignalRow): Outcome {
  return row.outcome ?? "failed";
}

function fromTombstone(tx: Tx, requestId: string): ClaimReply {
  const found = tx.sql.exec<{ outcome: string }>(`SELECT outcome FROM tombstones WHERE request_id = ?`, requestId)[0];
  return found ? { status: "settled", outcome: outcomeSchema.parse(found.outcome) } : { status: "unknown" };
}
