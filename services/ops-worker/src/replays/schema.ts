import type { Sql } from "#runtime/sql";

/** Times are milliseconds; what is a list or an object is JSON. */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS plans (
    hash TEXT PRIMARY KEY, planned_at INTEGER NOT NULL, selection TEXT NOT NULL, summary TEXT NOT NULL) WITHOUT ROWID`,
  // seq: order of creation. stage: 0 the first letter, 1 five more, 2 the rest. asked_at: since when it waits for
  // outcomes. not_before: nothing is done before. troubles: in a row.
  `CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, request_id TEXT NOT NULL, state TEXT NOT NULL,
    rate INTEGER NOT NULL, force TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, selection TEXT NOT NULL,
    plan_hash TEXT NOT NULL, created_at INTEGER NOT NULL, cutoff INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER,
    stage INTEGER NOT NULL DEFAULT 0, asked_at INTEGER, not_before INTEGER NOT NULL DEFAULT 0,
    troubles INTEGER NOT NULL DEFAULT 0, progress_at INTEGER NOT NULL DEFAULT 0, resolved INTEGER NOT NULL DEFAULT 0,
    died_again INTEGER NOT NULL DEFAULT 0, waiting_for TEXT, stopped_because TEXT)`,
  `CREATE TABLE IF NOT EXISTS items (
    job INTEGER NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, parked_at TEXT NOT NULL, request_id TEXT NOT NULL,
    queue TEXT NOT NULL, fingerprint TEXT NOT NULL, lane TEXT, state TEXT NOT NULL, verdict TEXT, reason TEXT, at INTEGER,
    tries INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (job, position)) WITHOUT ROWID`,
  `CREATE INDEX IF NOT EXISTS items_state ON items (job, state, position)`,
];

export function createTables(sql: Sql): void {
  for (const table of TABLES) sql.exec(table);
}

export interface JobRow {
  seq: number;
  id: string;
  request_id: string;
  state: string;
  rate: number;
  force: string;
  reason: string;
  by: string;
  selection: string;
  plan_hash: string;
  created_at: number;
  cutoff: number;
  started_at: number | null;
  ended_at: number | null;
  stage: number;
  asked_at: number | null;
  not_before: number;
  troubles: number;
  progress_at: number;
  resolved: number;
  died_again: number;
  waiting_for: string | null;
  stopped_because: string | null;
}

export interface ItemRow {
  position: number;
  id: string;
  parked_at: string;
  request_id: string;
  queue: string;
  fingerprint: string;
  lane: string | null;
  state: string;
  verdict: string | null;
  reason: string | null;
  at: number | null;
  tries: number;
}
