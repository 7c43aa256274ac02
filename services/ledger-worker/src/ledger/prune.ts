import { hasUnconfirmed } from "./outbox.ts";
import { hasOpenWork } from "./outcome.ts";
import { clientIdOf, type SignalRow } from "./rows.ts";
import { DAY, KEEP_TOMBSTONES_MS } from "./times.ts";
import type { Tx } from "./tx.ts";

const KEEP_DAYS_MS = 40 * DAY;

/** Turns ended signals into tombstones once everything about them is confirmed; at most `limit` of them. */
export function prune(tx: Tx, limit: number): void {
  const rows = tx.signals(
    `SELECT * FROM signals WHERE prune_at IS NOT NULL AND prune_at <= ? ORDER BY prune_at LIMIT ${limit}`,
    tx.now,
  );
  for (const row of rows) {
    if (row.ended === 0 || hasOpenWork(tx, row) || hasUnconfirmed(tx, row.request_id)) {
      tx.update(row, { prune_at: tx.now + DAY });
    } else {
      bury(tx, row);
    }
  }
  if (rows.length > 0) tx.log("info", "ledger.pruned", `${rows.length} ended signals looked at`);
  tx.sql.exec(
    `DELETE FROM tombstones WHERE request_id IN (SELECT request_id FROM tombstones WHERE until <= ? LIMIT ${limit})`,
    tx.now,
  );
  if (rows.length > 0)
    tx.sql.exec(`DELETE FROM day_profits WHERE day < ?`, new Date(tx.now - KEEP_DAYS_MS).toISOString().slice(0, 10));
}

function bury(tx: Tx, row: SignalRow): void {
  const ids = tx.legs(row.request_id).map(clientIdOf);
  tx.sql.exec(
    `INSERT INTO tombstones (request_id, alert_key, symbol, seq, outcome, client_ids, until) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (request_id) DO NOTHING`,
    row.request_id,
    row.alert_key,
    row.symbol,
    row.seq,
    row.outcome ?? "failed",
    JSON.stringify(ids),
    tx.now + KEEP_TOMBSTONES_MS,
  );
  tx.sql.exec(`DELETE FROM legs WHERE request_id = ?`, row.request_id);
  tx.sql.exec(`DELETE FROM revivals WHERE request_id = ?`, row.request_id);
  tx.sql.exec(`DELETE FROM signals WHERE request_id = ?`, row.request_id);
}
