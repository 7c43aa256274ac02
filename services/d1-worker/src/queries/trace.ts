import type * as z from "zod";
import type { databaseRoutes } from "#contracts/routes/database";
import type { Statement } from "../database.ts";
import type { Deps } from "../ports.ts";
import { LETTER_COLUMNS, LETTERS, LOG_COLUMNS, toDeadLetterRow, toLogRow, toRow } from "./row.ts";

type Reply = z.infer<(typeof databaseRoutes.trace)["reply"]>;

const MAX_LINES = 1_000;

/** Everything that the database knows of one request, in one round trip. */
export async function traceOf(requestId: string, deps: Pick<Deps, "database">): Promise<Reply> {
  const about = (sql: string): Statement => ({ sql, params: [requestId] });
  const [signals, duplicates, orders, fills, notifications, deadLetters, logs] = await deps.database.batch([
    about("SELECT * FROM signals WHERE request_id = ?"),
    about("SELECT * FROM signals WHERE first_request_id = ? ORDER BY created_at LIMIT 100"),
    about("SELECT * FROM orders WHERE request_id = ? ORDER BY created_at"),
    about("SELECT * FROM fills WHERE request_id = ? ORDER BY created_at"),
    about("SELECT * FROM notifications WHERE request_id = ? ORDER BY created_at"),
    about(
      `SELECT ${LETTER_COLUMNS} FROM ${LETTERS} WHERE dead_letters.request_id = ? ORDER BY dead_letters.created_at`,
    ),
    about(`SELECT ${LOG_COLUMNS} FROM system_logs WHERE request_id = ? ORDER BY created_at, cursor LIMIT ${MAX_LINES}`),
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
    logs: (logs ?? []).map(toLogRow),
  };
}
