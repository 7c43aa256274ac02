import type { DeadLetterRow } from "#contracts/letter-view";
import type { LogRow } from "#contracts/log-view";
import type { Row } from "#contracts/routes/route";
import { deadLetterRow } from "#contracts/letter-view";
import { logRow } from "#contracts/log-view";
import type { DatabaseRow } from "../database.ts";

/** A row as routes answer it; bytes become hexadecimal text. */
export function toRow(row: DatabaseRow): Row {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plain(value)]));
}

function plain(value: unknown): Row[string] {
  if (typeof value === "string" || typeof value === "number" || value === null) return value;
  if (Array.isArray(value)) return value.map((byte) => Number(byte).toString(16).padStart(2, "0")).join("");
  return String(value);
}

export const LOG_COLUMNS = "cursor, id, request_id, created_at, worker, severity, event, message, fields";

export function toLogRow(row: DatabaseRow): LogRow {
  return logRow.parse({ ...row, fields: JSON.parse(String(row["fields"])) });
}

/** Letters with their signal beside them; its columns are `signals.…`. */
export const LETTERS = "dead_letters LEFT JOIN signals ON signals.request_id = dead_letters.request_id";

export const LETTER_COLUMNS = Object.keys(deadLetterRow.shape)
  .map((column) => (column === "lane" || column === "strategy" ? `signals.${column}` : `dead_letters.${column}`))
  .join(", ");

export function toDeadLetterRow(row: DatabaseRow): DeadLetterRow {
  return deadLetterRow.parse(row);
}
