import type { Worker } from "#contracts/ids";
import {
  bindingOf,
  deadLetterPolicy,
  deadLetterQueueOf,
  queueNames,
  registry,
  type DeadLetterQueueName,
  type QueueName,
} from "#queues/registry";

/** The `queues` block of one wrangler.jsonc. */
export interface QueueConfig {
  producers: { binding: string; queue: string }[];
  consumers: {
    queue: string;
    max_batch_size: number;
    max_batch_timeout: number;
    max_retries: number;
    max_concurrency?: number;
    dead_letter_queue?: string;
  }[];
}

/** Reads the depth of every queue, so it is bound to all of them. */
const MONITOR: Worker = "ops-worker";

/** What the registry says about one Worker. All consumer settings are explicit: the simulator's defaults differ. */
export function queueConfigOf(worker: Worker): QueueConfig {
  const consumed = queueNames.filter((queue) => registry[queue].consumer === worker);
  const consumers: QueueConfig["consumers"] = consumed.map((queue) => {
    const { batch, retry } = registry[queue];
    return {
      queue,
      max_batch_size: batch.size,
      max_batch_timeout: batch.waitSeconds,
      max_retries: retry.limit,
      ...("concurrency" in batch ? { max_concurrency: batch.concurrency } : {}),
      dead_letter_queue: deadLetterQueueOf(queue),
    };
  });
  if (deadLetterPolicy.consumer === worker) {
    const { batch, retry } = deadLetterPolicy;
    for (const queue of queueNames) {
      consumers.push({
        queue: deadLetterQueueOf(queue),
        max_batch_size: batch.size,
        max_batch_timeout: batch.waitSeconds,
        max_retries: retry.limit,
      });
    }
  }
  const producers = boundQueues(worker).map((queue) => ({ binding: bindingOf(queue), queue }));
  return { producers, consumers };
}

function boundQueues(worker: Worker): (QueueName | DeadLetterQueueName)[] {
  const parks = (queue: QueueName): boolean => {
    const extra: Partial<Record<QueueName, readonly Worker[]>> = deadLetterPolicy.extraProducers;
    return registry[queue].consumer === worker || (extra[queue] ?? []).includes(worker);
  };
  const sends = (queue: QueueName): boolean => {
    const producers: readonly Worker[] = registry[queue].producers;
    return producers.includes(worker);
  };
  const all = worker === MONITOR;
  return [
    ...queueNames.filter((queue) => all || sends(queue)),
    ...queueNames.filter((queue) => all || parks(queue)).map(deadLetterQueueOf),
  ];
}
