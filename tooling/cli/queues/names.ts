import * as z from "zod";
import { deadLetterQueueOf, queueNames } from "#queues/registry";

/** Every queue and dead-letter queue of the registry. */
export const anyQueue = z.enum([...queueNames, ...queueNames.map(deadLetterQueueOf)]);

export type AnyQueue = z.infer<typeof anyQueue>;

export function isAnyQueue(name: string): name is AnyQueue {
  return anyQueue.safeParse(name).success;
}
