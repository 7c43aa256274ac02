import { randomUUID } from "node:crypto";
import type { Queue } from "cloudflare/resources/queues/queues";
import { jsonOf, paged, Refusal, type Exchange, type Row } from "./http.ts";
import { handlersOf } from "./script-views.ts";
import { current, hexId, type AccountState, type StoredConsumer, type StoredQueue } from "./state.ts";

const NEEDS = "Queues";
const QUEUE = "/queues/:queue";

/** Queues, their settings and their one consumer each. */
export function queueRoutes(state: AccountState): Row[] {
  const named = ({ params }: Exchange): StoredQueue => {
    const queue = state.queues.get(params["queue"] ?? "");
    if (!queue) throw new Refusal(404, 11_000, "Queue does not exist.");
    return queue;
  };
  const view = (queue: StoredQueue): object => queueView(queue, state.producersOf(queue));

  function consumerFrom(exchange: Exchange, queue: StoredQueue, id: string): StoredConsumer {
    const asked = jsonOf<{
      type?: "worker" | "http_pull";
      script_name?: string;
      dead_letter_queue?: string;
      settings?: Record<string, number | null>;
    }>(exchange);
    const type = asked.type ?? "worker";
    if (type === "worker") {
      const script = state.script(asked.script_name ?? "");
      if (!handlersOf(current(script)).includes("queue")) throw new Refusal(400, 11_001, "Queue handler is missing.");
    }
    const { batch_size: size, max_retries: retries, max_wait_time_ms: wait } = asked.settings ?? {};
    if (!within(size, 1, 100) || !within(retries, 0, 100) || !within(wait, 0, 60_000)) {
      throw new Refusal(400, 100_127, "The specified consumer settings are invalid.");
    }
    // A dead-letter queue that is not there is made.
    if (asked.dead_letter_queue && !state.queueNamed(asked.dead_letter_queue)) state.addQueue(asked.dead_letter_queue);
    const settings = { batch_size: 10, max_retries: 3, max_wait_time_ms: 5_000, ...asked.settings };
    const { script_name: script, dead_letter_queue: deadLetterQueue } = asked;
    queue.modifiedOn = state.now();
    return { id, type, script, deadLetterQueue, settings, createdOn: state.now() };
  }

  function change(exchange: Exchange): object {
    const queue = named(exchange);
    const { settings = {} } = jsonOf<{ settings?: Partial<StoredQueue["settings"]> }>(exchange);
    if (!within(settings.message_retention_period, 60, 1_209_600)) {
      throw new Refusal(400, 100_127, "The specified queue settings are invalid.");
    }
    Object.assign(queue.settings, settings);
    queue.modifiedOn = state.now();
    return view(queue);
  }

  const consumerIn = (exchange: Exchange): { queue: StoredQueue; index: number } => {
    const queue = named(exchange);
    const index = queue.consumers.findIndex(({ id }) => id === exchange.params["consumer"]);
    if (index === -1) throw new Refusal(404, 11_003, "Consumer does not exist.");
    return { queue, index };
  };

  return [
    {
      method: "GET",
      path: "/queues",
      needs: NEEDS,
      handle: (exchange) => {
        const names = exchange.query.getAll("name");
        const all = [...state.queues.values()].filter(({ name }) => names.length === 0 || names.includes(name));
        return paged(exchange, all.map(view), { perPage: 100 });
      },
    },
    {
      method: "POST",
      path: "/queues",
      needs: NEEDS,
      handle: (exchange) => {
        const { queue_name: name = "", settings } = jsonOf<{ queue_name?: string; settings?: StoredQueue["settings"] }>(
          exchange,
        );
        if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
          throw new Refusal(400, 11_003, `Queue name "${name}" is invalid.`);
        const queue = state.addQueue(name);
        Object.assign(queue.settings, settings);
        return view(queue);
      },
    },
    { method: "GET", path: QUEUE, needs: NEEDS, handle: (exchange) => view(named(exchange)) },
    { method: "PATCH", path: QUEUE, needs: NEEDS, handle: change },
    { method: "PUT", path: QUEUE, needs: NEEDS, handle: change },
    {
      method: "DELETE",
      path: QUEUE,
      needs: NEEDS,
      handle: (exchange) => {
        const queue = named(exchange);
        if (queue.consumers.length > 0 || state.producersOf(queue).length > 0) {
          throw new Refusal(409, 11_005, "Queue is still bound to Workers.");
        }
        state.queues.delete(queue.id);
        return null;
      },
    },
    {
      method: "GET",
      path: `${QUEUE}/consumers`,
      needs: NEEDS,
      handle: (exchange) => named(exchange).consumers.map((each) => consumerView(each, named(exchange))),
    },
    {
      method: "POST",
      path: `${QUEUE}/consumers`,
      needs: NEEDS,
      handle: (exchange) => {
        const queue = named(exchange);
        if (queue.consumers.length > 0) throw new Refusal(400, 11_004, "workers.api.error.consumer_exists");
        const consumer = consumerFrom(exchange, queue, hexId());
        queue.consumers.push(consumer);
        return consumerView(consumer, queue);
      },
    },
    {
      method: "PUT",
      path: `${QUEUE}/consumers/:consumer`,
      needs: NEEDS,
      handle: (exchange) => {
        const { queue, index } = consumerIn(exchange);
        const consumer = consumerFrom(exchange, queue, exchange.params["consumer"] ?? "");
        queue.consumers[index] = consumer;
        return consumerView(consumer, queue);
      },
    },
    {
      method: "DELETE",
      path: `${QUEUE}/consumers/:consumer`,
      needs: NEEDS,
      handle: (exchange) => {
        const { queue, index } = consumerIn(exchange);
        queue.consumers.splice(index, 1);
        return null;
      },
    },
    ...messageRoutes(named, state),
  ];
}

function messageRoutes(named: (exchange: Exchange) => StoredQueue, state: AccountState): Row[] {
  return [
    {
      method: "GET",
      path: `${QUEUE}/metrics`,
      needs: NEEDS,
      handle: (exchange) => {
        const { messages } = named(exchange);
        const bytes = messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
        const oldest = messages.length === 0 ? 0 : Math.min(...messages.map(({ at }) => at.getTime()));
        return { backlog_count: messages.length, backlog_bytes: bytes, oldest_message_timestamp_ms: oldest };
      },
    },
    {
      method: "POST",
      path: `${QUEUE}/messages`,
      needs: NEEDS,
      handle: (exchange) => {
        const { body, content_type: type = "json" } = jsonOf<{ body: unknown; content_type?: "json" | "text" }>(
          exchange,
        );
        const text = type === "text" ? String(body) : JSON.stringify(body);
        const { messages } = named(exchange);
        messages.push({ id: hexId(), body: text, contentType: type, attempts: 0, at: state.now(), ref: randomUUID() });
        return { metadata: { metrics: { backlog_count: messages.length } } };
      },
    },
    {
      method: "POST",
      path: `${QUEUE}/messages/peek`,
      needs: NEEDS,
      reads: true,
      handle: (exchange) => {
        const { batch_size: size = 5 } = jsonOf<{ batch_size?: number }>(exchange);
        const messages = named(exchange)
          .messages.slice(0, size)
          .map((each) => ({
            id: each.id,
            // Over REST, anything but text is base64.
            body: each.contentType === "text" ? each.body : Buffer.from(each.body).toString("base64"),
            attempts: each.attempts,
            timestamp_ms: each.at.getTime(),
            metadata: { "CF-Content-Type": each.contentType },
            ref: each.ref,
          }));
        return { messages };
      },
    },
    {
      method: "POST",
      path: `${QUEUE}/messages/purge`,
      needs: NEEDS,
      handle: (exchange) => {
        const { refs = [] } = jsonOf<{ refs?: { ref: string }[] }>(exchange);
        const queue = named(exchange);
        queue.messages = queue.messages.filter(({ ref }) => !refs.some((each) => each.ref === ref));
        return {};
      },
    },
    {
      method: "POST",
      path: `${QUEUE}/purge`,
      needs: NEEDS,
      handle: (exchange) => {
        if (jsonOf(exchange)["delete_messages_permanently"] !== true) {
          throw new Refusal(400, 100_127, "delete_messages_permanently must be true");
        }
        const queue = named(exchange);
        queue.messages = [];
        queue.purgedAt = state.now().toISOString();
        return { completed: true, started_at: queue.purgedAt };
      },
    },
    {
      method: "GET",
      path: `${QUEUE}/purge`,
      needs: NEEDS,
      // A purge is done here before it is answered.
      handle: (exchange) => ({
        completed: named(exchange).purgedAt !== undefined,
        started_at: named(exchange).purgedAt,
      }),
    },
  ];
}

function queueView(queue: StoredQueue, producers: readonly string[]): Queue {
  return {
    queue_id: queue.id,
    queue_name: queue.name,
    created_on: queue.createdOn.toISOString(),
    modified_on: queue.modifiedOn.toISOString(),
    producers: producers.map((script) => ({ type: "worker", script })),
    producers_total_count: producers.length,
    consumers: queue.consumers.map((each) => consumerView(each, queue)),
    consumers_total_count: queue.consumers.length,
    settings: queue.settings,
  };
}

/** With both names of the script: the API's description says one, wrangler reads the other. */
function consumerView(consumer: StoredConsumer, queue: StoredQueue): NonNullable<Queue["consumers"]>[number] {
  const { id, type, script, deadLetterQueue } = consumer;
  const { max_concurrency: concurrency = null, ...settings } = consumer.settings;
  const shared = { consumer_id: id, queue_name: queue.name, created_on: consumer.createdOn.toISOString() };
  const letters = deadLetterQueue === undefined ? {} : { dead_letter_queue: deadLetterQueue };
  const numbers = Object.fromEntries(
    Object.entries({ ...settings, max_concurrency: concurrency }).filter(([, value]) => value !== null),
  );
  if (type === "http_pull") return { ...shared, ...letters, type, settings: numbers };
  return Object.assign(
    { ...shared, ...letters, type, script_name: script, settings: numbers },
    { script, service: script, environment: "production" },
  );
}

function within(value: number | null | undefined, min: number, max: number): boolean {
  return value === null || value === undefined || (value >= min && value <= max);
}
