import { d1Failures } from "../fakes/d1.ts";
import type { Random } from "../fakes/random.ts";

/** A time during which every step with this name fails or is slow. */
export interface Outage {
  readonly name: string;
  readonly steps: string;
  /** `down`: fails at once. `slow`: takes seconds. `overloaded`: mostly fails, as D1 says it. `no_method`: an older ledger. */
  readonly how: "down" | "slow" | "overloaded" | "no_method";
  readonly from: number;
  readonly to: number;
}

/** What may be away for a while, in how many of the seeds, and how long (milliseconds). */
const kinds: readonly { steps: string; how?: Outage["how"]; chance: number; from: number; to: number }[] = [
  { steps: "d1.", chance: 0.1, from: 5_000, to: 120_000 },
  { steps: "d1.", how: "overloaded", chance: 0.12, from: 5_000, to: 180_000 },
  { steps: "d1.", how: "slow", chance: 0.12, from: 5_000, to: 180_000 },
  { steps: "telegram.", chance: 0.1, from: 5_000, to: 120_000 },
  { steps: "ledger.", chance: 0.1, from: 500, to: 20_000 },
  { steps: "ledger.", how: "slow", chance: 0.08, from: 500, to: 30_000 },
  { steps: "killSwitch.", chance: 0.08, from: 500, to: 30_000 },
  { steps: "kv.", chance: 0.05, from: 500, to: 30_000 },
  { steps: "venue.", chance: 0.1, from: 1_000, to: 60_000 },
  { steps: "venue.", how: "slow", chance: 0.1, from: 1_000, to: 60_000 },
  { steps: "trade-worker.fetch", chance: 0.08, from: 500, to: 20_000 },
  { steps: "send.", chance: 0.05, from: 500, to: 15_000 },
  { steps: "send.records-dlq", chance: 0.3, from: 2_000, to: 90_000 },
  { steps: "send.trade-signals-dlq", chance: 0.3, from: 2_000, to: 90_000 },
  { steps: "send.system-logs-dlq", chance: 0.3, from: 2_000, to: 90_000 },
  { steps: "send.notifications-dlq", chance: 0.3, from: 2_000, to: 90_000 },
  { steps: "ledger.sending", how: "no_method", chance: 0.04, from: 2_000, to: 40_000 },
  { steps: "ledger.settle", how: "no_method", chance: 0.04, from: 2_000, to: 40_000 },
  { steps: "ledger.defer", how: "no_method", chance: 0.04, from: 2_000, to: 40_000 },
  { steps: "ledger.claim", how: "no_method", chance: 0.04, from: 2_000, to: 40_000 },
  { steps: "ledger.confirm", how: "no_method", chance: 0.04, from: 2_000, to: 90_000 },
  { steps: "ledger.unconfirmed", how: "no_method", chance: 0.04, from: 2_000, to: 90_000 },
];

export function drawOutages(random: Random, lengthMs: number): Outage[] {
  return kinds.flatMap(({ steps, how = "down", chance, from, to }, index) => {
    if (!random.chance(chance)) return [];
    const begin = random.integer(0, lengthMs);
    const name = `outage-${index}-${steps.replace(/\.$/, "")}-${how}`;
    return [{ name, steps, how, from: begin, to: begin + random.skewed(from, to) }];
  });
}

/** What a step says that an outage keeps from happening. */
export function errorOf(outage: Outage, step: string): Error {
  switch (outage.how) {
    case "down":
    case "slow":
      return new Error(`${step}: connection refused`);
    case "overloaded":
      return new Error(d1Failures.overloaded);
    case "no_method":
      return new TypeError(`The RPC receiver does not implement the method "${step.split(".")[1] ?? step}".`);
    default:
      return outage.how satisfies never;
  }
}
