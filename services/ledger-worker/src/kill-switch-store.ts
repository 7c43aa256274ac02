import type * as z from "zod";
import { isMilder, killSwitchState, type KillSwitchState, type setKillSwitch } from "#contracts/kill-switch";
import type { Sql } from "./ledger/ports.ts";

export interface KillSwitchStore {
  show(): KillSwitchState;
  set(request: z.infer<typeof setKillSwitch>): KillSwitchState;
  register(ledger: string): void;
  ledgers(): string[];
}

const UNTOUCHED: KillSwitchState = { mode: "off", reason: "never touched", by: "nobody" };

/** The switch and the list of ledgers, in one SQLite storage. */
export function createKillSwitchStore(sql: Sql, now: () => Date): KillSwitchStore {
  sql.exec(
    `CREATE TABLE IF NOT EXISTS switch (
      one INTEGER PRIMARY KEY CHECK (one = 1), mode TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, changed_at INTEGER NOT NULL)`,
  );
  sql.exec(`CREATE TABLE IF NOT EXISTS ledgers (name TEXT PRIMARY KEY, registered_at INTEGER NOT NULL) WITHOUT ROWID`);

  function show(): KillSwitchState {
    const row = sql.exec<{ mode: string; reason: string; by: string; changed_at: number }>(`SELECT * FROM switch`)[0];
    if (!row) return UNTOUCHED;
    return killSwitchState.parse({
      mode: row.mode,
      reason: row.reason,
      by: row.by,
      changedAt: new Date(row.changed_at),
    });
  }

  return {
    show,
    set({ mode, reason, by, ifChangedAt, neverMilder = false }) {
      const stands = show();
      const changedAt = stands.changedAt?.getTime();
      if (ifChangedAt !== undefined && ifChangedAt?.getTime() !== changedAt) return stands;
      if (neverMilder && isMilder(mode, stands.mode)) return stands;
      sql.exec(
        `INSERT INTO switch (one, mode, reason, by, changed_at) VALUES (1, ?, ?, ?, ?)
         ON CONFLICT (one) DO UPDATE SET mode = excluded.mode, reason = excluded.reason, by = excluded.by, changed_at = excluded.changed_at`,
        mode,
        reason,
        by,
        // Two changes of one millisecond must not look like one.
        Math.max(now().getTime(), (changedAt ?? 0) + 1),
      );
      return show();
    },
    register(ledger) {
      sql.exec(
        `INSERT INTO ledgers (name, registered_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`,
        ledger,
        now().getTime(),
      );
    },
    ledgers: () => sql.exec<{ name: string }>(`SELECT name FROM ledgers ORDER BY name`).map((row) => row.name),
  };
}
