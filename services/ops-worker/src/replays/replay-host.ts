import { endedReplayStates } from "#contracts/replay";
import type { Sql } from "#runtime/sql";
import type { OpsDeps } from "../deps.ts";
import { reasonOf } from "../within.ts";
import { isLeft } from "./aftermath.ts";
import { createJobStore } from "./job-store.ts";
import { openBench, type Bench } from "./judge.ts";
import type { ReplayJobsRpc } from "./ports.ts";
import { takeTurn } from "./turn.ts";
import { viewItem, viewJob } from "./view.ts";

export interface ReplayHostPorts {
  sql: Sql;
  deps: OpsDeps;
  /** Undefined: none. */
  setAlarm: (at: Date | undefined) => void;
}

export interface ReplayHost extends ReplayJobsRpc {
  /** What the alarm does. Never throws. */
  alarm(): Promise<void>;
}

/** While the alarm works, a second one stands behind it in case the first dies. */
const REARM_MS = 5_000;
/** An alarm that has more to do at once goes on for so long. */
const ALARM_MS = 10_000;
/** How long it is taken for granted which versions run. */
const BENCH_MS = 5_000;

/** The jobs with their surroundings: an alarm that takes one turn after the other. */
export function createReplayHost({ sql, deps, setAlarm }: ReplayHostPorts): ReplayHost {
  const { now } = deps;
  const store = createJobStore(sql, now);
  let known: { at: number; bench: Promise<Bench> } | undefined;
  let working: Promise<void> | undefined;

  async function bench(requestId: string): Promise<Bench> {
    const at = now().getTime();
    if (!known || at - known.at > BENCH_MS) known = { at, bench: openBench(requestId, deps) };
    return known.bench;
  }

  async function work(): Promise<void> {
    const started = now().getTime();
    let next: number | undefined = started;
    try {
      while (next !== undefined && next <= now().getTime() && now().getTime() - started < ALARM_MS) {
        setAlarm(new Date(now().getTime() + REARM_MS));
        next = await takeTurn({ store, settings: deps.replaySettings, deps, bench });
      }
      setAlarm(next === undefined ? undefined : new Date(next));
    } catch (error) {
      deps.log("error", "replay.alarm_failed", reasonOf(error));
    }
  }

  const wake = (): void => setAlarm(now());

  return {
    async rememberPlan({ hash, plan }) {
      store.rememberPlan(hash, plan);
    },
    plan: async ({ hash }) => store.plan(hash),
    async create({ job }) {
      store.create(job);
      wake();
      const row = store.byId(job.id);
      if (!row) throw new Error(`replay ${job.id} was not written`);
      return viewJob(row, store);
    },
    list: async ({ limit }) => store.latest(limit).map((row) => viewJob(row, store)),
    async show({ id, after, limit, state }) {
      const row = store.byId(id);
      if (!row) return undefined;
      const items = limit === 0 ? [] : store.items(row.seq, { after, limit, state }).map(viewItem);
      const last = items.length === limit ? items.at(-1)?.position : undefined;
      return { replay: viewJob(row, store), items, ...(last === undefined ? {} : { next: last }) };
    },
    async change({ id, to }) {
      const row = store.byId(id);
      if (!row) return { status: "unknown" };
      const changed = store.order(row.seq, to);
      // Also for the next in the queue.
      if (changed) wake();
      const replay = viewJob(store.byId(id) ?? row, store);
      const over = endedReplayStates.includes(replay.state) && replay.state !== to;
      return { status: changed ? "changed" : over ? "ended" : "unchanged", replay };
    },
    async poke() {
      if (store.current() || isLeft({ store, deps })) wake();
    },
    // What one turn refuses, another beside it could take.
    alarm: () => (working ??= work().finally(() => (working = undefined))),
  };
}
