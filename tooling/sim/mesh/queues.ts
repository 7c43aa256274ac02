import {
  bindingOf,
  deadLetterPolicy,
  deadLetterQueueOf,
  queueNames,
  registry,
  type DeadLetterQueueName,
  type QueueName,
} from "#queues/registry";
import { SimQueue } from "../queue.ts";
import type { World } from "../world.ts";

export type AnyQueueName = QueueName | DeadLetterQueueName;
export type Queues = ReadonlyMap<AnyQueueName, SimQueue>;

/** Every queue of the registry and its dead-letter queue, with the settings that wrangler.jsonc gets. */
export function buildQueues(world: World): Queues {
  const queues = new Map<AnyQueueName, SimQueue>();
  for (const name of queueNames) {
    const { batch, retry } = deadLetterPolicy;
    const behind = new SimQueue(world, {
      name: deadLetterQueueOf(name),
      settings: { size: batch.size, waitMs: batch.waitSeconds * 1_000, limit: retry.limit },
    });
    queues.set(deadLetterQueueOf(name), behind);
    queues.set(name, new SimQueue(world, { name, settings: settingsOf(name), behind }));
  }
  return queues;
}

function settingsOf(name: QueueName) {
  const declared = registry[name];
  return {
    size: declared.batch.size,
    waitMs: declared.batch.waitSeconds * 1_000,
    limit: declared.retry.limit,
    concurrency: "concurrency" in declared.batch ? declared.batch.concurrency : undefined,
  };
}

/** A Worker may send to all of them; its real wrangler.jsonc is checked elsewhere. */
export function queueBindings(queues: Queues): Record<string, unknown> {
  return Object.fromEntries([...queues].map(([name, queue]) => [bindingOf(name), queue.binding()]));
}
