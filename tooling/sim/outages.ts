import type { Random } from "./random.ts";

/** A time during which every step with this name fails at once. */
export interface Outage {
  readonly steps: string;
  readonly from: number;
  readonly to: number;
}

/** What may be away for a while, in how many of the seeds, and how long (milliseconds). */
const kinds: readonly { steps: string; chance: number; from: number; to: number }[] = [
  { steps: "d1.", chance: 0.15, from: 5_000, to: 120_000 },
  { steps: "telegram.", chance: 0.1, from: 5_000, to: 120_000 },
  { steps: "ledger.", chance: 0.1, from: 500, to: 20_000 },
  { steps: "killSwitch.", chance: 0.08, from: 500, to: 30_000 },
  { steps: "kv.", chance: 0.05, from: 500, to: 30_000 },
  { steps: "venue.", chance: 0.1, from: 1_000, to: 60_000 },
  { steps: "trade-worker.fetch", chance: 0.08, from: 500, to: 20_000 },
  { steps: "send.", chance: 0.05, from: 500, to: 15_000 },
  { steps: "send.records-dlq", chance: 0.3, from: 2_000, to: 90_000 },
  { steps: "send.trade-signals-dlq", chance: 0.3, from: 2_000, to: 90_000 },
  { steps: "send.system-logs-dlq", chance: 0.3, from: 2_000, to: 90_000 },
  { steps: "send.notifications-dlq", chance: 0.3, from: 2_000, to: 90_000 },
];

export function drawOutages(random: Random, lengthMs: number): Outage[] {
  return kinds.flatMap(({ steps, chance, from, to }) => {
    if (!random.chance(chance)) return [];
    const begin = random.integer(0, lengthMs);
    return [{ steps, from: begin, to: begin + random.skewed(from, to) }];
  });
}
