import type * as z from "zod";
import type { MonitorConfig, MonitorView } from "#contracts/monitor";
import type { opsRoutes } from "#contracts/routes/ops";
import { alertsOf, thresholdIn } from "#queues/alerts";
import { originOf } from "#queues/registry";
import { isAnyQueue } from "./names.ts";

/** The worst last. */
export const queueLevels = ["ok", "warning", "critical"] as const;
export type Level = (typeof queueLevels)[number];

export interface JudgedQueue {
  queue: string;
  level: Level;
  messages: number;
  oldestSeconds?: number;
  /** Messages from which it is a warning, or critical. */
  warn?: number;
  critical?: number;
  reasons: string[];
}

export interface Judged {
  level: Level;
  queues: JudgedQueue[];
  /** Absent where the monitor could not be asked. */
  signals?: { level: Level; waiting: number; atRisk: number; reasons: string[] };
  /** What could not be seen, and why. */
  problems: readonly string[];
}

export interface Limits {
  /** In place of the monitor's levels, for every queue but those of dead letters. */
  warn?: number | undefined;
  critical?: number | undefined;
  config: MonitorConfig;
  now: Date;
}

/** Messages that the platform deletes within a day are worth being woken for. */
const LOSS_MS = 86_400_000;
/** It looks each minute. */
const SILENT_MS = 5 * 60_000;

type Reply = z.infer<typeof opsRoutes.queues.reply>;

export function judge({ queues, monitor, problems = [] }: Reply, limits: Limits): Judged {
  const judged = queues.map((each) => judgeQueue(each, monitor, limits));
  const signals = monitor && judgeSignals(monitor, limits.now);
  const all = [...judged, ...(signals === undefined ? [] : [signals])].map(({ level }) => level);
  const nothing = queues.length === 0 && problems.length === 0;
  return {
    level: nothing ? "warning" : worst(all),
    queues: judged,
    ...(signals === undefined ? {} : { signals }),
    problems: nothing ? ["the mesh named no queue"] : problems,
  };
}

function judgeQueue(row: Reply["queues"][number], monitor: MonitorView | undefined, limits: Limits): JudgedQueue {
  const { queue, backlogCount: messages, oldestMessageAt } = row;
  const { warn, critical, seconds } = levelsOf(queue, limits);
  const now = limits.now.getTime();
  const age = messages === 0 || oldestMessageAt === undefined ? undefined : (now - Date.parse(oldestMessageAt)) / 1_000;
  const oldestSeconds = age === undefined ? undefined : Math.max(0, Math.round(age));
  const lossAt = monitor?.queues.find((each) => each.queue === queue)?.lossAt;
  const found: [Level, string][] = [];
  if (critical !== undefined && messages >= critical)
    found.push(["critical", `${messages} messages (critical from ${critical})`]);
  else if (warn !== undefined && messages >= warn)
    found.push(["warning", `${messages} messages (warning from ${warn})`]);
  if (seconds !== undefined && oldestSeconds !== undefined && oldestSeconds >= seconds) {
    found.push(["warning", `the oldest has waited ${oldestSeconds} s (warning from ${seconds} s)`]);
  }
  if (lossAt !== undefined && Date.parse(lossAt) - now < LOSS_MS) {
    found.push(["critical", `Cloudflare deletes its oldest message at ${lossAt}`]);
  }
  return {
    queue,
    level: worst(found.map(([level]) => level)),
    messages,
    ...(oldestSeconds === undefined ? {} : { oldestSeconds }),
    ...(warn === undefined ? {} : { warn }),
    ...(critical === undefined ? {} : { critical }),
    reasons: found.map(([, reason]) => reason),
  };
}

/** Where the monitor tells of it there is a warning; dead letters that are not stored are critical. */
function levelsOf(
  queue: string,
  { warn, critical, config }: Limits,
): { warn?: number; critical?: number; seconds?: number } {
  const alerts = isAnyQueue(queue) ? alertsOf(queue) : [];
  const enterOf = (of: "messages" | "seconds"): number | undefined => {
    const alert = alerts.find((each) => each.of === of);
    return alert && thresholdIn(config, alert)?.enter;
  };
  const [messages, seconds] = [enterOf("messages"), enterOf("seconds")];
  if (originOf(queue) !== undefined) return messages === undefined ? {} : { critical: messages };
  const warnFrom = warn ?? messages;
  return {
    ...(warnFrom === undefined ? {} : { warn: warnFrom }),
    ...(critical === undefined ? {} : { critical }),
    ...(seconds === undefined ? {} : { seconds }),
  };
}

function judgeSignals({ signals, sampledAt }: MonitorView, now: Date): NonNullable<Judged["signals"]> {
  const { waiting, atRisk } = signals;
  const silentMs = sampledAt === undefined ? 0 : now.getTime() - Date.parse(sampledAt);
  const found: [Level, string][] = [];
  if (atRisk > 0) found.push(["critical", `${atRisk} of ${waiting} waiting signals expire before their turn comes`]);
  if (sampledAt === undefined)
    found.push(["warning", "the monitor has not looked yet: it does each minute, when ops-worker's cron runs"]);
  if (silentMs > SILENT_MS)
    found.push(["warning", `the monitor has not looked for ${Math.floor(silentMs / 60_000)} min`]);
  return { level: worst(found.map(([level]) => level)), waiting, atRisk, reasons: found.map(([, reason]) => reason) };
}

function worst(levels: readonly Level[]): Level {
  return queueLevels.findLast((each) => levels.includes(each)) ?? "ok";
}
