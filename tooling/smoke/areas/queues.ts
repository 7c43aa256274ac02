import * as z from "zod";
import type { Queue } from "../../cloudflare/index.ts";
import { area } from "../area.ts";
import { refusalOf, withinAMinute, type World } from "../world.ts";
import { uploadWorker } from "../worker.ts";

interface Fixture {
  /** Without a consumer. */
  queue: Queue;
  /** With this Worker as its consumer. */
  taken: Queue;
  worker: string;
}

const consumers = z.array(z.looseObject({ script: z.string().optional(), script_name: z.string().optional() }));
const CONSUMER = { type: "worker", settings: { batch_size: 10, max_retries: 3, max_wait_time_ms: 5_000 } };

async function prepare({ account, call, prefix }: World): Promise<Fixture> {
  const [queue, taken, worker] = [`${prefix}-queue`, `${prefix}-taken`, `${prefix}-consumer`];
  await uploadWorker(call, worker, "export default { async queue() {} };");
  const made = { queue: await account.queues.create(queue), taken: await account.queues.create(taken), worker };
  const letters = `${prefix}-letters`;
  await call("post", `/queues/${made.taken.id}/consumers`, {
    ...CONSUMER,
    script_name: worker,
    dead_letter_queue: letters,
  });
  return made;
}

/** Queues, what stands in them, and who takes it. */
export const queues = area({
  name: "Queues",
  writes: true,
  prepare,
  probes: [
    {
      assumption: "a new queue delivers at once and keeps messages for 4 days",
      fake: "delay 0 s, retention 345600 s, not paused",
      ask: async (_world, { queue }) =>
        `delay ${queue.deliveryDelaySeconds} s, retention ${queue.retentionSeconds} s, ${queue.deliveryPaused ? "" : "not "}paused`,
    },
    {
      assumption: "a taken name of a queue is 409",
      fake: "409 11009",
      ask: ({ call }, { queue }) => refusalOf(call("post", "/queues", { queue_name: queue.name })),
    },
    {
      assumption: "a retention below a minute is refused",
      fake: "400 100127",
      ask: ({ call }, { queue }) =>
        refusalOf(call("patch", `/queues/${queue.id}`, { settings: { message_retention_period: 1 } })),
    },
    {
      assumption: "changing one setting keeps the others",
      fake: "retention 86400 s, paused",
      ask: async ({ account }, { queue }) => {
        await account.queues.update(queue, { retentionSeconds: 86_400 });
        await account.queues.pause(queue);
        const { deliveryPaused, retentionSeconds } = (await account.queues.byName(queue.name)) ?? queue;
        return `retention ${retentionSeconds} s, ${deliveryPaused ? "" : "not "}paused`;
      },
    },
    {
      assumption: "a message that is sent is counted",
      fake: "within a minute",
      ask: async (world, { queue }) => {
        await world.call("post", `/queues/${queue.id}/messages`, { body: { smoke: true }, content_type: "json" });
        return withinAMinute(world, async () => (await world.account.queues.metrics(queue)).messages === 1);
      },
    },
    {
      assumption: "peeking shows a message without taking it",
      fake: "twice the same, attempts 0",
      ask: async ({ account }, { queue }) => {
        const [[first], [second]] = [await account.queues.peek(queue), await account.queues.peek(queue)];
        if (first === undefined || second === undefined) return "nothing";
        return `${first.id === second.id ? "twice the same" : "another one"}, attempts ${second.attempts}`;
      },
    },
    {
      assumption: "a message that was peeked at can be deleted",
      fake: "within a minute",
      ask: async (world, { queue }) => {
        const refs = (await world.account.queues.peek(queue)).map(({ ref }) => ref);
        if (refs.length === 0) return "nothing to delete";
        await world.account.queues.deletePeeked(queue, refs);
        return withinAMinute(world, async () => (await world.account.queues.peek(queue)).length === 0);
      },
    },
    {
      assumption: "a purge leaves nothing, and says when it is done",
      fake: "nothing left, done",
      ask: async (world, { queue }) => {
        await world.call("post", `/queues/${queue.id}/messages`, { body: { smoke: true }, content_type: "json" });
        await world.account.queues.purge(queue);
        const done = await withinAMinute(world, () => world.account.queues.isPurged(queue));
        const left = await world.account.queues.peek(queue);
        return `${left.length === 0 ? "nothing" : "something"} left, ${done === "within a minute" ? "done" : "not done"}`;
      },
    },
    {
      assumption: "a consumer is listed under `script` and `script_name`",
      fake: "both",
      ask: async ({ call }, { taken, worker }) => {
        const [only] = consumers.parse(await call("get", `/queues/${taken.id}/consumers`));
        const named = [only?.script === worker ? "script" : "", only?.script_name === worker ? "script_name" : ""];
        return named.every(Boolean) ? "both" : named.filter(Boolean).join() || "neither";
      },
    },
    {
      assumption: "a dead-letter queue that is not there is made",
      fake: "made",
      ask: async ({ account, prefix }) => ((await account.queues.byName(`${prefix}-letters`)) ? "made" : "not made"),
    },
    {
      assumption: "a second consumer is refused",
      fake: "400 11004",
      ask: ({ call }, { taken, worker }) =>
        refusalOf(call("post", `/queues/${taken.id}/consumers`, { ...CONSUMER, script_name: worker })),
    },
    {
      assumption: "a consumer without a queue handler is refused",
      fake: "400 11001",
      ask: async ({ call, prefix }, { queue }) => {
        await uploadWorker(call, `${prefix}-deaf`, "export default { async fetch() { return new Response(); } };");
        return refusalOf(call("post", `/queues/${queue.id}/consumers`, { ...CONSUMER, script_name: `${prefix}-deaf` }));
      },
    },
    {
      assumption: "a queue with a consumer cannot be deleted",
      fake: "409 11005",
      ask: ({ call }, { taken }) => refusalOf(call("delete", `/queues/${taken.id}`)),
    },
  ],
});
