import { lineIdFrom } from "#contracts/log";
import { rowsOf, type Database, type Statement, type Value } from "../database.ts";
import type { Retention } from "./retention.ts";
import { columnsOf, type TableName } from "./tables.ts";

/** An hour of UTC: `2026-11-28T05`. */
export type Hour = string;

/** Rows of one kind: where they stand in the archive, how long they stay, and how the oldest are found. */
export interface Source {
  kind: ArchiveKind;
  keeps: keyof Retention;
  /** The first hour that has rows from before `cutoff`, or undefined. */
  oldest: (cutoff: Date, database: Database) => Promise<Hour | undefined>;
  /** Rows of a part, where they may be big; absent: as many as of the others. */
  partRows?: number;
  /** At most so many of its rows; an hour is done when there are none. */
  rows: (hour: Hour, limit: number) => Statement[];
  /** What is written when an hour is done, where its rows do not say so by being gone. */
  done?: (hour: Hour, now: Date) => Statement;
}

export type ArchiveKind = "logs" | "samples" | "records" | "letters" | "notices" | "acknowledgements" | "signals";

export function hourOf(time: Date): Hour {
  return time.toISOString().slice(0, 13);
}
export function beginOf(hour: Hour): Date {
  return new Date(`${hour}:00:00.000Z`);
}
export function endOf(hour: Hour): Date {
  return new Date(beginOf(hour).getTime() + 3_600_000);
}

const betweenOf = (hour: Hour): [string, string] => [beginOf(hour).toISOString(), endOf(hour).toISOString()];
const select = (table: TableName, rest: string, ...params: Value[]): Statement => ({
  sql: `SELECT ${columnsOf(table)} FROM ${table} ${rest}`,
  params,
});

async function first(database: Database, cutoff: Date, sql: string, ...params: Value[]): Promise<Hour | undefined> {
  const at = (await rowsOf(database, sql, ...params))[0]?.["at"];
  return typeof at === "string" && at < cutoff.toISOString() ? hourOf(new Date(at)) : undefined;
}

/** Of requests that have ended, with no order that may still move. */
const CLOSED = `SELECT request_id FROM signals WHERE created_at >= ?1 AND created_at < ?2 AND outcome <> 'working'
  AND NOT EXISTS (SELECT 1 FROM orders AS open WHERE open.request_id = signals.request_id
    AND open.status IN ('sending', 'in_doubt', 'working'))`;
const OF_HOUR = "SELECT request_id FROM signals WHERE created_at >= ?1 AND created_at < ?2";
const RECORDS = ["orders", "fills", "notifications"] as const;

const samples: Source = {
  kind: "samples",
  keeps: "samples",
  oldest: (cutoff, database) => first(database, cutoff, "SELECT min(created_at) AS at FROM queue_samples"),
  rows: (hour, limit) => [
    select("queue_samples", "WHERE created_at >= ?1 AND created_at < ?2 LIMIT ?3", ...betweenOf(hour), limit),
  ],
};

const records: Source = {
  kind: "records",
  keeps: "records",
  // Signals stay behind, so a mark says up to which hour their records are gone.
  oldest: (cutoff, database) =>
    first(
      database,
      cutoff,
      `SELECT created_at AS at FROM signals
        WHERE created_at >= coalesce((SELECT hour FROM archive_marks WHERE kind = 'records'), '') ORDER BY created_at LIMIT 1`,
    ),
  rows: (hour, limit) =>
    RECORDS.map((table) => select(table, `WHERE request_id IN (${CLOSED}) LIMIT ?3`, ...betweenOf(hour), limit)),
  done: (hour, now) => ({
    sql: `INSERT INTO archive_marks (kind, hour, created_at) VALUES ('records', ?1, ?2)
      ON CONFLICT (kind) DO UPDATE SET hour = excluded.hour, created_at = excluded.created_at`,
    params: [endOf(hour).toISOString(), now.toISOString()],
  }),
};

const letters: Source = {
  kind: "letters",
  keeps: "letters",
  // A letter holds a message of up to 128 KB, and a Worker has 128 MB.
  partRows: 100,
  oldest: (cutoff, database) =>
    first(database, cutoff, "SELECT min(created_at) AS at FROM dead_letters WHERE status IN ('resolved', 'discarded')"),
  rows: (hour, limit) => [
    select(
      "dead_letters",
      "WHERE status IN ('resolved', 'discarded') AND created_at >= ?1 AND created_at < ?2 LIMIT ?3",
      ...betweenOf(hour),
      limit,
    ),
  ],
};

const signals: Source = {
  kind: "signals",
  keeps: "signals",
  oldest: (cutoff, database) => first(database, cutoff, "SELECT min(created_at) AS at FROM signals"),
  rows: (hour, limit) => [
    // What was still open when its hour's records were moved goes before the row that it is found by.
    ...RECORDS.map((table) => select(table, `WHERE request_id IN (${OF_HOUR}) LIMIT ?3`, ...betweenOf(hour), limit)),
    select(
      "signals",
      `WHERE created_at >= ?1 AND created_at < ?2 AND NOT EXISTS (
        SELECT 1 FROM orders WHERE orders.request_id = signals.request_id) LIMIT ?3`,
      ...betweenOf(hour),
      limit,
    ),
  ],
};

const logs: Source = {
  kind: "logs",
  keeps: "logs",
  // An id begins with its time, and is the only index by it.
  oldest: async (cutoff, database) => {
    const [row] = await rowsOf(
      database,
      "SELECT id FROM system_logs WHERE id < ? ORDER BY id LIMIT 1",
      lineIdFrom(cutoff),
    );
    return row && hourOf(new Date(Number.parseInt(String(row["id"]).slice(0, 9), 36)));
  },
  rows: (hour, limit) => [
    select(
      "system_logs",
      "WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3",
      lineIdFrom(beginOf(hour)),
      lineIdFrom(endOf(hour)),
      limit,
    ),
  ],
};

/** They come about in the order of their times, and an index by time would cost each a written row. */
function byArrival(kind: ArchiveKind, table: "notifications" | "acknowledgements"): Source {
  return {
    kind,
    keeps: "records",
    oldest: (cutoff, database) =>
      first(database, cutoff, `SELECT created_at AS at FROM ${table} ORDER BY rowid LIMIT 1`),
    rows: (hour, limit) => [
      select(
        table,
        `WHERE rowid IN (SELECT rowid FROM ${table} ORDER BY rowid LIMIT ?3) AND created_at >= ?1 AND created_at < ?2`,
        ...betweenOf(hour),
        limit,
      ),
    ],
  };
}

/**
 * What is moved. Kinds of one row take from the same tables, so each waits for those before it, even when it is killed:
 * else rows of a part that was written and not yet deleted would be written twice. Rows take turns: the lines, of which
 * there are most, keep nobody waiting.
 */
export const sources: readonly (readonly Source[])[] = [
  [samples],
  [records, byArrival("notices", "notifications"), signals],
  [letters],
  [byArrival("acknowledgements", "acknowledgements")],
  [logs],
];
