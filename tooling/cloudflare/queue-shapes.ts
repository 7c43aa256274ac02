import * as z from "zod";

/** Who takes messages from a queue; a queue has at most one. */
export interface QueueConsumer {
  id: string;
  type: "worker" | "http_pull";
  /** The Worker; undefined for a pull consumer. */
  script: string | undefined;
  deadLetterQueue: string | undefined;
  batchSize: number | undefined;
  maxRetries: number | undefined;
  maxWaitSeconds: number | undefined;
  /** Undefined: the platform decides. */
  maxConcurrency: number | undefined;
  retryDelaySeconds: number | undefined;
}

export interface Queue {
  id: string;
  name: string;
  createdAt: string | undefined;
  /** Names of Workers (and buckets) that may send. */
  producers: string[];
  consumers: QueueConsumer[];
  deliveryPaused: boolean;
  deliveryDelaySeconds: number;
  retentionSeconds: number | undefined;
}

export interface QueueSettings {
  deliveryPaused?: boolean;
  deliveryDelaySeconds?: number;
  retentionSeconds?: number;
}

export interface ConsumerSettings {
  script: string;
  deadLetterQueue?: string;
  batchSize: number;
  maxRetries: number;
  maxWaitSeconds: number;
  /** Undefined: the platform decides. */
  maxConcurrency?: number;
  retryDelaySeconds?: number;
}

export interface QueueMetrics {
  messages: number;
  bytes: number;
  oldest: Date | undefined;
}

export interface PeekedMessage {
  id: string;
  body: string;
  attempts: number;
  sentAt: Date;
  contentType: string | undefined;
  /** What `deletePeeked` takes. */
  ref: string;
}

export const consumer = z
  .object({
    consumer_id: z.string(),
    type: z.enum(["worker", "http_pull"]).catch("worker"),
    // The API answers with one or the other, its description knows only the second.
    script: z.string().nullish(),
    script_name: z.string().nullish(),
    service: z.string().nullish(),
    dead_letter_queue: z.string().nullish(),
    settings: z
      .object({
        batch_size: z.number().nullish(),
        max_retries: z.number().nullish(),
        max_wait_time_ms: z.number().nullish(),
        max_concurrency: z.number().nullish(),
        retry_delay: z.number().nullish(),
      })
      .nullish(),
  })
  .transform((raw): QueueConsumer => ({
    id: raw.consumer_id,
    type: raw.type,
    script: raw.script ?? raw.script_name ?? raw.service ?? undefined,
    deadLetterQueue: raw.dead_letter_queue || undefined,
    batchSize: raw.settings?.batch_size ?? undefined,
    maxRetries: raw.settings?.max_retries ?? undefined,
    maxWaitSeconds: raw.settings?.max_wait_time_ms == null ? undefined : raw.settings.max_wait_time_ms / 1_000,
    maxConcurrency: raw.settings?.max_concurrency ?? undefined,
    retryDelaySeconds: raw.settings?.retry_delay ?? undefined,
  }));

export const queue = z
  .object({
    queue_id: z.string(),
    queue_name: z.string(),
    created_on: z.string().nullish(),
    producers: z
      .array(
        z.object({ script: z.string().nullish(), service: z.string().nullish(), bucket_name: z.string().nullish() }),
      )
      .nullish(),
    consumers: z.array(consumer).nullish(),
    settings: z
      .object({
        delivery_delay: z.number().nullish(),
        delivery_paused: z.boolean().nullish(),
        message_retention_period: z.number().nullish(),
      })
      .nullish(),
  })
  .transform((raw): Queue => ({
    id: raw.queue_id,
    name: raw.queue_name,
    createdAt: raw.created_on ?? undefined,
    producers: (raw.producers ?? []).flatMap((each) => each.script ?? each.service ?? each.bucket_name ?? []),
    consumers: raw.consumers ?? [],
    deliveryPaused: raw.settings?.delivery_paused ?? false,
    deliveryDelaySeconds: raw.settings?.delivery_delay ?? 0,
    retentionSeconds: raw.settings?.message_retention_period ?? undefined,
  }));

export const metrics = z.object({
  backlog_count: z.number(),
  backlog_bytes: z.number(),
  oldest_message_timestamp_ms: z.number().nullish(),
});

/** The API's description calls it text. */
export const purgeState = z
  .object({ completed: z.union([z.boolean(), z.string()]).nullish() })
  .transform(({ completed }) => String(completed) === "true");

export const peeked = z.object({
  messages: z
    .array(
      z.object({
        id: z.string(),
        body: z.string(),
        attempts: z.number(),
        timestamp_ms: z.number(),
        metadata: z.record(z.string(), z.unknown()).nullish(),
        ref: z.string(),
      }),
    )
    .nullish(),
});
