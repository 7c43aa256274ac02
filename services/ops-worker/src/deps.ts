import { KILL_SWITCH_INSTANCE, type KillSwitchRpc } from "#contracts/kill-switch";
import type { LedgerName, Worker } from "#contracts/ids";
import type { MonitorConfig } from "#contracts/monitor";
import { createProducer, type ReplayProducer } from "#queues/producer";
import type { Fetcher, InternalCaller } from "#runtime/internal-auth";
import { createLogBuffer, type Log, type LogBuffer } from "#runtime/log";
import { proofsOf } from "#runtime/secret-proof";
import type { Heartbeat } from "./handlers/heartbeat.ts";
import { parseEnv, type KeyValueStore, type LedgerPort, type RateLimiter } from "./env.ts";
import { createNeighbour, type Database, type Neighbour } from "./neighbour.ts";
import { watchedQueues, type WatchedQueue } from "./queues.ts";
import { REPLAY_INSTANCE, type ReplayJobsRpc } from "./replays/ports.ts";
import type { ReplaySettings } from "./replays/settings.ts";
import { WATCH_INSTANCE, type QueueWatchRpc } from "./watch/ports.ts";

export interface OpsDeps {
  /** A fresh stub per call. */
  killSwitch: () => KillSwitchRpc;
  ledger: (name: LedgerName) => LedgerPort;
  /** A fresh stub per call. */
  replays: () => ReplayJobsRpc;
  replaySettings: ReplaySettings;
  /** A fresh stub per call. */
  watch: () => QueueWatchRpc;
  config: KeyValueStore;
  queues: readonly WatchedQueue[];
  database: Database;
  telegram: Neighbour;
  trade: Neighbour;
  /** Every Worker that this one is bound to. */
  workers: readonly { name: Worker; binding: Fetcher }[];
  caller: InternalCaller;
  /** Proofs of the secrets of this Worker. */
  prove: (names: readonly string[], nonce: string) => ReturnType<typeof proofsOf>;
  operatorKey: string;
  heartbeat: Heartbeat;
  wrongKeys: RateLimiter;
  producer: ReplayProducer;
  log: Log;
  now: () => Date;
  /** Returns at that time, at once when it has passed. */
  pauseUntil: (at: Date) => Promise<void>;
  /** For one question to one other side. */
  timeoutMs: number;
  version: string;
  /** Depths at the last sample of this isolate, by queue. */
  lastDepths: Map<string, number>;
  /** What this isolate has read of the monitor's settings last. */
  monitorConfig: { last?: MonitorConfig };
  /** Whether the monitor's last look came to nothing: then the cron has no pulse, and d1-worker tells. */
  watching: { fails: boolean };
  /** Ids of the commands that this isolate has taken. */
  commandsTaken: Set<string>;
  /** When which notification was claimed last, by id. */
  claimed: Map<string, number>;
}

export function createDeps(bindings: object): { ops: OpsDeps; buffer: LogBuffer } {
  const env = parseEnv(bindings);
  const now = (): Date => new Date();
  const producer = createProducer({ source: "ops-worker", env: env.bindings, now });
  const buffer = createLogBuffer({ worker: "ops-worker", producer, now });
  const caller: InternalCaller = { self: "ops-worker", internalKey: env.INTERNAL_KEY_BINDING };
  const ops: OpsDeps = {
    killSwitch: () => env.KILL_SWITCH.getByName(KILL_SWITCH_INSTANCE),
    ledger: (name) => env.ACCOUNT_LEDGER.getByName(name),
    replays: () => env.REPLAY_JOBS.getByName(REPLAY_INSTANCE),
    replaySettings: env.REPLAY_SETTINGS,
    watch: () => env.QUEUE_WATCH.getByName(WATCH_INSTANCE),
    config: env.CONFIG,
    queues: watchedQueues(env.bindings),
    database: createNeighbour(caller, env.D1_WORKER, { name: "d1-worker", unreachable: "database_unreachable" }),
    telegram: createNeighbour(caller, env.TELEGRAM_WORKER, {
      name: "telegram-worker",
      unreachable: "telegram_worker_unreachable",
    }),
    trade: createNeighbour(caller, env.TRADE_WORKER, {
      name: "trade-worker",
      unreachable: "trade_worker_unreachable",
    }),
    workers: [
      { name: "ledger-worker", binding: env.LEDGER_WORKER },
      { name: "d1-worker", binding: env.D1_WORKER },
      { name: "telegram-worker", binding: env.TELEGRAM_WORKER },
      { name: "trade-worker", binding: env.TRADE_WORKER },
    ],
    caller,
    prove: (names, nonce) => proofsOf(env.bindings, names, nonce),
    operatorKey: env.OPERATOR_KEY_BINDING,
    heartbeat: { url: env.HEARTBEAT_URL, ping, keptBack: undefined },
    wrongKeys: env.WRONG_KEY_RATE,
    producer,
    log: buffer.log,
    now,
    pauseUntil: (at) => new Promise((resolve) => void setTimeout(resolve, at.getTime() - now().getTime())),
    timeoutMs: 3_000,
    version: env.VERSION.id,
    lastDepths: new Map(),
    monitorConfig: {},
    watching: { fails: false },
    commandsTaken: new Set(),
    claimed: new Map(),
  };
  return { ops, buffer };
}

async function ping(url: string): Promise<{ status: number }> {
  // Followed, an answer could lead to an address without TLS.
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(5_000) });
  await response.body?.cancel();
  return { status: response.status };
}
