import { expireLease } from "./attempt.ts";
import { tellStillOpen } from "./exposure.ts";
import { notify, tellPassed } from "./messages.ts";
import { clientIdOf, isLeased, type SignalRow } from "./rows.ts";
import { finish, schedule } from "./schedule.ts";
import { DOUBT_TOLD_AFTER_MS, MIN_ALARM_GAP_MS } from "./times.ts";
import type { Tx } from "./tx.ts";
import { legWords } from "./words.ts";

/** Ids of the signals whose time has come, the longest overdue first. */
export function dueSignals(tx: Tx, limit: number): string[] {
  return tx.sql
    .exec<{ request_id: string }>(
      `SELECT request_id FROM signals WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ${limit}`,
      tx.now,
    )
    .map((row) => row.request_id);
}

/** Does what is due for one signal, and sets when it is due again. */
export function wake(tx: Tx, requestId: string): void {
  const row = tx.signal(requestId);
  if (!row) return;
  tellPassed(tx, row);
  if (isLeased(row, tx.now)) return schedule(tx, row);
  if (row.lease !== null) expireLease(tx, row);
  tellDoubts(tx, row);
  tellStillOpen(tx, row);
  tx.touch(row);
  finish(tx);
  // Whatever was not thought of must not make the alarm spin.
  if (row.due_at !== null && row.due_at <= tx.now) tx.update(row, { due_at: tx.now + MIN_ALARM_GAP_MS });
}

/** When anything of this ledger is due next, in milliseconds; Infinity when nothing is. */
export function nextDue(tx: Tx): number {
  const rows = tx.sql.exec<{ at: number | null }>(
    `SELECT min(due_at) AS at FROM signals WHERE due_at IS NOT NULL
     UNION ALL SELECT min(due_at) FROM outbox
     UNION ALL SELECT min(prune_at) FROM signals WHERE prune_at IS NOT NULL
     UNION ALL SELECT min(until) FROM tombstones`,
  );
  const next = Math.min(...rows.map((row) => row.at ?? Infinity));
  return Math.max(next, tx.now + MIN_ALARM_GAP_MS);
}

function tellDoubts(tx: Tx, row: SignalRow): void {
  for (const leg of tx.legs(row.request_id)) {
    if (leg.status !== "in_doubt") continue;
    // From now on the lane's oldest exit may pass.
    if ((leg.quiet_until ?? 0) <= tx.now) tx.lanes.add(row.symbol);
    if (leg.told === 1 || (leg.doubt_since ?? tx.now) + DOUBT_TOLD_AFTER_MS > tx.now) continue;
    tx.updateLeg(leg, { told: 1 });
    notify(tx, row, "critical", `In doubt for 2 minutes: ${legWords(leg)} · ${tx.ledger}`, [
      { label: "Order", value: clientIdOf(leg) },
      { label: "Why", value: leg.reason ?? "the venue gave no answer" },
      {
        label: "Next",
        value: `It is asked for again and again. If the venue's screen shows what became of it: npx hoox lanes resolve ${row.request_id} --outcome filled|rejected --reason "…"`,
      },
    ]);
  }
}
