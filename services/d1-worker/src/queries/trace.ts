import type * as z from "zod";
import type { LogRow } from "#contracts/log-view";
import type { databaseRoutes } from "#contracts/routes/database";
import type { Statement } from "../database.ts";
import type { Deps } from "../ports.ts";
import { LETTER_COLUMNS, LETTERS, LOG_COLUMNS, toDeadLetterRow, toLogRow, toRow } from "./row.ts";

type Reply = z.infer<(typeof databaseRoutes.trace)["reply"]>;

/** So many lines from each end: how it began, and what came of it last. */
const LINES = 500;

const LOGS_OF = `SELECT ${LOG_COLUMNS} FROM system_logs WHERE request_id = ?`;

/** Everything that the database knows of one request, in one round trip; of very many log lines both ends. */
export async function traceOf(requestId: string, deps: Pick<Deps, "database">): Promise<Reply> {
  const about = (sql: string): Statement => ({ sql, params: [requestId] });
  const [signals, duplicates, orders, fills, notifications, deadLetters, first, last] = await deps.database.batch([
    about("SELECT * FROM signals WHERE request_id = ?"),
    about("SELECT * FROM signals WHERE first_request_id = ? ORDER BY created_at LIMIT 100"),
    about("SELECT * FROM orders WHERE request_id = ? ORDER BY created_at"),
    about("SELECT * FROM fills WHERE request_id = ? ORDER BY created_at"),
    about("SELECT * FROM notifications WHERE request_id = ? ORDER BY created_at"),
    about(
      `SELECT ${LETTER_COLUMNS} FROM ${LETTERS} WHERE dead_letters.request_id = ? ORDER BY dead_letters.created_at`,
    ),
    about(`${LOGS_OF} ORDER BY created_at, cursor LIMIT ${LINES}`),
    about(`${LOGS_OF} ORDER BY created_at DESC, cursor DESC LIMIT ${LINES}`),
  ]);
  const [signal] = signals ?? [];
  return {
    requestId,
    ...(signal ? { signal: toRow(signal) } : {}),
    duplicates: (duplicates ?? []).map(toRow),
    orders: (orders ?? []).map(toRow),
    fills: (fills ?? []).map(toRow),
    notifications: (notifications ?? []).map(toRow),
    deadLetters: (deadLetters ?? []).map(toDeadLetterRow),
    logs: bothEnds((first ?? []).map(toLogRow), (last ?? []).map(toLogRow).toReversed()),
  };
}

function bothEnds(first: readonly LogRow[], last: readonly LogRow[]): LogRow[] {
  const seen = new Set(first.map(({ cursor }) => cursor));
  return [...first, ...last.filter(({ cursor }) => !seen.has(cursor))];
}
