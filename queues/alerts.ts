import type { MonitorConfig, Threshold } from "#contracts/monitor";
import { deadLetterPolicy, isQueueName, registry, type DeadLetterQueueName, type QueueName } from "./registry.ts";

/** One thing about a queue that the monitor tells of. */
export interface QueueAlert {
  /** As KV and the messages call it. */
  name: string;
  of: "messages" | "seconds";
  threshold: Threshold;
}

/** What is told of a queue, by the registry: how many wait, and for how many seconds the oldest has. */
export function alertsOf(queue: QueueName | DeadLetterQueueName): QueueAlert[] {
  const backlog = isQueueName(queue) ? registry[queue].alert.backlog : deadLetterPolicy.alert.backlog;
  const messages: QueueAlert = { name: `${queue}.backlog`, of: "messages", threshold: backlog };
  if (!isQueueName(queue)) return [messages];
  return [messages, { name: `${queue}.age`, of: "seconds", threshold: registry[queue].alert.ageSeconds }];
}

/** A threshold as `config` changes it; undefined when it is off. */
export function thresholdIn(
  config: MonitorConfig,
  { name, threshold }: { name: string; threshold: Threshold },
): Threshold | undefined {
  const changed = config.alerts?.[name] ?? {};
  if (changed.off) return undefined;
  const enter = changed.enter ?? threshold.enter;
  // An alert that only says when it begins ends where the default would, in proportion.
  const leave = changed.leave ?? Math.min(threshold.leave * (enter / threshold.enter), enter * 0.9);
  return { enter, leave, forSeconds: changed.forSeconds ?? threshold.forSeconds };
}
