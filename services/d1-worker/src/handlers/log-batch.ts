import type { MessageOn } from "#queues/registry";
import { writeAll, type Statement } from "../database.ts";
import { jsonArrays } from "../json-rows.ts";
import type { Deps } from "../ports.ts";

type LogBatch = MessageOn<"system-logs">;

const INSERT_LINES = `INSERT INTO system_logs (id, request_id, created_at, worker, severity, event, message, fields)
  SELECT value->>'id', value->>'requestId', value->>'createdAt', value->>'worker', value->>'severity',
    value->>'event', value->>'message', value->'fields'
  FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`;

/** Ingests the lines of all messages with one statement; SQLite takes them apart. */
export async function storeLogs(
  messages: readonly LogBatch[],
  deps: Pick<Deps, "database">,
): Promise<readonly (Error | undefined)[]> {
  return writeAll(deps.database, messages, insertLines);
}

function insertLines(messages: readonly LogBatch[]): Statement[] {
  // Each message's array without its brackets: the lines are written as JSON once, in one piece.
  const elements = messages.map(({ data }) => JSON.stringify(data.lines).slice(1, -1));
  return jsonArrays(elements).map((array) => ({ sql: INSERT_LINES, params: [array] }));
}
