import type { MonitorConfig, SignalsForecast, Threshold } from "#contracts/monitor";
import type { severity } from "#contracts/notification";
import { isLess } from "#contracts/position";
import { alertsOf, thresholdIn, type QueueAlert } from "#queues/alerts";
import { deadLetterQueueOf, originOf, queueNames, type DeadLetterQueueName, type QueueName } from "#queues/registry";
import type * as z from "zod";
import type { Rule } from "./alert.ts";
import type { Drift, QueueReading, Sample } from "./sample.ts";

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
  /** Which ones it is of. */
  where?: string | undefined;
  /** Of one of many: what they are together, in settings and in words. What of it begins or ends at once is told as one. */
  topic?: string | undefined;
  /** Which of them it is. */
  subject?: string | undefined;
  /** A command to look further. */
  next: string;
}

export const AT_RISK = "signals.at-risk";
/** The beginning of an alert's name, before its strategy's. */
export const CADENCE = "cadence.";
/** What alerts of single positions are together. */
export const DRIFTS = "positions.drift";
/** And of accounts whose exchange says nothing of what they hold. */
const UNSEEN = "positions.unseen";
const UNKNOWN_KEYS = "keys.unknown";
const COOL_DOWN_SECONDS = 15 * 60;

const SIGNALS_AT_RISK: Threshold = { enter: 1, leave: 0, forSeconds: 0 };
const RECORDS_LAG: Threshold = { enter: 120, leave: 30, forSeconds: 60 };
/** At two looks, five minutes apart: between them a fill may be on its way. */
const DRIFT: Threshold = { enter: 1, leave: 0, forSeconds: 300 };
/** The last look that saw something was five minutes before the first that did not: half an hour in all. */
const NOT_SEEN: Threshold = { enter: 1, leave: 0, forSeconds: 25 * 60 };
/** At two looks, an hour apart. */
const KEY_NOT_KNOWN: Threshold = { enter: 1, leave: 0, forSeconds: 3_600 };
const DATABASE_AWAY: Threshold = { enter: 3, leave: 0, forSeconds: 0 };
const UNEXPLAINED: Threshold = { enter: 1, leave: 0, forSeconds: 0 };
/** The bar of an acknowledgement, TradingView hangs up after 3 s. */
const ACKNOWLEDGEMENT_MS: Threshold = { enter: 500, leave: 300, forSeconds: 120 };
const LEAST_ACKNOWLEDGEMENTS = 20;
/** Silent for so many times its usual longest silence. */
const SILENCE: Threshold = { enter: 2, leave: 1, forSeconds: 0 };

type Watched = Omit<Condition, "rule"> & { threshold: Threshold } & Pick<Rule, "overSeconds">;

/**
 * What is watched, with its thresholds as `config` has them; `remembered`: names of alerts of which something is known. What
 * is critical knows no cool-down: each time counts.
 */
export function conditionsOf(
  samples: readonly Sample[],
  { signals, config, remembered }: { signals: SignalsForecast; config: MonitorConfig; remembered: readonly string[] },
): Condition[] {
  const sample = samples.at(-1);
  if (sample === undefined) return [];
  const { facts } = sample;
  const found: Watched[] = [
    ...[...queueNames, ...queueNames.map(deadLetterQueueOf)].flatMap((queue) => ofQueue(queue, sample)),
    {
      name: AT_RISK,
      // A ledger that does not answer gives no all-clear.
      value: signals.atRisk === 0 && sample.incomplete ? undefined : signals.atRisk,
      unit: "signals",
      threshold: SIGNALS_AT_RISK,
      severity: "critical",
      title: "Signals will expire before their turn comes",
      next: "npx hoox lanes list",
    },
    {
      name: "database.away",
      value: sample.between ? undefined : minutesAway(samples),
      unit: "minutes",
      threshold: DATABASE_AWAY,
      severity: "critical",
      title: "The database does not answer: nothing is recorded, and what happens meanwhile is kept back",
      next: "npx hoox check health",
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
    ...ofPositions(sample, remembered),
    ...ofUnseen(sample, remembered),
    ...ofKeys(sample, remembered),
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
      name: `${CADENCE}${strategy}`,
      value: times,
      unit: "× its usual silence",
      threshold: SILENCE,
      severity: "warning" as const,
      title: `Strategy ${strategy} has not sent its usual alert`,
      next: `npx hoox strategy show ${strategy}`,
    })),
  ];
  const { coolDownSeconds = COOL_DOWN_SECONDS } = config;
  return found.flatMap(({ threshold, overSeconds, ...each }) => {
    const told = thresholdIn(config, { name: each.topic ?? each.name, threshold });
    if (told === undefined) return [];
    // One of many is so or is not, whatever is set: how many of them there are decides nothing.
    const levels = each.topic === undefined ? told : { ...threshold, forSeconds: told.forSeconds };
    const cools = each.severity === "critical" ? 0 : coolDownSeconds;
    return [{ ...each, rule: { ...levels, overSeconds, coolDownSeconds: cools } }];
  });
}

/** Each position by itself: one that begins to differ is told though another differs already. */
function ofPositions({ holdings }: Sample, remembered: readonly string[]): Watched[] {
  const drifts = new Map(holdings?.drifts.map((drift) => [drift.name, drift]));
  return ofEach(DRIFTS, { found: drifts.keys(), remembered }, (subject) => {
    const drift = drifts.get(subject);
    const isFine =
      holdings?.agreeing.includes(subject) || holdings?.listed.some((each) => subject.startsWith(`${each} `));
    return {
      value: drift ? 1 : isFine ? 0 : undefined,
      unit: "positions",
      threshold: DRIFT,
      severity: "critical",
      title: "An exchange holds something else than its ledger knows of",
      where: drift && driftWords(drift),
      next:
        drift?.here === undefined || (drift.coin === undefined && !isLess(drift.there, drift.here))
          ? "npx hoox positions"
          : `npx hoox positions; when the exchange is right, npx hoox positions reconcile ${subject}`,
    };
  });
}

/** Accounts that hold something: while nobody sees whether their exchange holds it too, a difference is told by nobody. */
function ofUnseen({ holdings }: Sample, remembered: readonly string[]): Watched[] {
  const unseen = new Map(holdings?.unseen?.map(({ ledger, why }) => [ledger, why]));
  return ofEach(UNSEEN, { found: unseen.keys(), remembered }, (ledger) => ({
    value: unseen.has(ledger) ? 1 : holdings?.seen?.includes(ledger) ? 0 : undefined,
    unit: "accounts",
    threshold: NOT_SEEN,
    overSeconds: 0,
    severity: "warning",
    title: "An exchange does not say what it holds, so that nobody sees whether it is what its ledger knows of",
    where: unseen.has(ledger) ? `${ledger}: ${unseen.get(ledger)}` : undefined,
    next: "npx hoox positions",
  }));
}

/** Keys of which nobody knows whether they still may trade. Those that nothing is said of wherever they are are none. */
function ofKeys({ unknownKeys }: Sample, remembered: readonly string[]): Watched[] {
  const unknown = new Map(unknownKeys?.map(({ ledger, why }) => [ledger, why]));
  return ofEach(UNKNOWN_KEYS, { found: unknown.keys(), remembered }, (ledger) => ({
    value: unknownKeys && Number(unknown.has(ledger)),
    unit: "keys",
    threshold: KEY_NOT_KNOWN,
    overSeconds: 0,
    severity: "warning",
    title: "It cannot be asked what keys may do at their exchange",
    where: unknown.has(ledger) ? `${ledger}: ${unknown.get(ledger)}` : undefined,
    next: "npx hoox check keys",
  }));
}

/** One condition for each of many, those of which something is remembered included. */
function ofEach(
  topic: string,
  { found, remembered }: { found: Iterable<string>; remembered: readonly string[] },
  of: (subject: string) => Omit<Watched, "name" | "topic" | "subject">,
): Watched[] {
  const prefix = `${topic} `;
  const before = remembered.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  return [...new Set([...found, ...before])]
    .toSorted()
    .map((subject) => ({ name: `${prefix}${subject}`, topic, subject, ...of(subject) }));
}

/** Positions that share a coin say the same of it. */
function driftWords({ name, there, here = "opened by nothing", coin }: Drift): string {
  if (coin === undefined) return `${name}: ${there} there, ${here} here`;
  const of = coin.pairs.length > 1 ? `${name.split(" ", 1).join()} ${coin.pairs.join(" and ")} together` : name;
  const unit = coin.asset === undefined ? "" : ` ${coin.asset}`;
  return `${of}: ${there}${unit} there, ${here} here, which can no longer be closed in full`;
}

function ofQueue(queue: QueueName | DeadLetterQueueName, sample: Sample) {
  const reading = sample.queues.find((each) => each.queue === queue);
  const values = { messages: reading?.backlog, seconds: reading && ageOf(reading, sample.at) };
  return alertsOf(queue).map(({ name, of, threshold }) => ({
    name,
    value: values[of],
    unit: of === "messages" ? "messages" : "s",
    threshold,
    ...wordsOf(queue, of),
  }));
}

function wordsOf(queue: string, of: QueueAlert["of"]): Pick<Condition, "severity" | "title" | "next"> {
  if (originOf(queue) !== undefined) {
    const title = `Dead letters on ${queue} are not being stored`;
    return { severity: "critical", title, next: "npx hoox check health" };
  }
  const title = of === "messages" ? `Messages pile up on ${queue}` : `The oldest message on ${queue} has waited long`;
  return { severity: "warning", title, next: "npx hoox queues depth --watch" };
}

function ageOf({ backlog, oldestAt }: QueueReading, now: number): number {
  return oldestAt === undefined || backlog === 0 ? 0 : Math.max(0, (now - oldestAt) / 1_000);
}

/** Seconds since the oldest sample that is still on its way. */
function lagOf(samples: readonly Sample[], storedAt: number, now: number): number {
  const missing = samples.slice(0, -1).find(({ at, between }) => !between && at > storedAt);
  return missing === undefined ? 0 : (now - missing.at) / 1_000;
}

/** Of few nothing begins; but few that are fast end what has begun. */
function acknowledgementOf(facts: Sample["facts"]): number | undefined {
  if (facts === undefined) return undefined;
  const { count, p99Ms } = facts.acknowledgement;
  const isFew = count < LEAST_ACKNOWLEDGEMENTS;
  return isFew && (count === 0 || p99Ms > ACKNOWLEDGEMENT_MS.leave) ? undefined : p99Ms;
}

/** Minutes for which the database could not be asked. */
function minutesAway(samples: readonly Sample[]): number {
  const looks = samples.filter(({ between }) => !between);
  return looks.length - 1 - looks.findLastIndex(({ facts }) => facts !== undefined);
}
