import type * as z from "zod";
import { logSeverity } from "#contracts/log";
import type { databaseRoutes } from "#contracts/routes/database";
import { lineIdFrom } from "#contracts/log";
import type { Statement, Value } from "../database.ts";
import type { Deps } from "../ports.ts";
import { LOG_COLUMNS, toLogRow } from "./row.ts";

type Route = typeof databaseRoutes.logs;
type Query = z.infer<Route["query"]>;
type Reply = z.infer<Route["reply"]>;

const POLL_MS = 500;

/**
 * Lines in order of ingestion: behind `after` when it is given, else the newest. `next` is what to ask for
 * after that. With `wait`, stays until a first line is there or so many seconds have passed.
 */
export async function readLogs(query: Query, deps: Pick<Deps, "database" | "now" | "sleep">): Promise<Reply> {
  const deadline = deps.now().getTime() + (query.wait ?? 0) * 1_000;
  let reply = await readOnce(query, deps);
  while (reply.logs.length === 0 && deps.now().getTime() < deadline) {
    await deps.sleep(POLL_MS);
    reply = await readOnce({ ...query, after: reply.next }, deps);
  }
  return reply;
}

async function readOnce(query: Query, deps: Pick<Deps, "database">): Promise<Reply> {
  // One transaction, so that `next` is not ahead of what was looked through.
  const [highest, found] = await deps.database.batch([
    { sql: "SELECT coalesce(max(cursor), 0) AS cursor FROM system_logs", params: [] },
    selectLines(query),
  ]);
  const logs = (found ?? []).map(toLogRow).toSorted((a, b) => a.cursor - b.cursor);
  const last = logs.at(-1)?.cursor;
  const more = query.after !== undefined && logs.length === query.limit;
  return { logs, next: more && last !== undefined ? last : Number(highest?.[0]?.["cursor"] ?? 0) };
}

/** Exported for the test of its query plans. */
export function selectLines({ requestId, worker, level, grep, since, after, limit }: Query): Statement {
  const conditions: [sql: string, value: Value][] = [];
  if (requestId !== undefined) conditions.push(["request_id = ?", requestId]);
  if (worker !== undefined) conditions.push([oneOf("worker"), JSON.stringify(worker.split(","))]);
  if (level !== undefined) conditions.push([oneOf("severity"), JSON.stringify(atLeast(level))]);
  if (grep !== undefined)
    conditions.push(["instr(lower(event || ' ' || message || ' ' || fields), lower(?)) > 0", grep]);
  if (since !== undefined) conditions.push(["id >= ?", lineIdFrom(new Date(since))]);
  if (after === 0 && since !== undefined && requestId === undefined)
    conditions.push([FROM_FIRST_SINCE, lineIdFrom(new Date(since))]);
  else if (after !== undefined) conditions.push([BEHIND, after]);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.map(([sql]) => sql).join(" AND ")}`;
  return {
    sql: `SELECT ${LOG_COLUMNS} FROM system_logs ${where} ORDER BY ${orderOf({ requestId, since, after })} LIMIT ?`,
    params: [...conditions.map(([, value]) => value), limit],
  };
}

/** A cursor ahead of every line was given by a table that has been emptied since: it means the beginning. */
const BEHIND =
  "cursor > (SELECT iif(seen > (SELECT coalesce(max(cursor), 0) FROM system_logs), 0, seen) FROM (SELECT ? AS seen))";

/**
 * Found by the index of times: whoever reads the last minutes of a big table does not read all of it. Without the
 * `+` SQLite looks for the smallest cursor by walking the table from its beginning.
 */
const FROM_FIRST_SINCE = "cursor >= (SELECT min(+cursor) FROM system_logs WHERE id >= ?)";

/** By what finds the lines, so that SQLite stops at the limit instead of sorting a long time's lines. */
function orderOf({ requestId, since, after }: Pick<Query, "requestId" | "since" | "after">): string {
  if (after !== undefined) return "cursor ASC";
  return since !== undefined && requestId === undefined ? "id DESC" : "cursor DESC";
}

function oneOf(column: string): string {
  return `${column} IN (SELECT value FROM json_each(?))`;
}

/** This severity and all above it. */
function atLeast(level: z.infer<typeof logSeverity>): string[] {
  return logSeverity.options.slice(logSeverity.options.indexOf(level));
}
