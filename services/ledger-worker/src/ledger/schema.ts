import type { Sql } from "./ports.ts";

/**
 * One entry per version, applied once, in order. Times are milliseconds, decimals are text.
 * `signals.due_at` is null for rows that merely wait behind their lane's head: the alarm never sees them.
 */
const versions: readonly (readonly string[])[] = [
  [
    `CREATE TABLE lanes (
      symbol TEXT PRIMARY KEY, seq INTEGER NOT NULL, accepted_at INTEGER NOT NULL) WITHOUT ROWID`,
    `CREATE TABLE signals (
      request_id TEXT PRIMARY KEY, generation INTEGER NOT NULL DEFAULT 0,
      symbol TEXT NOT NULL, seq INTEGER NOT NULL, action TEXT NOT NULL, is_exit INTEGER NOT NULL,
      body TEXT NOT NULL, alert_key TEXT NOT NULL,
      accepted_at INTEGER NOT NULL, valid_until INTEGER NOT NULL,
      ended INTEGER NOT NULL DEFAULT 0, ended_at INTEGER, outcome TEXT, reason TEXT,
      settled_quantity TEXT NOT NULL DEFAULT '0', rev INTEGER NOT NULL DEFAULT 0,
      attempts INTEGER NOT NULL DEFAULT 0, backoffs INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
      lease TEXT, lease_until INTEGER, not_before INTEGER NOT NULL DEFAULT 0, last_error TEXT,
      hints INTEGER NOT NULL DEFAULT 0, hint_at INTEGER NOT NULL DEFAULT 0,
      ready INTEGER NOT NULL DEFAULT 0, due_at INTEGER, prune_at INTEGER,
      guarding INTEGER NOT NULL DEFAULT 0, emergency INTEGER NOT NULL DEFAULT 0,
      released TEXT NOT NULL DEFAULT '0', warn_at INTEGER, warnings INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID`,
    `CREATE INDEX signals_key ON signals (alert_key, accepted_at)`,
    `CREATE INDEX signals_lane ON signals (symbol, seq) WHERE ended = 0`,
    `CREATE INDEX signals_exits ON signals (symbol, seq) WHERE ended = 0 AND is_exit = 1`,
    `CREATE INDEX signals_due ON signals (due_at) WHERE due_at IS NOT NULL`,
    `CREATE INDEX signals_ready ON signals (hint_at, accepted_at, seq) WHERE ready = 1`,
    `CREATE INDEX signals_guarding ON signals (symbol) WHERE guarding = 1`,
    `CREATE INDEX signals_prune ON signals (prune_at) WHERE prune_at IS NOT NULL`,
    `CREATE TABLE legs (
      request_id TEXT NOT NULL, leg TEXT NOT NULL, ord INTEGER NOT NULL, role TEXT NOT NULL,
      symbol TEXT NOT NULL, seq INTEGER NOT NULL, side TEXT NOT NULL, target INTEGER,
      status TEXT NOT NULL, outcome TEXT, reason TEXT, order_body TEXT, quantity TEXT,
      sent_at INTEGER, quiet_until INTEGER, order_status TEXT, venue_order_id TEXT,
      filled_quantity TEXT NOT NULL DEFAULT '0', average_price TEXT, fee TEXT NOT NULL DEFAULT '0',
      profit TEXT NOT NULL DEFAULT '0', fills INTEGER NOT NULL DEFAULT 0,
      asks INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL DEFAULT 0,
      doubt_since INTEGER, told INTEGER NOT NULL DEFAULT 0,
      cancel_reason TEXT, cancel_outcome TEXT, pending_at INTEGER, live INTEGER NOT NULL DEFAULT 1,
      planned_at INTEGER NOT NULL DEFAULT 0, absent_at INTEGER,
      PRIMARY KEY (request_id, leg)) WITHOUT ROWID`,
    `CREATE INDEX legs_live ON legs (symbol, seq) WHERE live = 1`,
    `CREATE TABLE positions (
      symbol TEXT PRIMARY KEY, quantity TEXT NOT NULL, average_price TEXT, realised_profit TEXT NOT NULL,
      fees TEXT NOT NULL, rev INTEGER NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID`,
    `CREATE TABLE days (day TEXT PRIMARY KEY, profit TEXT NOT NULL) WITHOUT ROWID`,
    `CREATE TABLE sends (at INTEGER NOT NULL)`,
    `CREATE INDEX sends_at ON sends (at)`,
    `CREATE TABLE outbox (
      id TEXT PRIMARY KEY, queue TEXT NOT NULL, wire TEXT NOT NULL,
      tries INTEGER NOT NULL, due_at INTEGER NOT NULL) WITHOUT ROWID`,
    `CREATE INDEX outbox_due ON outbox (due_at)`,
    `CREATE TABLE tombstones (
      request_id TEXT PRIMARY KEY, alert_key TEXT NOT NULL, symbol TEXT NOT NULL, seq INTEGER NOT NULL,
      outcome TEXT NOT NULL, client_ids TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID`,
    `CREATE INDEX tombstones_until ON tombstones (until)`,
  ],
  [`ALTER TABLE positions ADD COLUMN opened_at INTEGER`],
  [`ALTER TABLE legs ADD COLUMN cancel_counts INTEGER NOT NULL DEFAULT 0`],
  [
    `ALTER TABLE signals ADD COLUMN worker_version TEXT`,
    `ALTER TABLE signals ADD COLUMN parked INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE signals ADD COLUMN parked_version TEXT`,
    `ALTER TABLE signals ADD COLUMN replay_id TEXT`,
    `ALTER TABLE signals ADD COLUMN first_seq INTEGER`,
    `ALTER TABLE signals ADD COLUMN valid_from INTEGER`,
    `ALTER TABLE signals ADD COLUMN unsupersedable INTEGER NOT NULL DEFAULT 0`,
    // Before this was written down, whatever failed unsent had been parked.
    `UPDATE signals SET parked = 1 WHERE ended = 1 AND outcome = 'failed'
      AND NOT EXISTS (SELECT 1 FROM legs WHERE legs.request_id = signals.request_id AND status <> 'dropped')`,
    `CREATE INDEX signals_letters ON signals (symbol) WHERE parked > 0`,
    `ALTER TABLE lanes ADD COLUMN revived INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE lanes ADD COLUMN settled_seq INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE lanes ADD COLUMN settled_by TEXT`,
    `UPDATE lanes SET (settled_seq, settled_by) = (last.seq, last.request_id) FROM (
      SELECT symbol, max(seq) AS seq, request_id FROM signals WHERE ended = 1 AND parked = 0 GROUP BY symbol) AS last
      WHERE last.symbol = lanes.symbol`,
    `CREATE TABLE revivals (
      request_id TEXT NOT NULL, replay_id TEXT NOT NULL, seq INTEGER NOT NULL, generation INTEGER NOT NULL,
      at INTEGER NOT NULL, PRIMARY KEY (request_id, replay_id)) WITHOUT ROWID`,
  ],
  // Signals of the lane that ended because their turn never came: no pace may be read off them.
  [`ALTER TABLE lanes ADD COLUMN expired INTEGER NOT NULL DEFAULT 0`],
  [`ALTER TABLE legs ADD COLUMN quantity_step TEXT`],
  // A close may have several orders, all of which come before the entry.
  [
    `ALTER TABLE legs ADD COLUMN rest TEXT`,
    `UPDATE legs SET ord = 99 WHERE role = 'entry'`,
    `ALTER TABLE legs ADD COLUMN mate TEXT`,
    `ALTER TABLE signals ADD COLUMN untargeted INTEGER NOT NULL DEFAULT 0`,
  ],
  // By currency; what was counted together until now counts as dollars. `days` stays for a version that is rolled back to.
  [
    `CREATE TABLE day_profits (
      day TEXT NOT NULL, currency TEXT NOT NULL, profit TEXT NOT NULL, PRIMARY KEY (day, currency)) WITHOUT ROWID`,
    `INSERT INTO day_profits (day, currency, profit) SELECT day, 'USD', profit FROM days`,
  ],
  [`ALTER TABLE legs ADD COLUMN awaited_since INTEGER`],
];

/** Brings a storage, new or old, to the newest version; a test to an older one. */
export function migrate(sql: Sql, to = versions.length): void {
  sql.exec(`CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`);
  const done = Number(readMeta(sql, "schema") ?? "0");
  if (done >= to) return;
  sql.transaction(() => {
    for (const statements of versions.slice(done, to)) for (const statement of statements) sql.exec(statement);
    writeMeta(sql, "schema", String(to));
  });
}

/**
 * `schema`: version; `ledger`: its name; `registered`: the KillSwitch knows it; `trading_off`: why entries are halted;
 * `counts_orders`: "1" while the account limits how many are sent in a minute.
 */
export type MetaKey = "schema" | "ledger" | "registered" | "trading_off" | "counts_orders";

export function readMeta(sql: Sql, key: MetaKey): string | undefined {
  return sql.exec<{ value: string }>(`SELECT value FROM meta WHERE key = ?`, key)[0]?.value;
}

export function writeMeta(sql: Sql, key: MetaKey, value: string): void {
  sql.exec(
    `INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    key,
    value,
  );
}
