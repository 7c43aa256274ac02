import type * as z from "zod";
import type { reviveRequest, ReviveReply } from "#contracts/revival";
import { uncertainLegs } from "./assess.ts";
import { validityOf } from "./accept.ts";
import { acceptanceOf, DISCARDED, isMain, PARKED, REVIVED, type SignalRow } from "./rows.ts";
import { finish } from "./schedule.ts";
import { supersederOf } from "./settled.ts";
import type { Tx } from "./tx.ts";
import { sentence } from "./words.ts";

type ReviveRequest = z.infer<typeof reviveRequest>;
type Refused = Extract<ReviveReply, { status: "refused" }>;

/** The replay of a signal: a dead letter gets another life, at the tail of its lane. */
export function revive(tx: Tx, request: ReviveRequest): ReviveReply {
  const before = revivalBy(tx, request);
  if (before) return { status: "revived", ...before };
  const row = tx.signal(request.requestId);
  if (!row) return fromTombstone(tx, request.requestId);
  const refused = judge(tx, row, request);
  if (refused) {
    tx.log("info", "signal.not_revived", `${refused.verdict}: ${refused.reason}`, row.request_id, {
      replayId: request.replayId,
    });
    return refused;
  }
  enqueue(tx, row, request);
  const { seq, generation } = row;
  tx.sql.exec(
    `INSERT INTO revivals (request_id, replay_id, seq, generation, at) VALUES (?, ?, ?, ?, ?)`,
    row.request_id,
    request.replayId,
    seq,
    generation,
    tx.now,
  );
  tx.log("info", "signal.revived", `#${seq}, by ${request.by}: ${request.reason}`, row.request_id, {
    seq,
    generation,
    replayId: request.replayId,
    force: request.force,
  });
  tx.lanes.add(row.symbol);
  tx.touch(row);
  finish(tx);
  return { status: "revived", seq, generation };
}

/** Why it must not be executed, as things stand in this commit. */
function judge(tx: Tx, row: SignalRow, { generation, force }: ReviveRequest): Refused | undefined {
  if (row.generation !== generation) {
    return refuse("DUPLICATE", `It was replayed already: it is in generation ${row.generation}, not ${generation}.`);
  }
  if (row.ended === 1 && row.parked !== PARKED) {
    const how = row.parked === DISCARDED ? "was discarded" : `ended as ${row.outcome ?? "failed"}`;
    return refuse("DUPLICATE", sentence(`It ${how}: ${row.reason ?? "there is nothing left to do"}`));
  }
  const uncertain = uncertainLegs(tx, row);
  if (uncertain.length > 0) {
    return refuse("UNCERTAIN", `It may have been executed: the venue has not said what became of ${uncertain.join()}.`);
  }
  if (row.ended === 0) return refuse("DUPLICATE", "It has not ended: its ledger works on it by itself.");
  const superseder = force.includes("SUPERSEDED") ? undefined : supersederOf(tx, row);
  if (superseder !== undefined) {
    return refuse("SUPERSEDED", `${superseder}, which its lane accepted later, has settled.`);
  }
  if (row.valid_until <= tx.now && !force.includes("STALE")) {
    return refuse("STALE", `It was valid until ${new Date(row.valid_until).toISOString()}.`);
  }
  return undefined;
}

/** As it was accepted, but at the tail: only the alert key and the order of acceptance stay. */
function enqueue(tx: Tx, row: SignalRow, { replayId, force }: ReviveRequest): void {
  const fresh = force.includes("STALE");
  tx.update(row, {
    ended: 0,
    ended_at: null,
    outcome: null,
    reason: null,
    last_error: null,
    parked: REVIVED,
    parked_version: null,
    prune_at: null,
    generation: row.generation + 1,
    replay_id: replayId,
    first_seq: acceptanceOf(row),
    seq: nextSeq(tx, row.symbol),
    valid_until: fresh ? tx.now + validityOf(tx, tx.bodyOf(row)) : row.valid_until,
    valid_from: fresh ? tx.now : row.valid_from,
    unsupersedable: force.includes("SUPERSEDED") ? 1 : 0,
    backoffs: 0,
    failures: 0,
    not_before: 0,
    hints: 0,
    // Heads that were never hinted come first: they are alive, this one waits since long.
    hint_at: tx.now,
  });
  replan(tx, row);
}

/**
 * A signal of which nothing was sent is planned anew, by the position of that time; what was sent in vain keeps its order
 * id, and what was to follow it follows.
 */
function replan(tx: Tx, row: SignalRow): void {
  if (!tx.legs(row.request_id).some((leg) => isMain(leg) && leg.sent_at !== null)) tx.removeUnsent(row);
  for (const leg of tx.legs(row.request_id)) {
    tx.updateLeg(leg, { seq: row.seq });
    if (!isMain(leg)) continue;
    tx.updateLeg(leg, {
      status: "planned",
      outcome: null,
      reason: null,
      cancel_reason: null,
      cancel_outcome: null,
      cancel_counts: 0,
      asks: 0,
      due_at: tx.now,
    });
  }
}

function revivalBy(tx: Tx, { requestId, replayId }: ReviveRequest): { seq: number; generation: number } | undefined {
  return tx.sql.exec<{ seq: number; generation: number }>(
    `SELECT seq, generation FROM revivals WHERE request_id = ? AND replay_id = ?`,
    requestId,
    replayId,
  )[0];
}

function fromTombstone(tx: Tx, requestId: string): ReviveReply {
  const found = tx.sql.exec<{ outcome: string }>(`SELECT outcome FROM tombstones WHERE request_id = ?`, requestId)[0];
  return found
    ? refuse("DUPLICATE", `It ended as ${found.outcome}, and what it asked for is no longer kept.`)
    : { status: "unknown" };
}

function nextSeq(tx: Tx, symbol: string): number {
  const row = tx.sql.exec<{ seq: number }>(
    `UPDATE lanes SET seq = seq + 1, revived = revived + 1 WHERE symbol = ? RETURNING seq`,
    symbol,
  )[0];
  if (!row) throw new Error(`no sequence number for ${symbol}`);
  return row.seq;
}

function refuse(verdict: Refused["verdict"], reason: string): Refused {
  return { status: "refused", verdict, reason };
}
