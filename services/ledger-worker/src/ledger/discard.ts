import type * as z from "zod";
import type { DiscardReply, discardRequest } from "#contracts/revival";
import { pruneAt } from "./outcome.ts";
import { DISCARDED, PARKED } from "./rows.ts";
import type { Tx } from "./tx.ts";
import { sentence } from "./words.ts";

/** An operator gives a dead letter up: it is kept no longer than what ended by itself. */
export function discard(tx: Tx, request: z.infer<typeof discardRequest>): DiscardReply {
  const row = tx.signal(request.requestId);
  if (!row) return fromTombstone(tx, request.requestId);
  if (row.parked === DISCARDED) return { status: "discarded" };
  if (row.generation !== request.generation) {
    const reason = `It was replayed meanwhile: it is in generation ${row.generation}, not ${request.generation}.`;
    return { status: "refused", reason };
  }
  if (row.ended === 0) return { status: "refused", reason: "It has not ended: its ledger works on it by itself." };
  if (row.parked !== PARKED) return { status: "refused", reason: `It ended as ${row.outcome ?? "failed"}.` };
  const reason = sentence(`Discarded by ${request.by}: ${request.reason}`);
  tx.update(row, { parked: DISCARDED, reason, prune_at: pruneAt(tx, { parked: false }) });
  tx.log("info", "signal.discarded", reason, row.request_id, { generation: row.generation });
  return { status: "discarded" };
}

function fromTombstone(tx: Tx, requestId: string): DiscardReply {
  const known = tx.sql.exec(`SELECT 1 FROM tombstones WHERE request_id = ?`, requestId).length > 0;
  return known
    ? { status: "refused", reason: "It ended, and what it asked for is no longer kept." }
    : { status: "unknown" };
}
