import { deadLetterQueueOf, originOf, queueNames, retentionSeconds } from "#queues/registry";
import { workers, type Worker } from "#contracts/ids";
import type { Binding } from "../cloudflare/worker-shapes.ts";
import type { ConsumerSettings } from "../cloudflare/queue-shapes.ts";
import { declaredSecrets, type Declared } from "../secrets/declared.ts";
import { configOf } from "../sync/config.ts";
import { deployable, type Deployable } from "./config.ts";
import { deployOrder } from "./order.ts";

/** A binding in the account's own words, except that databases and namespaces go by name: their ids are the account's. */
export type WantedBinding = Binding;

export interface WantedWorker {
  name: Worker;
  /** Without secrets, which nobody can compare. */
  bindings: WantedBinding[];
  /** The Workers that must be there before it. */
  needs: Worker[];
  crons: string[];
  /** Names; some are optional (see {@link Wanted.secrets}). */
  secrets: string[];
  address: { enabled: boolean; previewsEnabled: boolean };
  /** The last Durable Object migration. */
  migrationTag: string | undefined;
}

export interface WantedQueue {
  name: string;
  retentionSeconds: number;
  consumer: ConsumerSettings;
}

/** What the registry and every wrangler.jsonc want of an account. */
export interface Wanted {
  /** In the order of deployment. */
  workers: WantedWorker[];
  /** Dead-letter queues first: others name them. */
  queues: WantedQueue[];
  databases: { name: string }[];
  /** KV, by title. */
  namespaces: { title: string }[];
  /** R2. */
  buckets: { name: string }[];
  secrets: Declared[];
}

/** Throws a CliError that names the cycle when no Worker can be first. */
export async function readWanted(): Promise<Wanted> {
  const configs = await Promise.all(workers.map(async (worker) => deployable(worker, await configOf(worker))));
  return wantedFrom(configs, await declaredSecrets());
}

export function wantedFrom(configs: readonly Deployable[], secrets: readonly Declared[]): Wanted {
  const all = configs.map(workerOf);
  const unique = (names: readonly string[]): string[] => [...new Set(names)];
  return {
    workers: deployOrder(all),
    queues: queuesOf(configs),
    databases: unique(configs.flatMap((each) => each.d1_databases.map((of) => of.database_name))).map((name) => ({
      name,
    })),
    namespaces: unique(configs.flatMap((each) => each.kv_namespaces.map((of) => of.id))).map((title) => ({ title })),
    buckets: unique(configs.flatMap((each) => each.r2_buckets.map((of) => of.bucket_name))).map((name) => ({ name })),
    secrets: [...secrets],
  };
}

function workerOf(config: Deployable): WantedWorker {
  const { name, services, durable_objects: objects } = config;
  const bound = [
    ...services.map((each) => each.service),
    ...objects.bindings.flatMap((each) => each.script_name ?? []),
  ];
  return {
    name,
    bindings: bindingsOf(config),
    needs: [...new Set(bound)].filter((each) => each !== name),
    crons: config.triggers.crons,
    secrets: config.secrets.required,
    address: { enabled: config.workers_dev, previewsEnabled: config.preview_urls },
    migrationTag: config.migrations.at(-1)?.tag,
  };
}

function bindingsOf(config: Deployable): WantedBinding[] {
  const binding = (type: string, name: string, more: Partial<Binding> = {}): WantedBinding => ({
    name,
    type,
    target: undefined,
    className: undefined,
    text: undefined,
    ...more,
  });
  return [
    ...config.queues.producers.map((each) => binding("queue", each.binding, { target: each.queue })),
    ...config.d1_databases.map((each) => binding("d1", each.binding, { target: each.database_name })),
    ...config.kv_namespaces.map((each) => binding("kv_namespace", each.binding, { target: each.id })),
    ...config.r2_buckets.map((each) => binding("r2_bucket", each.binding, { target: each.bucket_name })),
    ...config.services.map((each) => binding("service", each.binding, { target: each.service })),
    ...config.durable_objects.bindings.map((each) =>
      binding("durable_object_namespace", each.name, { target: each.script_name, className: each.class_name }),
    ),
    ...config.ratelimits.map((each) => binding("ratelimit", each.name, { target: each.namespace_id })),
    ...(config.version_metadata ? [binding("version_metadata", config.version_metadata.binding)] : []),
    ...Object.entries(config.vars).map(([name, text]) => binding("plain_text", name, { text })),
  ];
}

function queuesOf(configs: readonly Deployable[]): WantedQueue[] {
  const names = [...queueNames.map(deadLetterQueueOf), ...queueNames];
  const consumers = configs.flatMap((config) =>
    config.queues.consumers.map((each): [string, ConsumerSettings] => [
      each.queue,
      {
        script: config.name,
        batchSize: each.max_batch_size,
        maxWaitSeconds: each.max_batch_timeout,
        maxRetries: each.max_retries,
        ...(each.max_concurrency === undefined ? {} : { maxConcurrency: each.max_concurrency }),
        ...(each.dead_letter_queue === undefined ? {} : { deadLetterQueue: each.dead_letter_queue }),
      },
    ]),
  );
  const byQueue = new Map(consumers);
  return names.flatMap((name) => {
    const consumer = byQueue.get(name);
    return consumer === undefined ? [] : [{ name, retentionSeconds: retentionOf(name), consumer }];
  });
}

function retentionOf(name: string): number {
  return originOf(name) === undefined ? retentionSeconds.queue : retentionSeconds.deadLetterQueue;
}
