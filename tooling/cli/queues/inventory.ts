import { opsRoutes } from "#contracts/routes/ops";
import type { Account, Queue } from "../../cloudflare/index.ts";
import { consumerDrift } from "../../deploy/drift.ts";
import { readWanted, type WantedQueue } from "../../deploy/wanted.ts";
import { neededAccount, type Place } from "../../secrets/place.ts";
import type { HooxContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { heldQueues, localMesh } from "./delivery.ts";

/** One queue of the registry as it is. */
export interface ListedQueue {
  queue: string;
  /** Absent when nobody takes from it. */
  consumer?: string | undefined;
  batchSize?: number | undefined;
  maxWaitSeconds?: number | undefined;
  maxRetries?: number | undefined;
  /** Absent: the platform decides. */
  maxConcurrency?: number | undefined;
  deadLetterQueue?: string | undefined;
  retentionSeconds?: number | undefined;
  delivery: "on" | "paused" | "delayed" | "missing";
  backlogCount?: number | undefined;
  backlogBytes?: number | undefined;
  oldestMessageAt?: string | undefined;
  /** What of it is not as the registry says, in words. */
  differs: string[];
}

export interface Inventory {
  queues: ListedQueue[];
  /** What could not be asked, and why. */
  problems: string[];
}

/** Every queue of the registry, whether it is there or not. */
export async function inventoryOf(context: HooxContext, place: Place): Promise<Inventory> {
  const { queues } = await readWanted();
  return place.local ? inventoryHere(place, queues) : inventoryThere(await neededAccount(context, place), queues);
}

/** A local mesh runs from the files that `wanted` was read from. */
async function inventoryHere(place: Place, wanted: readonly WantedQueue[]): Promise<Inventory> {
  const mesh = localMesh(place);
  const [{ queues: depths, problems = [] }, held] = await Promise.all([mesh.call(opsRoutes.queues), heldQueues(mesh)]);
  const queues = wanted.map(({ name, consumer: { script, ...settings } }): ListedQueue => {
    const depth = depths.find(({ queue }) => queue === name);
    const { backlogCount, backlogBytes, oldestMessageAt } = depth ?? {};
    const delivery = held.includes(name) ? "paused" : "on";
    return {
      queue: name,
      consumer: script,
      ...settings,
      delivery,
      backlogCount,
      backlogBytes,
      oldestMessageAt,
      differs: [],
    };
  });
  return { queues, problems };
}

async function inventoryThere(account: Account, wanted: readonly WantedQueue[]): Promise<Inventory> {
  const there = await account.queues.list();
  const problems: string[] = [];
  const listed = wanted.map(async (each): Promise<ListedQueue> => {
    const queue = there.find(({ name }) => name === each.name);
    if (queue === undefined) return { queue: each.name, delivery: "missing", differs: ["it is not there"] };
    const metrics = await account.queues.metrics(queue).catch((error: unknown) => {
      if (!(error instanceof CliError)) throw error;
      problems.push(error.message);
      return undefined;
    });
    return {
      ...settingsOf(queue),
      backlogCount: metrics?.messages,
      backlogBytes: metrics?.bytes,
      oldestMessageAt: metrics?.oldest?.toISOString(),
      differs: differencesOf(queue, each),
    };
  });
  return { queues: await Promise.all(listed), problems };
}

function settingsOf(queue: Queue): Omit<ListedQueue, "differs"> {
  const [consumer] = queue.consumers;
  const { batchSize, maxWaitSeconds, maxRetries, maxConcurrency, deadLetterQueue } = consumer ?? {};
  const delivery = queue.deliveryPaused ? "paused" : queue.deliveryDelaySeconds > 0 ? "delayed" : "on";
  return {
    queue: queue.name,
    consumer: consumer?.script ?? consumer?.type,
    batchSize,
    maxWaitSeconds,
    maxRetries,
    maxConcurrency,
    deadLetterQueue,
    retentionSeconds: queue.retentionSeconds,
    delivery,
  };
}

function differencesOf(queue: Queue, { consumer, retentionSeconds }: WantedQueue): string[] {
  const [has] = queue.consumers;
  const { deliveryDelaySeconds: delay, retentionSeconds: keeps } = queue;
  return [
    ...(has === undefined ? ["nobody takes from it"] : consumerDrift(consumer, has)),
    ...(keeps === retentionSeconds
      ? []
      : [`it keeps messages for ${keeps ?? "an unknown number of"} s, not ${retentionSeconds} s`]),
    ...(delay === 0 ? [] : [`messages are delayed by ${delay} s`]),
  ];
}
