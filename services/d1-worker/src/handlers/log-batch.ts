import type { LogLine } from "#contracts/log";
import type { MessageOn } from "#queues/registry";
import { writeAll, type Database, type Statement } from "../database.ts";
import { jsonArrays } from "../json-rows.ts";
import { resolve } from "../letter-changes.ts";
import type { Deps } from "../ports.ts";

type LogBatch = MessageOn<"system-logs">;

// Lines come as arrays: SQLite finds the eighth element of one in a third less time than a key of an object.
const INSERT_LINES = `INSERT INTO system_logs (id, request_id, created_at, worker, severity, event, message, fields)
  SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->7
  FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`;

/** Ingests the lines of all messages with one statement; SQLite takes them apart. */
export async function storeLogs(
  messages: readonly LogBatch[],
  deps: Pick<Deps, "database" | "now">,
): Promise<readonly (Error | undefined)[]> {
  const now = deps.now().toISOString();
  return writeAll(deps.database, messages, (some) => [
    ...insertLines(some.map(({ data }) => data.lines)),
    ...resolveReplayed(some, now),
  ]);
}

/** Only what was sent again: the letters of all other batches are not worth a statement. */
function resolveReplayed(messages: readonly LogBatch[], now: string): Statement[] {
  const replayed = messages.filter((each) => each.generation > 0);
  if (replayed.length === 0) return [];
  return [
    resolve(
      replayed.map(({ id }) => ({ id, reason: "its lines were stored" })),
      now,
    ),
  ];
}

/** Stores this Worker's own lines without a way round the queue; throws when the database does. */
export async function storeOwnLines(lines: readonly LogLine[], database: Database): Promise<void> {
  await database.batch(insertLines([lines]));
}

function insertLines(batches: readonly (readonly LogLine[])[]): Statement[] {
  // Each message's array without its brackets: the lines are written as JSON once, in one piece.
  const elements = batches.map((lines) => JSON.stringify(lines.map(valuesOf)).slice(1, -1));
  return jsonArrays(elements).map((array) => ({ sql: INSERT_LINES, params: [array] }));
}

/** In the order of {@link INSERT_LINES}. */
function valuesOf({ id, requestId, createdAt, worker, severity, event, message, fields }: LogLine): unknown[] {
  return [id, requestId, createdAt, worker, severity, event, message, fields];
}
