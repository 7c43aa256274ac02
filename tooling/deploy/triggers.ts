import { AccountError, type Account, type ConsumerSettings } from "../cloudflare/index.ts";
import { CliError } from "../cli/errors.ts";
import { consumerDrift, sameCrons } from "./drift.ts";
import type { WantedQueue, WantedWorker } from "./wanted.ts";

/**
 * Makes this Worker, and no other, the consumer of the queue, with exactly these settings: a queue has one consumer
 * only, so another's, or a pull consumer, goes first. Answers what was done, nothing when all was well.
 */
export async function ensureConsumer(account: Account, { name, consumer }: WantedQueue): Promise<string[]> {
  const { queues } = account;
  const queue = await queues.byName(name);
  if (queue === undefined) {
    throw new CliError(1, `queue ${name} is not there`, { hint: "make it with: npx hoox deploy all --auto" });
  }
  const done: string[] = [];
  const own = queue.consumers.find(({ type, script }) => type === "worker" && script === consumer.script);
  for (const other of queue.consumers.filter((each) => each !== own)) {
    await queues.deleteConsumer(queue, other.id);
    done.push(`${other.script ?? "the pull consumer"} takes no messages from ${name} any more`);
  }
  if (own === undefined) {
    await createConsumer(account, { queue, consumer });
    return [...done, `${consumer.script} consumes ${name}`];
  }
  const drift = consumerDrift(consumer, own);
  if (drift.length === 0) return done;
  await queues.updateConsumer(queue, own.id, consumer);
  return [...done, ...drift.map((each) => `${name}: ${each}; mended`)];
}

/** An answer that got lost says nothing: the queue itself does. */
async function createConsumer(
  { queues }: Account,
  { queue, consumer }: { queue: { id: string; name: string }; consumer: ConsumerSettings },
): Promise<void> {
  try {
    await queues.createConsumer(queue, consumer);
  } catch (error) {
    if (!(error instanceof AccountError) || !error.inDoubt) throw error;
    const found = await queues.consumers(queue);
    if (!found.some(({ script }) => script === consumer.script)) throw error;
  }
}

/** Consumers, crons and address of a deployed Worker as wanted. Answers what was done. */
export async function ensureTriggers(
  account: Account,
  worker: WantedWorker,
  queues: readonly WantedQueue[],
): Promise<string[]> {
  const { workers } = account;
  const done: string[] = [];
  for (const queue of queues) {
    if (queue.consumer.script === worker.name) done.push(...(await ensureConsumer(account, queue)));
  }
  const crons = (await workers.crons(worker.name)) ?? [];
  if (!sameCrons(worker.crons, crons)) {
    await workers.setCrons(worker.name, worker.crons);
    done.push(`${worker.name} runs at ${worker.crons.join(", ") || "no time"}`);
  }
  const address = await workers.subdomain(worker.name);
  const { enabled, previewsEnabled } = worker.address;
  if (address?.enabled !== enabled || address.previewsEnabled !== previewsEnabled) {
    await workers.setSubdomain(worker.name, worker.address);
    done.push(`${worker.name} is ${enabled ? "public" : "kept off the public internet"}`);
  }
  return done;
}
