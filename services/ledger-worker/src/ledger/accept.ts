import type * as z from "zod";
import type { acceptReply, acceptRequest } from "#contracts/ledger";
import type { Outcome } from "#contracts/outcome";
import { isExit, type Signal } from "#contracts/signal";
import { isHead } from "./lane.ts";
import { laneIsEmpty } from "./oldest.ts";
import { isLeased, type SignalRow } from "./rows.ts";
import { writeMeta } from "./schema.ts";
import { finish, freeSlots, markHinted, schedule } from "./schedule.ts";
import { hintBackoff, UNHINTED_MS } from "./times.ts";
import type { Tx } from "./tx.ts";

type AcceptRequest = z.infer<typeof acceptRequest>;
type AcceptReply = z.infer<typeof acceptReply>;

/** The commit that is the acceptance. The hot path: three statements for a new entry. */
export function accept(tx: Tx, request: AcceptRequest): AcceptReply {
  learnName(tx, request.ledger);
  const { signal, alertKey } = request;
  const known = findKnown(tx, request);
  if (known) return repeated(tx, known, request);
  const exit = isExit(signal);
  const fromFiring = Math.min(tx.now, signal.sentAt?.getTime() ?? tx.now) + validityOf(tx, signal);
  const validUntil = Math.min(fromFiring, signal.expiresAt?.getTime() ?? fromFiring);
  const seq = nextSeq(tx, signal.symbol);
  const oldest = laneIsEmpty(tx, signal.symbol);
  const hint = oldest && freeSlots(tx) > 0;
  const ready = oldest && !hint;
  const hintAt = tx.now + hintBackoff(0);
  // Whoever only waits behind a head has no due time: the alarm must never see it.
  const dueAt = oldest ? Math.min(validUntil, hint ? hintAt : tx.now + UNHINTED_MS) : null;
  const body = JSON.stringify(signal);
  tx.sql.exec(
    `INSERT INTO signals (request_id, symbol, seq, action, is_exit, body, alert_key, accepted_at, valid_until,
       hints, hint_at, ready, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    signal.requestId,
    signal.symbol,
    seq,
    signal.action,
    exit ? 1 : 0,
    body,
    alertKey.value,
    tx.now,
    validUntil,
    hint ? 1 : 0,
    hint ? hintAt : 0,
    ready ? 1 : 0,
    dueAt,
  );
  tx.memory.bodies.put(body, signal);
  tx.memory.accepted(signal, { oldest, exit, ready });
  if (hint) tx.memory.hinted.set(signal.requestId, hintAt);
  if (dueAt !== null) tx.dueBy(dueAt);
  tx.log("info", "signal.accepted", `${signal.action} ${signal.symbol} #${seq}`, signal.requestId, {
    seq,
    head: oldest,
  });
  if (exit && !oldest) {
    // It may end unsent entries before it, or pass a head in doubt.
    tx.lanes.add(signal.symbol);
    finish(tx);
  }
  return {
    status: "accepted",
    requestId: signal.requestId,
    seq,
    hint,
    acceptedAt: new Date(tx.now),
    validUntil: new Date(validUntil),
  };
}

/** In milliseconds, from when it begins. */
export function validityOf(tx: Tx, signal: Signal): number {
  return signal.validForMs ?? (isExit(signal) ? tx.config.exitValidityMs : tx.config.entryValidityMs);
}

interface Known {
  request_id: string;
  body: string | null;
  outcome: Outcome | null;
}

/** The same request, living or remembered, or the first signal of this key within its window. */
function findKnown(tx: Tx, request: AcceptRequest): Known | undefined {
  const { signal, alertKey } = request;
  const windowMs = alertKey.source === "explicit" ? tx.config.explicitKeyMs : tx.config.bodyKeyMs;
  return tx.sql.exec<Known>(
    `SELECT request_id, body, outcome FROM signals WHERE request_id = ?
     UNION ALL SELECT request_id, NULL, outcome FROM tombstones WHERE request_id = ?
     UNION ALL SELECT request_id, body, outcome FROM signals WHERE alert_key = ? AND accepted_at > ?
     LIMIT 1`,
    signal.requestId,
    signal.requestId,
    alertKey.value,
    tx.now - windowMs,
  )[0];
}

function repeated(tx: Tx, known: Known, request: AcceptRequest): AcceptReply {
  const { signal, alertKey } = request;
  const row = tx.signal(known.request_id);
  if (known.request_id === signal.requestId && row) return acceptedBefore(tx, row);
  if (alertKey.source === "explicit" && known.body !== null && !meansTheSame(known.body, signal)) {
    tx.log(
      "warn",
      "signal.key_reused",
      `its alert id was used by ${known.request_id} for another intent`,
      signal.requestId,
    );
    return { status: "key_reused", requestId: known.request_id };
  }
  tx.log("info", "signal.duplicate", `a copy of ${known.request_id}`, signal.requestId, {
    firstRequestId: known.request_id,
  });
  return { status: "duplicate", requestId: known.request_id, ...(known.outcome ? { outcome: known.outcome } : {}) };
}

/** The caller did not hear the first answer: it gets the same one, and may publish the hint again. */
function acceptedBefore(tx: Tx, row: SignalRow): AcceptReply {
  const hint = row.ended === 0 && !isLeased(row, tx.now) && row.not_before <= tx.now && isHead(tx, row);
  if (hint) {
    markHinted(tx, row);
    schedule(tx, row);
    if (row.due_at !== null) tx.dueBy(row.due_at);
  }
  return {
    status: "accepted",
    requestId: row.request_id,
    seq: row.seq,
    hint,
    acceptedAt: new Date(row.accepted_at),
    validUntil: new Date(row.valid_until),
  };
}

function meansTheSame(body: string, signal: Signal): boolean {
  try {
    return intentOf(JSON.parse(body)) === intentOf(signal);
  } catch {
    // A damaged row still holds its key.
    return true;
  }
}

/** Equal for signals that mean the same trade, whichever request brought them and when. */
function intentOf(signal: unknown): string {
  return JSON.stringify(signal, (key, value: unknown) => {
    // Limits are the strategy's, not the sender's, and the same alert may come two ways.
    if (["requestId", "sentAt", "expiresAt", "validForMs", "limits", "accountLimits", "channel"].includes(key))
      return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function nextSeq(tx: Tx, symbol: Signal["symbol"]): number {
  const row = tx.sql.exec<{ seq: number }>(
    `INSERT INTO lanes (symbol, seq, accepted_at) VALUES (?, 1, ?)
     ON CONFLICT (symbol) DO UPDATE SET seq = seq + 1, accepted_at = excluded.accepted_at RETURNING seq`,
    symbol,
    tx.now,
  )[0];
  if (!row) throw new Error(`no sequence number for ${symbol}`);
  return row.seq;
}

function learnName(tx: Tx, ledger: string): void {
  if (tx.memory.ledger === ledger) return;
  const name = tx.memory.ledger ?? tx.config.name ?? ledger;
  if (name !== ledger) throw new Error(`this ledger is ${name}, not ${ledger}`);
  writeMeta(tx.sql, "ledger", ledger);
  tx.memory.ledger = ledger;
}
