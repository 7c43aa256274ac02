import type { Sql } from "#runtime/sql";

/** What each version of the storage adds. Times are milliseconds; what is a list or an object is JSON. */
const versions: readonly (readonly string[])[] = [
  [
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
  ],
  [
    // tidied: 1 when an ended job has given back what it had taken and not executed. lost: letters that it sent and of
    // which nothing was heard.
    `ALTER TABLE jobs ADD COLUMN tidied INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE jobs ADD COLUMN lost INTEGER NOT NULL DEFAULT 0`,
  ],
];

/** Brings a storage, new or old, to the newest version. The first one did not write down which it was. */
export function migrate(sql: Sql): void {
  sql.transaction(() => {
    sql.exec(`CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`);
    const [row] = sql.exec<{ value: string }>(`SELECT value FROM meta WHERE key = 'schema'`);
    const done = Number(row?.value ?? "0");
    if (done >= versions.length) return;
    for (const statements of versions.slice(done)) for (const statement of statements) sql.exec(statement);
    sql.exec(`INSERT OR REPLACE INTO meta (key, value) VALUES ('schema', ?)`, String(versions.length));
  });
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
  tidied: number;
  lost: number;
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
