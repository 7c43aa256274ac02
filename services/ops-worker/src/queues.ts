import * as z from "zod";
import { bindingOf, deadLetterQueueOf, queueNames, type DeadLetterQueueName, type QueueName } from "#queues/registry";
import { reasonOf, within } from "./within.ts";

export interface Depth {
  queue: string;
  backlogCount: number;
  backlogBytes: number;
  oldestMessageAt?: Date;
}
export interface WatchedQueue {
  name: QueueName | DeadLetterQueueName;
  /** The platform calls its own figures approximate. */
  metrics(): Promise<unknown>;
}

const metrics = z.object({
  backlogCount: z.int().min(0),
  backlogBytes: z.int().min(0),
  oldestMessageTimestamp: z.date().optional(),
});

/** Every queue and dead-letter queue of the registry, found in env by its derived name. */
export function watchedQueues(bindings: object): WatchedQueue[] {
  const names = [...queueNames, ...queueNames.map(deadLetterQueueOf)];
  return names.map((name) => ({
    name,
    async metrics() {
      const binding: unknown = Reflect.get(bindings, bindingOf(name));
      if (!hasMetrics(binding)) throw new Error(`no binding ${bindingOf(name)}; run: npx hoox sync`);
      return binding.metrics();
    },
  }));
}

export async function depthsOf(
  queues: readonly WatchedQueue[],
  timeoutMs: number,
): Promise<{ depths: Depth[]; problems: string[] }> {
  const depths: Depth[] = [];
  const problems: string[] = [];
  const results = await Promise.allSettled(
    queues.map(async (queue) => metrics.parse(await within(timeoutMs, queue.name, queue.metrics()))),
  );
  results.forEach((result, index) => {
    const queue = queues[index]?.name ?? "";
    if (result.status === "rejected") {
      problems.push(`depth of ${queue}: ${reasonOf(result.reason)}`);
      return;
    }
    const { backlogCount, backlogBytes, oldestMessageTimestamp } = result.value;
    // 1970 is how the platform says that it does not know.
    const oldestMessageAt = oldestMessageTimestamp?.getTime() === 0 ? undefined : oldestMessageTimestamp;
    depths.push({ queue, backlogCount, backlogBytes, ...(oldestMessageAt ? { oldestMessageAt } : {}) });
  });
  return { depths, problems };
}

function hasMetrics(value: unknown): value is { metrics(): Promise<unknown> } {
  return typeof value === "object" && value !== null && "metrics" in value;
}
