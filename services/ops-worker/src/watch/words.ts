import type { QueueForecast, SignalsForecast } from "#contracts/monitor";
import type { AlertEvent } from "./alert.ts";
import { AT_RISK, type Condition } from "./conditions.ts";
import type { Untold } from "./ports.ts";

type Notification = Untold["notification"];
type Detail = Notification["details"][number];

/** A condition of which something is to be told. */
export type Started = Condition & { event: Extract<AlertEvent, { what: "started" }> };
export type Ended = Condition & { event: Extract<AlertEvent, { what: "ended" }> };

/** What a trader reads when it begins; `others`: what of the same topic begins at once. */
export function startWords(
  first: Started,
  of: { others: readonly Started[]; at: number; queues: readonly QueueForecast[]; signals: SignalsForecast },
): Notification {
  const { name, topic = name, unit, rule, severity, title, next } = first;
  const all = [first, ...of.others];
  const where = [...new Set(all.flatMap((each) => each.where ?? []))];
  return {
    severity,
    title: `${title}: ${counted(sum(all.map(({ event }) => event.value)), unit)}`,
    details: [
      { label: "Since", value: earliest(all) },
      ...(where.length === 0 ? [] : [{ label: "Where", value: listed(where) }]),
      ...outlook(name, of),
      { label: "Told from", value: `${amount(rule.enter)} ${unit}, until ${amount(rule.leave)}` },
      { label: "Alert", value: `${topic}; change it: npx hoox config set config:monitor` },
      { label: "Next", value: next },
    ],
    at: of.at,
  };
}

/** What a trader reads when it is over; `open`: what of the same topic is not. */
export function overWords(
  first: Ended,
  { others, open, at, expired }: { others: readonly Ended[]; open: readonly Condition[]; at: number; expired: number },
): Notification {
  const { name, topic = name, unit, title, value = 0 } = first;
  const all = [first, ...others];
  const fine = all.flatMap(({ subject }) => subject ?? []);
  const left = open.flatMap(({ subject }) => subject ?? []);
  return {
    severity: "info",
    title: `Over: ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
    details: [
      { label: "Lasted", value: lasted(at - Date.parse(earliest(all))) },
      { label: "At worst", value: counted(sum(all.map(({ event }) => event.worst)), unit) },
      { label: "Now", value: counted(topic === name ? value : left.length, unit) },
      ...(fine.length === 0 ? [] : [{ label: "Fine again", value: listed(fine) }]),
      ...(left.length === 0 ? [] : [{ label: "Not yet", value: listed(left) }]),
      ...(name === AT_RISK ? [{ label: "Expired meanwhile", value: counted(expired, unit) }] : []),
      { label: "Alert", value: topic },
    ],
    at,
  };
}

function earliest(all: readonly { event: AlertEvent }[]): string {
  return new Date(Math.min(...all.map(({ event }) => event.startedAt))).toISOString();
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** As much as a detail holds. */
function listed(names: readonly string[]): string {
  return names.join("; ").slice(0, 500);
}

function outlook(
  name: string,
  { at, queues, signals }: { at: number; queues: readonly QueueForecast[]; signals: SignalsForecast },
): Detail[] {
  if (name === AT_RISK) return signalsOutlook(signals, at);
  const queue = queues.find((each) => name === `${each.queue}.backlog` || name === `${each.queue}.age`);
  if (queue === undefined) return [];
  const { perSecond, drainSeconds, lossAt } = queue;
  return [
    ...(perSecond === undefined ? [] : [{ label: "Trend", value: trend(perSecond) }]),
    ...(drainSeconds === undefined ? [] : [{ label: "Empty in", value: lasted(drainSeconds * 1_000) }]),
    ...(lossAt === undefined ? [] : [{ label: "Lost from", value: `${lossAt}, should it go on so` }]),
    ...(queue.queue === "trade-signals" && signals.atRisk > 0 ? signalsOutlook(signals, at) : []),
  ];
}

function signalsOutlook({ atRisk, waiting, firstExpiresAt, outPerSecond }: SignalsForecast, at: number): Detail[] {
  const first = firstExpiresAt === undefined ? undefined : Date.parse(firstExpiresAt) - at;
  return [
    { label: "At risk", value: `${atRisk} of ${waiting} waiting signals` },
    ...(first === undefined ? [] : [{ label: "First expires in", value: lasted(Math.max(0, first)) }]),
    ...(outPerSecond === undefined ? [] : [{ label: "Pace", value: `${outPerSecond} signals/s end` }]),
  ];
}

function trend(perSecond: number): string {
  if (perSecond === 0) return "steady";
  return perSecond > 0 ? `grows by ${perSecond}/s` : `shrinks by ${-perSecond}/s`;
}

/** `1 signal`, `3 signals`, `120 s`. */
function counted(value: number, unit: string): string {
  const one = amount(value) === "1" && unit.length > 2 && unit.endsWith("s");
  return `${amount(value)} ${one ? unit.slice(0, -1) : unit}`;
}

function amount(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function lasted(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
