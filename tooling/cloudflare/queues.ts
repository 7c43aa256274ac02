import type { ConsumerCreateParams } from "cloudflare/resources/queues/consumers";
import * as z from "zod";
import { path, type Api } from "./api.ts";
import {
  consumer,
  metrics,
  peeked,
  purgeState,
  queue,
  type ConsumerSettings,
  type PeekedMessage,
  type Queue,
  type QueueConsumer,
  type QueueMetrics,
  type QueueSettings,
} from "./queue-shapes.ts";

/** A queue goes by its id, an error about it by its name. */
type Named = Pick<Queue, "id" | "name">;

const anything = z.unknown();

/** The account's queues and who consumes them. */
export class Queues {
  readonly #api: Api;
  readonly #root: string;

  constructor(api: Api, accountId: string) {
    this.#api = api;
    this.#root = path`/accounts/${accountId}/queues`;
  }

  list(): Promise<Queue[]> {
    return this.#api.all({ path: this.#root, what: "list the queues" }, queue);
  }

  async byName(name: string): Promise<Queue | undefined> {
    const call = { path: this.#root, query: { name }, what: `look for queue ${name}` };
    return (await this.#api.all(call, queue)).find((each) => each.name === name);
  }

  /** 409 (code 11009) when there is one of this name. */
  async create(name: string, settings: QueueSettings = {}): Promise<Queue> {
    const body = { queue_name: name, settings: settingsBody(settings) };
    return this.#api.call({ method: "post", path: this.#root, body, result: queue, what: `create queue ${name}` });
  }

  /** Changes only what is given. */
  async update(of: Named, settings: QueueSettings): Promise<Queue> {
    return this.#api.call({
      method: "patch",
      path: this.#root + path`/${of.id}`,
      body: { settings: settingsBody(settings) },
      result: queue,
      what: `change the settings of queue ${of.name}`,
      repeatable: true,
    });
  }

  pause(of: Named): Promise<Queue> {
    return this.update(of, { deliveryPaused: true });
  }

  resume(of: Named): Promise<Queue> {
    return this.update(of, { deliveryPaused: false });
  }

  async delete(of: Named): Promise<void> {
    const where = this.#root + path`/${of.id}`;
    await this.#api.call({ method: "delete", path: where, result: anything, what: `delete queue ${of.name}` });
  }

  async metrics(of: Named): Promise<QueueMetrics> {
    const where = this.#root + path`/${of.id}/metrics`;
    const raw = await this.#api.call({ method: "get", path: where, result: metrics, what: `measure queue ${of.name}` });
    // 0 stands for unknown.
    const oldest = raw.oldest_message_timestamp_ms ? new Date(raw.oldest_message_timestamp_ms) : undefined;
    return { messages: raw.backlog_count, bytes: raw.backlog_bytes, oldest };
  }

  /** Looks at the first messages without taking them: no lease, no attempt counted. */
  async peek(of: Named, limit = 10): Promise<PeekedMessage[]> {
    const raw = await this.#api.call({
      method: "post",
      path: this.#root + path`/${of.id}/messages/peek`,
      body: { batch_size: limit },
      result: peeked,
      what: `look into queue ${of.name}`,
      reads: true,
    });
    return (raw.messages ?? []).map((each) => ({
      id: each.id,
      body: each.body,
      attempts: each.attempts,
      sentAt: new Date(each.timestamp_ms),
      contentType:
        typeof each.metadata?.["CF-Content-Type"] === "string" ? each.metadata["CF-Content-Type"] : undefined,
      ref: each.ref,
    }));
  }

  async deletePeeked(of: Named, refs: readonly string[]): Promise<void> {
    await this.#api.call({
      method: "post",
      path: this.#root + path`/${of.id}/messages/purge`,
      body: { refs: refs.map((ref) => ({ ref })) },
      result: anything,
      what: `delete ${refs.length} messages of queue ${of.name}`,
      repeatable: true,
    });
  }

  /** Deletes every message, delayed ones too. There is no way back. */
  async purge(of: Named): Promise<void> {
    await this.#api.call({
      method: "post",
      path: this.#root + path`/${of.id}/purge`,
      body: { delete_messages_permanently: true },
      result: anything,
      what: `purge queue ${of.name}`,
      repeatable: true,
    });
  }

  /** Whether the last purge is known to be done. */
  async isPurged(of: Named): Promise<boolean> {
    const where = this.#root + path`/${of.id}/purge`;
    const what = `ask how far the purge of queue ${of.name} is`;
    return this.#api.call({ method: "get", path: where, result: purgeState, what });
  }

  async consumers(of: Named): Promise<QueueConsumer[]> {
    const where = this.#root + path`/${of.id}/consumers`;
    const what = `list the consumers of queue ${of.name}`;
    return this.#api.call({ method: "get", path: where, result: z.array(consumer), what });
  }

  async createConsumer(of: Named, settings: ConsumerSettings): Promise<QueueConsumer> {
    return this.#api.call({
      method: "post",
      path: this.#root + path`/${of.id}/consumers`,
      body: consumerBody(settings),
      result: consumer,
      what: `make ${settings.script} the consumer of queue ${of.name}`,
    });
  }

  async updateConsumer(of: Named, id: string, settings: ConsumerSettings): Promise<QueueConsumer> {
    return this.#api.call({
      method: "put",
      path: this.#root + path`/${of.id}/consumers/${id}`,
      body: consumerBody(settings),
      result: consumer,
      what: `change the consumer of queue ${of.name}`,
    });
  }

  async deleteConsumer(of: Named, id: string): Promise<void> {
    const where = this.#root + path`/${of.id}/consumers/${id}`;
    await this.#api.call({
      method: "delete",
      path: where,
      result: anything,
      what: `remove the consumer of queue ${of.name}`,
    });
  }
}

function settingsBody(settings: QueueSettings): Record<string, number | boolean> {
  return {
    ...(settings.deliveryPaused === undefined ? {} : { delivery_paused: settings.deliveryPaused }),
    ...(settings.deliveryDelaySeconds === undefined ? {} : { delivery_delay: settings.deliveryDelaySeconds }),
    ...(settings.retentionSeconds === undefined ? {} : { message_retention_period: settings.retentionSeconds }),
  };
}

function consumerBody(settings: ConsumerSettings): Omit<ConsumerCreateParams.MqWorkerConsumerRequest, "account_id"> {
  return {
    type: "worker",
    script_name: settings.script,
    ...(settings.deadLetterQueue === undefined ? {} : { dead_letter_queue: settings.deadLetterQueue }),
    settings: {
      batch_size: settings.batchSize,
      max_retries: settings.maxRetries,
      max_wait_time_ms: settings.maxWaitSeconds * 1_000,
      ...(settings.maxConcurrency === undefined ? {} : { max_concurrency: settings.maxConcurrency }),
      ...(settings.retryDelaySeconds === undefined ? {} : { retry_delay: settings.retryDelaySeconds }),
    },
  };
}
