import type { Wire } from "#contracts/codec";
import type { letterParked } from "#contracts/dead-letter";
import type { DataOf } from "#contracts/envelope";
import { messageId, type RequestId } from "#contracts/ids";
import { originOf, isQueueName, type DataOn, type QueueName, type TypeOn } from "#queues/registry";
import type { Packed } from "#queues/producer";
import { outboxBackoff, UNREADABLE_AGAIN_MS } from "./times.ts";
import type { Tx } from "./tx.ts";

interface OutboxRow {
  id: string;
  queue: string;
  wire: string;
  tries: number;
}

interface Post<Q extends QueueName, T extends TypeOn<Q>> {
  queue: Q;
  type: T;
  requestId: RequestId;
  key?: string;
  rev: number;
  data: DataOn<Q, T>;
}

/** Writes a message into this commit; it is published right after, and again until it is confirmed. */
export function post<Q extends QueueName, T extends TypeOn<Q>>(tx: Tx, of: Post<Q, T>): void {
  const packed = tx.ports.pack.pack(of.queue, of.type, of.data, {
    id: messageId(of),
    requestId: of.requestId,
    confirmTo: tx.ledger,
    occurredAt: tx.at,
  });
  insert(tx, packed, { tries: 1, dueAt: tx.now + outboxBackoff(0) });
  tx.effects.messages.push(packed);
}

export function postLetter(
  tx: Tx,
  letter: DataOf<typeof letterParked>,
  origin: { requestId: RequestId; generation: number; replayId: string | undefined },
): void {
  // Of its own in every generation, so that the confirmation of an earlier one never takes a later one out.
  const lives = origin.generation === 0 ? "" : `/${origin.generation}`;
  const packed = tx.ports.pack.packLetter("trade-signals", letter, {
    ...origin,
    id: `letter/${letter.messageId}${lives}`,
    confirmTo: tx.ledger,
    occurredAt: tx.at,
  });
  insert(tx, packed, { tries: 1, dueAt: tx.now + outboxBackoff(0) });
  tx.effects.messages.push(packed);
}

export function confirm(tx: Tx, ids: readonly string[]): void {
  tx.sql.exec(`DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids));
}

export function unconfirmed(tx: Tx, ids: readonly string[]): string[] {
  return tx.sql
    .exec<{ id: string }>(`SELECT id FROM outbox WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids))
    .map((row) => row.id);
}

/** True while a message about this signal waits for its confirmation. */
export function hasUnconfirmed(tx: Tx, requestId: string): boolean {
  // Ids begin with `requestId/` or `letter/requestId/`; "0" follows "/" in ASCII.
  return [requestId, `letter/${requestId}`].some(
    (prefix) =>
      tx.sql.exec(`SELECT 1 FROM outbox WHERE id >= ? AND id < ? LIMIT 1`, `${prefix}/`, `${prefix}0`).length > 0,
  );
}

/** Hands out what is due for publication, at most `limit`, and sets when it is due again. */
export function republish(tx: Tx, limit: number): void {
  const due = tx.sql.exec<OutboxRow>(
    `SELECT id, queue, wire, tries FROM outbox WHERE due_at <= ? ORDER BY due_at LIMIT ${limit}`,
    tx.now,
  );
  for (const row of due) {
    const packed = unpack(row);
    if (packed) tx.effects.messages.push(packed);
    else tx.log("error", "outbox.unreadable", `${row.id} for ${row.queue} cannot be read, so it is not published`);
    tx.sql.exec(
      `UPDATE outbox SET tries = ?, due_at = ? WHERE id = ?`,
      row.tries + 1,
      tx.now + (packed ? outboxBackoff(row.tries) : UNREADABLE_AGAIN_MS),
      row.id,
    );
  }
}

function insert(tx: Tx, packed: Packed, when: { tries: number; dueAt: number }): void {
  tx.sql.exec(
    `INSERT INTO outbox (id, queue, wire, tries, due_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET wire = excluded.wire, tries = excluded.tries, due_at = excluded.due_at`,
    packed.id,
    packed.queue,
    packed.text ?? JSON.stringify(packed.wire),
    when.tries,
    when.dueAt,
  );
  tx.dueBy(when.dueAt);
}

function unpack(row: OutboxRow): Packed | undefined {
  const queue = isQueueName(row.queue) ? row.queue : deadLetterName(row.queue);
  if (queue === undefined) return undefined;
  try {
    // The column only ever holds what the producer packed.
    return { queue, id: row.id, wire: JSON.parse(row.wire) as Wire, text: row.wire };
  } catch {
    return undefined;
  }
}

function deadLetterName(name: string): Packed["queue"] | undefined {
  const origin = originOf(name);
  return origin && `${origin}-dlq`;
}
