import type { InferInsertModel } from "drizzle-orm";
import { getTableColumns } from "drizzle-orm";
import { decode } from "#contracts/codec";
import type { ArrivedLetter, LetterData } from "#queues/consumer";
import { registry } from "#queues/registry";
import type { Statement } from "./database.ts";
import { jsonArrays } from "./json-rows.ts";
import { storedCondition, type RecordMessage } from "./rows.ts";
import { tables } from "./schema.ts";

type LetterRow = InferInsertModel<typeof tables.deadLetters>;

const MAX_HISTORY = 50;
const columns = Object.values(getTableColumns(tables.deadLetters)).map((column) => column.name);

/**
 * A letter parked again adds to the first one's attempts and history and opens it again, unless an operator
 * discarded it. A second copy of the same parking changes nothing, nor does one that is older than the
 * success that resolved the letter.
 */
const UPSERT = `INSERT INTO dead_letters (${columns.join(", ")})
  SELECT ${columns.map((column) => `value->>'${column}'`).join(", ")} FROM json_each(?1) WHERE true
  ON CONFLICT (id) DO UPDATE SET
    queue = excluded.queue, type = excluded.type, class = excluded.class, error = excluded.error,
    reason = excluded.reason, fingerprint = excluded.fingerprint, final = excluded.final, body = excluded.body,
    attempts = dead_letters.attempts + excluded.attempts,
    generation = max(dead_letters.generation, excluded.generation),
    replay_id = coalesce(excluded.replay_id, dead_letters.replay_id),
    first_seen_at = min(dead_letters.first_seen_at, excluded.first_seen_at),
    parked_at = excluded.parked_at, parked_by = excluded.parked_by, worker_version = excluded.worker_version,
    history = json_insert(
      CASE WHEN json_array_length(dead_letters.history) >= ${MAX_HISTORY}
        THEN json_remove(dead_letters.history, '$[0]') ELSE dead_letters.history END,
      '$[#]', json(excluded.history->'$[0]')),
    status = CASE dead_letters.status WHEN 'discarded' THEN 'discarded' ELSE 'open' END,
    resolved_at = NULL
  WHERE excluded.parked_at > dead_letters.parked_at
    AND excluded.parked_at > coalesce(dead_letters.resolved_at, '')`;

export function letterStatements(letters: readonly ArrivedLetter[], now: string): Statement[] {
  const rows = letters.map((each) => JSON.stringify(rowFor(each)));
  return [
    ...jsonArrays(rows).map((array) => ({ sql: UPSERT, params: [array] })),
    ...letters.flatMap(({ letter }) => resolveIfDone(letter, now)),
  ];
}

function rowFor({ header, letter }: ArrivedLetter): LetterRow {
  const { attempts, generation, error } = letter;
  const parkedAt = letter.parkedAt.toISOString();
  return {
    id: letter.messageId,
    request_id: header.requestId,
    created_at: parkedAt,
    queue: letter.originQueue,
    type: letter.type,
    class: letter.class,
    error,
    reason: letter.reason,
    fingerprint: letter.fingerprint,
    attempts,
    generation,
    replay_id: header.replayId,
    final: letter.final ? 1 : 0,
    status: "open",
    first_seen_at: letter.firstSeenAt.toISOString(),
    parked_at: parkedAt,
    parked_by: letter.parkedBy,
    worker_version: letter.workerVersion,
    history: JSON.stringify([{ parkedAt, attempts, generation, class: letter.class, error }]),
    body: JSON.stringify(letter.body) ?? "null",
  };
}

/**
 * After an outage another copy of the message may have succeeded before its letter gets here: such a letter
 * is resolved as it arrives.
 */
function resolveIfDone(letter: LetterData, now: string): Statement[] {
  const done = doneCondition(letter);
  if (!done) return [];
  return [
    {
      sql: `UPDATE dead_letters SET status = 'resolved', resolved_at = ? WHERE id = ? AND status = 'open' AND ${done.sql}`,
      params: [now, letter.messageId, ...done.params],
    },
  ];
}

function doneCondition(letter: LetterData): Statement | undefined {
  if (letter.originQueue === "notifications") {
    return {
      sql: "EXISTS (SELECT 1 FROM notifications WHERE id = ? AND status = 'sent')",
      params: [letter.messageId],
    };
  }
  const record = letter.originQueue === "records" ? readRecord(letter.body) : undefined;
  return record && storedCondition(record);
}

function readRecord(body: unknown): RecordMessage | undefined {
  try {
    return decode<(typeof registry)["records"]["contracts"][number]>(registry.records.contracts, body);
  } catch {
    // An undecodable record has no row; it stays a letter.
    return undefined;
  }
}
