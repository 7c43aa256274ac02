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
  /** Id of the message that said so. */
  told?: string | undefined;
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

  const remembered = (): string[] => sql.exec<{ name: string }>(`SELECT name FROM alerts`).map(({ name }) => name);

  function judge(all: readonly Sample[], config: MonitorConfig, requestId: string): void {
    const sample = all.at(-1);
    if (sample === undefined) return;
    const signals = forecastSignals(all);
    const conditions = conditionsOf(all, { signals, config, remembered: remembered() });
    forgetAllBut(conditions, sample);
    const of = { sample, requestId, queues: forecastsOf(all), signals };
    for (const together of Map.groupBy(conditions, ({ name, topic }) => topic ?? name).values()) {
      judgeTogether(together, of);
    }
  }

  /** What of one topic begins at once is told as one, and what of that ends at once is, too. */
  function judgeTogether(
    conditions: readonly Condition[],
    of: { sample: Sample; requestId: string; queues: MonitorView["queues"]; signals: SignalsForecast },
  ): void {
    const { sample, queues, signals } = of;
    const { at } = sample;
    const looks = conditions.flatMap((condition) => {
      const { name, value, rule } = condition;
      if (value === undefined) return [];
      const before = stateOf(name);
      return [{ condition, before, ...look(before, { value, at }, rule) }];
    });
    const begun = looks.flatMap(({ condition, event }) => (event?.what === "started" ? [{ ...condition, event }] : []));
    const [first, ...others] = begun;
    const id = first && idOf(first.name, first.event.startedAt);
    for (const { condition, before, state, event } of looks) {
      const { requestId, expired, told } =
        event?.what === "started" ? { requestId: of.requestId, expired: expiredBy(sample), told: id } : before;
      keep(condition, { before, after: { ...state, requestId, expired, told } });
    }
    if (first !== undefined && id !== undefined)
      put({ id, requestId: of.requestId, notification: startWords(first, { others, at, queues, signals }) });

    const ended = looks.flatMap(({ condition, before, event }) =>
      event?.what === "ended" ? [{ ...condition, event, before, told: toldBy(condition.name, before, event) }] : [],
    );
    const open = conditions.filter(({ name }) => stateOf(name).open !== undefined);
    for (const [said, [over, ...alsoOver]] of Map.groupBy(ended, (each) => each.told)) {
      if (over === undefined) continue;
      const expired = expiredSince(over.before.expired ?? {}, sample);
      // Whoever acknowledges the message has seen all of it: while some of it is open, it is said again.
      const isOver = over.severity === "critical" && !open.some(({ name }) => stateOf(name).told === said);
      put({
        id: `${idOf(over.name, over.event.startedAt)}/over`,
        requestId: over.before.requestId ?? of.requestId,
        notification: overWords(over, { others: alsoOver, open, at, expired }),
        ...(isOver ? { over: said } : {}),
      });
    }
  }

  function keep({ name, rule }: Condition, { before, after }: { before: Stored; after: Stored }): void {
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    const { since, open, endedAt } = after;
    const cools = endedAt !== undefined && rule.coolDownSeconds > 0;
    if (since === undefined && open === undefined && !cools) {
      sql.exec(`DELETE FROM alerts WHERE name = ?`, name);
      return;
    }
    sql.exec(
      `INSERT INTO alerts (name, state) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET state = excluded.state`,
      name,
      JSON.stringify(after),
    );
  }

  function put(message: Untold): void {
    sql.exec(`INSERT OR REPLACE INTO untold (id, body) VALUES (?, ?)`, message.id, JSON.stringify(message));
  }

  /** Of an alert that was turned off, or of a strategy that is not watched any more, nothing is left open. */
  function forgetAllBut(conditions: readonly Condition[], { facts }: Sample): void {
    const known = new Set(conditions.map(({ name }) => name));
    for (const name of remembered()) {
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
    return conditionsOf(all, { signals, config, remembered: remembered() }).flatMap(({ name, value, unit, rule }) => {
      const { open, since: fineSince } = stateOf(name);
      if (open === undefined) return [];
      const { enter, leave } = rule;
      // What was not looked at just now is as it was seen last.
      const last = fineSince === undefined ? open.worst : leave;
      return [{ name, since: new Date(open.startedAt).toISOString(), value: value ?? last, enter, leave, unit }];
    });
  }
}

/** Of what an alert says, the same however often it is said. */
function idOf(name: string, startedAt: number): string {
  return `monitor/${name}/${new Date(startedAt).toISOString()}`;
}

/** The message that told of what has ended; of alerts that stand alone it bears their own name. */
function toldBy(name: string, { told }: Stored, { startedAt }: { startedAt: number }): string {
  return told ?? idOf(name, startedAt);
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
