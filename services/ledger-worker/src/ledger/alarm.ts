import { expireLease } from "./attempt.ts";
import { tellStillOpen } from "./exposure.ts";
import { notify, tellPassed } from "./messages.ts";
import { clientIdOf, isLeased, type SignalRow } from "./rows.ts";
import { finish, schedule } from "./schedule.ts";
import { DOUBT_TOLD_AFTER_MS, MIN_ALARM_GAP_MS } from "./times.ts";
import type { Tx } from "./tx.ts";
import { legWords } from "./words.ts";

/** What the alarm has to do now; mostly little, so that one question saves many. */
export function dueNow(tx: Tx, limit: number): { due: string[]; outbox: boolean; pruning: boolean } {
  const times = dueTimes(tx);
  return {
    due: times.signals <= tx.now ? dueSignals(tx, limit) : [],
    outbox: times.outbox <= tx.now,
    pruning: Math.min(times.pruned, times.tombstones) <= tx.now,
  };
}

/** Ids of the signals whose time has come, the longest overdue first. */
function dueSignals(tx: Tx, limit: number): string[] {
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
  const { signals, outbox, pruned, tombstones } = dueTimes(tx);
  return Math.max(Math.min(signals, outbox, pruned, tombstones), tx.now + MIN_ALARM_GAP_MS);
}

type Kind = "signals" | "outbox" | "pruned" | "tombstones";

/** When each kind is due first; Infinity when it never is. */
function dueTimes(tx: Tx): Record<Kind, number> {
  const times = { signals: Infinity, outbox: Infinity, pruned: Infinity, tombstones: Infinity };
  const rows = tx.sql.exec<{ kind: Kind; at: number | null }>(
    `SELECT 'signals' AS kind, min(due_at) AS at FROM signals WHERE due_at IS NOT NULL
     UNION ALL SELECT 'outbox', min(due_at) FROM outbox
     UNION ALL SELECT 'pruned', min(prune_at) FROM signals WHERE prune_at IS NOT NULL
     UNION ALL SELECT 'tombstones', min(until) FROM tombstones`,
  );
  for (const { kind, at } of rows) times[kind] = at ?? Infinity;
  return times;
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
