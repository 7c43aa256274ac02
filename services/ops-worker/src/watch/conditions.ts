import type { MonitorConfig, SignalsForecast, Threshold } from "#contracts/monitor";
import type { severity } from "#contracts/notification";
import { deadLetterPolicy, deadLetterQueueOf, queueNames, registry } from "#queues/registry";
import type * as z from "zod";
import type { Rule } from "./alert.ts";
import type { Sample } from "./sample.ts";

/** One thing that is looked at each minute. */
export interface Condition {
  name: string;
  /** Undefined: it could not be looked at, and what is remembered of it stays. */
  value: number | undefined;
  unit: string;
  rule: Rule;
  severity: z.infer<typeof severity>;
  /** What is the matter, for the trader. */
  title: string;
  /** A command to look further. */
  next: string;
}

const COOL_DOWN_SECONDS = 15 * 60;

const AT_RISK: Threshold = { enter: 1, leave: 0, forSeconds: 0 };
const RECORDS_LAG: Threshold = { enter: 120, leave: 30, forSeconds: 60 };
const UNEXPLAINED: Threshold = { enter: 1, leave: 0, forSeconds: 0 };
/** The bar of an acknowledgement, TradingView hangs up after 3 s. */
const ACKNOWLEDGEMENT_MS: Threshold = { enter: 500, leave: 300, forSeconds: 120 };
const LEAST_ACKNOWLEDGEMENTS = 20;
/** Silent for so many times its usual longest silence. */
const SILENCE: Threshold = { enter: 2, leave: 1, forSeconds: 0 };

/** What is watched, with its thresholds as `config` has them. */
export function conditionsOf(samples: readonly Sample[], signals: SignalsForecast, config: MonitorConfig): Condition[] {
  const sample = samples.at(-1);
  if (sample === undefined) return [];
  const { facts } = sample;
  const found: (Omit<Condition, "rule"> & { threshold: Threshold })[] = [
    ...queueNames.flatMap((queue) => ofQueue(queue, sample)),
    ...queueNames.map((queue) => ofLetters(queue, sample)),
    {
      name: "signals.at-risk",
      value: sample.ledgers.length === 0 ? undefined : signals.atRisk,
      unit: "signals",
      threshold: AT_RISK,
      severity: "critical",
      title: "Signals will expire before their turn comes",
      next: "npx hoox lanes list",
    },
    {
      name: "records.lag",
      value: facts === undefined ? undefined : lagOf(samples, facts.storedAt ?? 0, sample.at),
      unit: "s",
      threshold: RECORDS_LAG,
      severity: "warning",
      title: "The database is behind: records take long to arrive",
      next: "npx hoox queues depth",
    },
    {
      name: "letters.unexplained",
      value: facts?.unexplained,
      unit: "letters",
      threshold: UNEXPLAINED,
      severity: "warning",
      title: "Cloudflare itself gave messages up: a Worker crashed or ran out of time",
      next: "npx hoox dlq list --class unexplained",
    },
    {
      name: "acknowledgement.p99",
      value: acknowledgementOf(facts),
      unit: "ms",
      threshold: ACKNOWLEDGEMENT_MS,
      severity: "warning",
      title: "Alerts are acknowledged slowly (99th percentile)",
      next: "npx hoox check health",
    },
    ...(facts?.silences ?? []).map(({ strategy, times }) => ({
      name: `cadence.${strategy}`,
      value: times,
      unit: "× its usual silence",
      threshold: SILENCE,
      severity: "warning" as const,
      title: `Strategy ${strategy} has not sent its usual alert`,
      next: `npx hoox strategy show ${strategy}`,
    })),
  ];
  return found.flatMap(({ threshold, ...each }) => {
    const changed = config.alerts?.[each.name] ?? {};
    if (changed.off) return [];
    const rule = ruleOf(threshold, changed, config.coolDownSeconds ?? COOL_DOWN_SECONDS);
    return [{ ...each, rule }];
  });
}

/** The names that can be set, for people and for the check of what is set. */
export function ruleOf(threshold: Threshold, changed: Partial<Threshold>, coolDownSeconds: number): Rule {
  const enter = changed.enter ?? threshold.enter;
  // An alert that only says when it begins ends where the default would, in proportion.
  const leave = changed.leave ?? Math.min(threshold.leave * (enter / threshold.enter), enter * 0.9);
  return { enter, leave, forSeconds: changed.forSeconds ?? threshold.forSeconds, coolDownSeconds };
}

function ofQueue(queue: (typeof queueNames)[number], sample: Sample) {
  const reading = sample.queues.find((each) => each.queue === queue);
  const { backlog, ageSeconds } = registry[queue].alert;
  const age = reading?.oldestAt === undefined || reading.backlog === 0 ? 0 : (sample.at - reading.oldestAt) / 1_000;
  const next = "npx hoox queues depth --watch";
  return [
    {
      name: `${queue}.backlog`,
      value: reading?.backlog,
      unit: "messages",
      threshold: backlog,
      severity: "warning" as const,
      title: `Messages pile up on ${queue}`,
      next,
    },
    {
      name: `${queue}.age`,
      value: reading === undefined ? undefined : Math.max(0, age),
      unit: "s",
      threshold: ageSeconds,
      severity: "warning" as const,
      title: `The oldest message on ${queue} has waited long`,
      next,
    },
  ];
}

function ofLetters(queue: (typeof queueNames)[number], sample: Sample) {
  const name = deadLetterQueueOf(queue);
  return {
    name: `${name}.backlog`,
    value: sample.queues.find((each) => each.queue === name)?.backlog,
    unit: "messages",
    threshold: deadLetterPolicy.alert.backlog,
    severity: "critical" as const,
    title: `Dead letters on ${name} are not being stored`,
    next: "npx hoox check health",
  };
}

/** Seconds since the oldest sample that is still on its way. */
function lagOf(samples: readonly Sample[], storedAt: number, now: number): number {
  const missing = samples.slice(0, -1).find(({ at }) => at > storedAt);
  return missing === undefined ? 0 : (now - missing.at) / 1_000;
}

function acknowledgementOf(facts: Sample["facts"]): number | undefined {
  if (facts === undefined) return undefined;
  const { count, p99Ms } = facts.acknowledgement;
  return count < LEAST_ACKNOWLEDGEMENTS ? 0 : p99Ms;
}
