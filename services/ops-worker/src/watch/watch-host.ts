import type { MonitorConfig, MonitorView, SignalsForecast } from "#contracts/monitor";
import { originOf, retentionSeconds } from "#queues/registry";
import type { Sql } from "#runtime/sql";
import { look, type AlertState } from "./alert.ts";
import { CADENCE, conditionsOf, type Condition } from "./conditions.ts";
import { expiredBy, expiredSince, forecastQueue, forecastSignals } from "./forecast.ts";
import type { QueueWatchRpc, Untold } from "./ports.ts";
import type { Sample } from "./sample.ts";
import { overWords, startWords } from "./words.ts";

const KEPT_MS = 3 * 3_600_000;
/** An hour, with a look between any two minutes. */
const JUDGED_BY = 120;

type Stored = AlertState & {
  requestId?: string | undefined;
  /** How many signals each ledger had let expire when the alert began. */
  expired?: Readonly<Record<string, number>> | undefined;
};

/** What the monitor remembers between minutes: samples of the last hours, alerts, and what is not told yet. */
export function createWatchHost(sql: Sql): QueueWatchRpc {
  sql.exec(`CREATE TABLE IF NOT EXISTS samples (at INTEGER PRIMARY KEY, body TEXT NOT NULL)`);
  sql.exec(`CREATE TABLE IF NOT EXISTS alerts (name TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID`);
  sql.exec(`CREATE TABLE IF NOT EXISTS untold (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID`);

  // All three tables are written here alone, so their JSON is what it was.
  const samples = (): Sample[] =>
    sql
      .exec<{ body: string }>(`SELECT body FROM samples ORDER BY at DESC LIMIT ${JUDGED_BY}`)
      .map(({ body }) => JSON.parse(body) as Sample)
      .toReversed();
  const stateOf = (name: string): Stored => {
    const [row] = sql.exec<{ state: string }>(`SELECT state FROM alerts WHERE name = ?`, name);
    return row ? (JSON.parse(row.state) as Stored) : {};
  };
  const untold = (): Untold[] =>
    sql
      .exec<{ body: string }>(`SELECT body FROM untold ORDER BY id LIMIT 50`)
      .map(({ body }) => JSON.parse(body) as Untold);

  function judge(all: readonly Sample[], config: MonitorConfig, requestId: string): void {
    const sample = all.at(-1);
    if (sample === undefined) return;
    const signals = forecastSignals(all);
    const conditions = conditionsOf(all, signals, config);
    forgetAllBut(conditions, sample);
    for (const condition of conditions) {
      const { name, value, rule } = condition;
      if (value === undefined) continue;
      const before = stateOf(name);
      const { state, event } = look(before, { value, at: sample.at }, rule);
      const after: Stored = {
        ...state,
        requestId: event?.what === "started" ? requestId : before.requestId,
        expired: event?.what === "started" ? expiredBy(sample) : before.expired,
      };
      if (JSON.stringify(after) !== JSON.stringify(before)) {
        sql.exec(
          `INSERT INTO alerts (name, state) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET state = excluded.state`,
          name,
          JSON.stringify(after),
        );
      }
      if (event === undefined) continue;
      const id = `monitor/${name}/${new Date(event.startedAt).toISOString()}`;
      const about = { id, requestId: after.requestId ?? requestId };
      const forecasts = { queues: forecastsOf(all), signals };
      const message =
        event.what === "started"
          ? { ...about, notification: startWords(condition, event, { at: sample.at, ...forecasts }) }
          : {
              ...about,
              id: `${id}/over`,
              notification: overWords(condition, event, {
                at: sample.at,
                expired: expiredSince(before.expired ?? {}, sample),
              }),
              ...(condition.severity === "critical" ? { over: id } : {}),
            };
      sql.exec(`INSERT OR REPLACE INTO untold (id, body) VALUES (?, ?)`, message.id, JSON.stringify(message));
    }
  }

  /** Of an alert that was turned off, or of a strategy that is not watched any more, nothing is left open. */
  function forgetAllBut(conditions: readonly Condition[], { facts }: Sample): void {
    const known = new Set(conditions.map(({ name }) => name));
    for (const { name } of sql.exec<{ name: string }>(`SELECT name FROM alerts`)) {
      // Without the database nobody knows which strategies are watched.
      const isUnknown = facts === undefined && name.startsWith(CADENCE);
      if (!known.has(name) && !isUnknown) sql.exec(`DELETE FROM alerts WHERE name = ?`, name);
    }
  }

  return {
    async observe({ sample, config, requestId }) {
      sql.transaction(() => {
        const [last] = sql.exec<{ at: number | null }>(`SELECT max(at) AS at FROM samples`);
        if (last?.at !== null && last !== undefined && sample.at <= last.at) return;
        sql.exec(`INSERT INTO samples (at, body) VALUES (?, ?)`, sample.at, JSON.stringify(sample));
        sql.exec(`DELETE FROM samples WHERE at < ?`, sample.at - KEPT_MS);
        judge(samples(), config, requestId);
      });
      return { untold: untold() };
    },
    async told({ ids }) {
      sql.transaction(() => {
        for (const id of ids) sql.exec(`DELETE FROM untold WHERE id = ?`, id);
      });
    },
    async view({ config }) {
      const all = samples();
      const signals = forecastSignals(all);
      const sample = all.at(-1);
      return {
        ...(sample === undefined ? {} : { sampledAt: new Date(sample.at).toISOString() }),
        queues: forecastsOf(all),
        signals,
        alerts: openAlerts(all, signals, config),
      };
    },
  };

  function openAlerts(all: readonly Sample[], signals: SignalsForecast, config: MonitorConfig): MonitorView["alerts"] {
    return conditionsOf(all, signals, config).flatMap(({ name, value, unit, rule }) => {
      const { open } = stateOf(name);
      if (open === undefined) return [];
      const { enter, leave } = rule;
      return [{ name, since: new Date(open.startedAt).toISOString(), value: value ?? open.worst, enter, leave, unit }];
    });
  }
}

function forecastsOf(all: readonly Sample[]): MonitorView["queues"] {
  const names = new Set(all.flatMap(({ queues }) => queues.map(({ queue }) => queue)));
  return [...names].map((name) => {
    const readings = all.flatMap(({ at, queues }) =>
      queues.filter(({ queue }) => queue === name).map((reading) => ({ at, ...reading })),
    );
    const kept = originOf(name) === undefined ? retentionSeconds.queue : retentionSeconds.deadLetterQueue;
    return forecastQueue(name, readings, kept * 1_000);
  });
}
