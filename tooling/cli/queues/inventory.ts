import type { Threshold } from "#contracts/monitor";
import { opsRoutes } from "#contracts/routes/ops";
import { alertsOf, thresholdIn, type QueueAlert } from "#queues/alerts";
import type { Account, Queue } from "../../cloudflare/index.ts";
import { consumerDrift } from "../../deploy/drift.ts";
import { readWanted, type WantedQueue } from "../../deploy/wanted.ts";
import { neededAccount, type Place } from "../../secrets/place.ts";
import type { HooxContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { heldQueues, localMesh } from "./delivery.ts";
import { monitorConfigOf } from "./monitor-config.ts";
import { anyQueue, isAnyQueue } from "./names.ts";

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
  /** When the monitor tells the chat of it, by the names that KV knows. */
  alerts: (Threshold & Pick<QueueAlert, "name" | "of">)[];
}

type Bare = Omit<ListedQueue, "alerts">;

export interface Inventory {
  queues: ListedQueue[];
  /** What could not be asked, and why. */
  problems: string[];
  /** What could not be asked of the mesh, which `--remote` does without. */
  notes: string[];
}

/** Every queue of the registry, whether it is there or not. */
export async function inventoryOf(context: HooxContext, place: Place): Promise<Inventory> {
  const { queues: wanted } = await readWanted();
  const [{ queues, problems }, { config, problem }] = await Promise.all([
    place.local ? here(place, wanted) : there(await neededAccount(context, place), wanted),
    place.mesh === undefined ? { config: {}, problem: undefined } : monitorConfigOf(place.mesh),
  ]);
  const alerts = (queue: string): ListedQueue["alerts"] =>
    (isAnyQueue(queue) ? alertsOf(queue) : []).flatMap(({ name, of, threshold }) => {
      const told = thresholdIn(config, { name, threshold });
      return told === undefined ? [] : [{ name, of, ...told }];
    });
  // As all other views have them: dead-letter queues, which are made first, stand last.
  const named = anyQueue.options.flatMap((name) => queues.find(({ queue }) => queue === name) ?? []);
  return {
    queues: named.map((each) => ({ ...each, alerts: alerts(each.queue) })),
    problems,
    notes: problem === undefined ? [] : [problem],
  };
}

/** A local mesh runs from the files that `wanted` was read from. */
async function here(place: Place, wanted: readonly WantedQueue[]): Promise<{ queues: Bare[]; problems: string[] }> {
  const mesh = localMesh(place);
  const [{ queues: depths, problems = [] }, held] = await Promise.all([mesh.call(opsRoutes.queues), heldQueues(mesh)]);
  const queues = wanted.map(({ name, consumer: { script, ...settings } }): Bare => {
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

async function there(
  account: Account,
  wanted: readonly WantedQueue[],
): Promise<{ queues: Bare[]; problems: string[] }> {
  const all = await account.queues.list();
  const problems: string[] = [];
  const listed = wanted.map(async (each): Promise<Bare> => {
    const queue = all.find(({ name }) => name === each.name);
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

function settingsOf(queue: Queue): Omit<Bare, "differs"> {
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
