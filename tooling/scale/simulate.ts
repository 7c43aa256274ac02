import { percentile } from "../bench/statistics.ts";
import { AN_ALERT, LIMITS, type QueueOfAlert } from "./limits.ts";
import { DAY_SECONDS, dayOf } from "./traffic.ts";

export interface Spread {
  p50: number;
  p99: number;
  most: number;
}

export interface Result {
  alertsAnAccount: Spread;
  alertsASecond: Spread;
  /** Requests to the busiest ledger in its busiest second, and how long its alerts wait for it. */
  busiestLedger: { alerts: number; peakRequests: number; waitSeconds: Spread };
  /** Ledgers that are asked for more than one is planned with, in any second. */
  ledgersOverPlan: number;
  queues: { queue: QueueOfAlert; peakASecond: number; shardsNeeded: number }[];
  /** For so many shards by account: the busiest one's peak, in times of an even share. */
  shards: { shards: number; peakASecond: number; ofEvenShare: number }[];
}

/** What a day of alerts asks of each ledger, queue and shard. */
export function simulate(of: { alerts: number; accounts: number; seed: number }): Result {
  const { perAccount, accounts, seconds } = dayOf(of);
  const perSecond = new Uint32Array(DAY_SECONDS);
  for (const second of seconds) perSecond[second] = (perSecond[second] ?? 0) + 1;
  const peak = Math.max(...perSecond);
  const byLedger = countsByLedger(accounts, seconds);
  const busiest = perAccount.indexOf(Math.max(...perAccount));
  const most = [...byLedger.values()].map((counts) => Math.max(...counts.values()) * AN_ALERT.objectRequests);
  const queues = Object.entries(AN_ALERT.messages) as [QueueOfAlert, number][];
  return {
    alertsAnAccount: spreadOf(perAccount),
    alertsASecond: spreadOf(perSecond),
    busiestLedger: {
      alerts: perAccount[busiest] ?? 0,
      peakRequests: Math.max(...(byLedger.get(busiest) ?? new Map()).values()) * AN_ALERT.objectRequests,
      waitSeconds: spreadOf(waits(byLedger.get(busiest) ?? new Map())),
    },
    ledgersOverPlan: most.filter((requests) => requests > LIMITS.objectPerSecond).length,
    queues: queues.map(([queue, messages]) => ({
      queue,
      peakASecond: peak * messages,
      shardsNeeded: Math.max(1, Math.ceil((peak * messages) / LIMITS.queuePerSecond)),
    })),
    shards: [1, 2, 4, 8, 16].map((shards) => {
      const busiestShard = peakOfShards(shards, accounts, seconds);
      return { shards, peakASecond: busiestShard, ofEvenShare: (busiestShard * shards) / peak };
    }),
  };
}

function countsByLedger(accounts: Uint32Array, seconds: Uint32Array): Map<number, Map<number, number>> {
  const byLedger = new Map<number, Map<number, number>>();
  accounts.forEach((account, alert) => {
    const counts = byLedger.get(account) ?? new Map<number, number>();
    byLedger.set(account, counts);
    const second = seconds[alert] ?? 0;
    counts.set(second, (counts.get(second) ?? 0) + 1);
  });
  return byLedger;
}

/** First come, first served, by an object that answers so many requests a second. */
function waits(counts: ReadonlyMap<number, number>): number[] {
  const serves = LIMITS.objectPerSecond / AN_ALERT.objectRequests;
  let free = 0;
  return [...counts]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([second, count]) =>
      Array.from({ length: count }, () => {
        free = Math.max(free, second) + 1 / serves;
        return free - second;
      }),
    );
}

function peakOfShards(shards: number, accounts: Uint32Array, seconds: Uint32Array): number {
  const counts = new Uint32Array(shards * DAY_SECONDS);
  accounts.forEach((account, alert) => {
    const at = shardOf(account, shards) * DAY_SECONDS + (seconds[alert] ?? 0);
    counts[at] = (counts[at] ?? 0) + 1;
  });
  return counts.reduce((most, count) => Math.max(most, count), 0);
}

/** By the account alone, so that a ledger's messages stay together; FNV-1a spreads names that differ by a digit. */
export function shardOf(account: number, shards: number): number {
  let hash = 0x811c9dc5;
  for (const char of `account${account}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return (hash >>> 0) % shards;
}

function spreadOf(values: Uint32Array | readonly number[]): Spread {
  const all = Array.from(values);
  return { p50: percentile(all, 50), p99: percentile(all, 99), most: all.reduce((a, b) => Math.max(a, b), 0) };
}
