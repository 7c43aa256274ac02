import type * as z from "zod";
import type { LogRow } from "#contracts/log-view";
import type { databaseRoutes } from "#contracts/routes/database";
import { readArchivedRequest } from "../archive/read.ts";
import type { DatabaseRow, Statement } from "../database.ts";
import type { Deps } from "../ports.ts";
import { LETTER_COLUMNS, LETTERS, LOG_COLUMNS, toDeadLetterRow, toLogRow, toRow } from "./row.ts";

type Reply = z.infer<(typeof databaseRoutes.trace)["reply"]>;

/** So many lines from each end: how it began, and what came of it last. */
const LINES = 500;
/** Confirmations and messages come after the end. */
const AFTERMATH_MS = 10 * 60_000;

const LOGS_OF = `SELECT ${LOG_COLUMNS} FROM system_logs WHERE request_id = ?`;

/** Everything that the database knows of one request, in one round trip; of very many log lines both ends. */
export async function traceOf(
  requestId: string,
  deps: Pick<Deps, "database" | "archive" | "retention" | "now">,
): Promise<Reply> {
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
  const stored = {
    requestId,
    ...(signal ? { signal: toRow(signal) } : {}),
    duplicates: (duplicates ?? []).map(toRow),
    orders: (orders ?? []).map(toRow),
    fills: (fills ?? []).map(toRow),
    notifications: (notifications ?? []).map(toRow),
    deadLetters: (deadLetters ?? []).map(toDeadLetterRow),
    logs: bothEnds((first ?? []).map(toLogRow), (last ?? []).map(toLogRow).toReversed()),
  };
  return signal === undefined ? stored : withArchived(stored, signal, deps);
}

/** What has been moved out of the database: found by when the signal was accepted and settled. */
async function withArchived(
  stored: Reply,
  signal: DatabaseRow,
  deps: Pick<Deps, "archive" | "retention" | "now">,
): Promise<Reply> {
  const from = new Date(String(signal["created_at"]));
  const settledAt = signal["settled_at"];
  const to =
    typeof settledAt === "string"
      ? new Date(Date.parse(settledAt) + AFTERMATH_MS)
      : new Date(from.getTime() + AFTERMATH_MS);
  const age = (deps.now().getTime() - from.getTime()) / 86_400_000;
  // Its log lines are the first to go.
  if (stored.logs.length > 0 && age < Math.min(deps.retention.logs, deps.retention.records)) return stored;
  const archived = await readArchivedRequest({ requestId: stored.requestId, from, to }, deps);
  const { problems } = archived;
  return {
    ...stored,
    orders: merged(archived.orders, stored.orders, "client_order_id"),
    fills: merged(archived.fills, stored.fills, "id"),
    notifications: merged(archived.notifications, stored.notifications, "id"),
    deadLetters: merged(archived.deadLetters, stored.deadLetters, "id"),
    logs: merged(archived.logs, stored.logs, "id"),
    archived: archived.logs.length + archived.orders.length + archived.notifications.length > 0,
    ...(problems.length === 0 ? {} : { problems }),
  };
}

/** By time. A row that stands in both, as after a death before its deletion, is newer in the database. */
function merged<Of extends { created_at?: unknown }>(
  archived: readonly Of[],
  stored: readonly Of[],
  key: keyof Of,
): Of[] {
  const known = new Set(stored.map((row) => row[key]));
  return [...archived.filter((row) => !known.has(row[key])), ...stored].toSorted((a, b) =>
    String(a.created_at).localeCompare(String(b.created_at)),
  );
}

function bothEnds(first: readonly LogRow[], last: readonly LogRow[]): LogRow[] {
  const seen = new Set(first.map(({ cursor }) => cursor));
  return [...first, ...last.filter(({ cursor }) => !seen.has(cursor))];
}
