import { AccountError } from "../cloudflare/errors.ts";
import type { Account, ConsumerSettings, Queue } from "../cloudflare/index.ts";
import { CliError } from "../cli/errors.ts";
import { consumerDrift, sameCrons } from "./drift.ts";
import type { WantedQueue, WantedWorker } from "./wanted.ts";

/** Nobody but its wanted consumer takes messages from the queue: a queue has one consumer only. Answers what was done. */
export async function releaseQueue(account: Account, { name, consumer }: WantedQueue): Promise<string[]> {
  const queue = await account.queues.byName(name);
  return queue === undefined ? [] : release(account, queue, consumer);
}

async function release(account: Account, queue: Queue, consumer: ConsumerSettings): Promise<string[]> {
  const done: string[] = [];
  for (const other of queue.consumers.filter(({ type, script }) => type !== "worker" || script !== consumer.script)) {
    await account.queues.deleteConsumer(queue, other.id);
    done.push(`${other.script ?? "the pull consumer"} takes no messages from ${queue.name} any more`);
  }
  return done;
}

/**
 * Makes this Worker, and no other, the consumer of the queue, with exactly these settings: a queue has one consumer
 * only, so another's, or a pull consumer, goes first. Answers what was done, nothing when all was well.
 */
export async function ensureConsumer(account: Account, wanted: WantedQueue): Promise<string[]> {
  const { queues } = account;
  const { name, consumer } = wanted;
  const queue = await queues.byName(name);
  if (queue === undefined) {
    throw new CliError(1, `queue ${name} is not there`, { hint: "make it with: npx hoox deploy all --auto" });
  }
  const done = await release(account, queue, consumer);
  const own = queue.consumers.find(({ type, script }) => type === "worker" && script === consumer.script);
  if (own === undefined) {
    await createConsumer(account, { queue, consumer });
    return [...done, `${consumer.script} consumes ${name}`];
  }
  const drift = consumerDrift(consumer, own);
  if (drift.length === 0) return done;
  await queues.updateConsumer(queue, own.id, consumer);
  return [...done, ...drift.map((each) => `${name}: ${each}; mended`)];
}

/** An answer that got lost, or that somebody was quicker, says nothing of the end: the queue itself does. */
async function createConsumer(
  { queues }: Account,
  { queue, consumer }: { queue: { id: string; name: string }; consumer: ConsumerSettings },
): Promise<void> {
  try {
    await queues.createConsumer(queue, consumer);
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    const found = await queues.consumers(queue);
    const made = found.find(({ script }) => script === consumer.script);
    if (made === undefined || consumerDrift(consumer, made).length > 0) throw error;
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
