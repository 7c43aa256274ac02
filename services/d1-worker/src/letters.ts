import type { InferInsertModel } from "drizzle-orm";
import { getTableColumns } from "drizzle-orm";
import type { ArrivedLetter } from "#queues/dead-letters";
import type { Statement } from "./database.ts";
import { jsonArrays } from "./json-rows.ts";
import { effectsOf } from "./letter-effects.ts";
import { entryText, historyWith } from "./letter-history.ts";
import { tables } from "./schema.ts";

type LetterRow = InferInsertModel<typeof tables.deadLetters>;

const columns = Object.values(getTableColumns(tables.deadLetters)).map((column) => column.name);

/**
 * A letter parked again adds to the first one's attempts and history and opens it again. Not so one that an
 * operator discarded, nor one that is replayed while an older life of it dies once more. A second copy of the
 * same parking changes nothing, nor does one that is older than the success that resolved the letter.
 */
const UPSERT = `INSERT INTO dead_letters (${columns.join(", ")})
  SELECT ${columns.map((column) => `value->>'${column}'`).join(", ")} FROM json_each(?1) WHERE true
  ON CONFLICT (id) DO UPDATE SET
    queue = excluded.queue, type = excluded.type, class = excluded.class, error = excluded.error,
    reason = excluded.reason, fingerprint = excluded.fingerprint, final = excluded.final, body = excluded.body,
    attempts = dead_letters.attempts + excluded.attempts,
    generation = excluded.generation,
    replay_id = coalesce(excluded.replay_id, dead_letters.replay_id),
    first_seen_at = min(dead_letters.first_seen_at, excluded.first_seen_at),
    parked_at = excluded.parked_at, parked_by = excluded.parked_by, worker_version = excluded.worker_version,
    history = ${historyWith("excluded.history->'$[0]'")},
    status = CASE
      WHEN dead_letters.status = 'discarded' THEN 'discarded'
      WHEN dead_letters.status = 'replayed' AND excluded.generation = dead_letters.generation THEN 'replayed'
      ELSE 'open' END,
    resolved_at = NULL
  WHERE excluded.generation >= dead_letters.generation
    AND excluded.parked_at > dead_letters.parked_at
    AND excluded.parked_at > coalesce(dead_letters.resolved_at, '')
    AND NOT EXISTS (
      SELECT 1 FROM json_each(dead_letters.history) WHERE value->>'sentAt' = excluded.history->'$[0]'->>'sentAt')`;

export function letterStatements(letters: readonly ArrivedLetter[], now: string): Statement[] {
  const rows = letters.map((each) => JSON.stringify(rowFor(each)));
  return [...jsonArrays(rows).map((array) => ({ sql: UPSERT, params: [array] })), ...resolveIfDone(letters, now)];
}

function rowFor({ header, letter }: ArrivedLetter): LetterRow {
  const { attempts, generation, error, fingerprint, reason } = letter;
  const parkedAt = letter.parkedAt.toISOString();
  const parking = entryText({
    what: "parked",
    at: parkedAt,
    attempts,
    generation,
    class: letter.class,
    error,
    reason: reason.slice(0, 500),
    fingerprint,
    by: letter.parkedBy,
    version: letter.workerVersion,
    replayId: header.replayId,
    sentAt: letter.sentAt?.toISOString(),
  });
  return {
    id: letter.messageId,
    request_id: header.requestId,
    created_at: parkedAt,
    queue: letter.originQueue,
    type: letter.type,
    class: letter.class,
    error,
    reason,
    fingerprint,
    attempts,
    generation,
    replay_id: header.replayId,
    final: letter.final ? 1 : 0,
    status: "open",
    first_seen_at: letter.firstSeenAt.toISOString(),
    parked_at: parkedAt,
    parked_by: letter.parkedBy,
    worker_version: letter.workerVersion,
    history: `[${parking}]`,
    body: JSON.stringify(letter.body) ?? "null",
  };
}

/**
 * After an outage another copy of the message may have succeeded before its letter gets here: such a letter
 * is resolved as it arrives.
 */
function resolveIfDone(letters: readonly ArrivedLetter[], now: string): Statement[] {
  const held = letters.map(({ letter }) => ({ id: letter.messageId, queue: letter.originQueue, body: letter.body }));
  const entry = entryText({ what: "resolved", at: now, reason: "another copy of it had succeeded before" });
  return effectsOf(held).flatMap(({ condition, wanted }) =>
    wanted.map((array) => ({
      sql: `UPDATE dead_letters SET status = 'resolved', resolved_at = ?2, history = ${historyWith("?3")}
        FROM json_each(?1) AS wanted
        WHERE dead_letters.id = wanted.value->>0 AND +dead_letters.status = 'open' AND ${condition}`,
      params: [array, now, entry],
    })),
  );
}
