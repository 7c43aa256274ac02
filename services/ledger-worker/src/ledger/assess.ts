import { laneOf, type LegId, type RequestId } from "#contracts/ids";
import { outcome as outcomeSchema } from "#contracts/outcome";
import type { Assessment } from "#contracts/revival";
import { executionOf } from "./messages.ts";
import { PARKED, type SignalRow } from "./rows.ts";
import { supersederOf } from "./settled.ts";
import type { Tx } from "./tx.ts";

/** What is known of each signal that a replay needs to know. Changes nothing. */
export function assess(tx: Tx, requestIds: readonly RequestId[]): { letters: Assessment[] } {
  return { letters: requestIds.map((requestId) => assessOne(tx, requestId)) };
}

function assessOne(tx: Tx, requestId: RequestId): Assessment {
  const row = tx.signal(requestId);
  if (!row) return fromTombstone(tx, requestId);
  const signal = tx.bodyOf(row);
  const reason = row.reason ?? row.last_error;
  const superseder = supersederOf(tx, row);
  return {
    requestId,
    state: row.ended === 0 ? "open" : row.parked === PARKED ? "parked" : "ended",
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    ...(reason === null ? {} : { reason }),
    lane: laneOf(signal),
    strategy: signal.strategy,
    acceptedAt: new Date(row.accepted_at),
    validUntil: new Date(row.valid_until),
    filledQuantity: executionOf(tx, row).filled,
    uncertainLegs: uncertainLegs(tx, row),
    ...(superseder === undefined ? {} : { supersededBy: superseder }),
    ...(row.worker_version === null ? {} : { parkedVersion: row.worker_version }),
    ...(row.parked_version === null ? {} : { ledgerVersion: row.parked_version }),
    generation: row.generation,
    ...(row.replay_id === null ? {} : { revivedBy: row.replay_id }),
  };
}

/** Legs that may be at the venue, which nobody has heard of since. */
export function uncertainLegs(tx: Tx, row: SignalRow): LegId[] {
  return tx
    .legs(row.request_id)
    .filter((leg) => leg.status === "sending" || leg.status === "in_doubt")
    .map((leg) => leg.leg);
}

function fromTombstone(tx: Tx, requestId: RequestId): Assessment {
  const found = tx.sql.exec<{ outcome: string }>(`SELECT outcome FROM tombstones WHERE request_id = ?`, requestId)[0];
  const base = { requestId, uncertainLegs: [], generation: 0 };
  return found
    ? { ...base, state: "ended", outcome: outcomeSchema.parse(found.outcome) }
    : { ...base, state: "unknown" };
}
