import * as z from "zod";

export interface DeployedWorker {
  name: string;
  createdAt: string | undefined;
  modifiedAt: string | undefined;
  /** What it answers to: `fetch`, `queue`, `scheduled`. */
  handlers: string[];
  /** The last Durable Object migration that was applied. */
  migrationTag: string | undefined;
}

/** One binding as deployed. What it points to is in `target`, whatever the kind calls it. */
export interface Binding {
  name: string;
  /** `queue`, `d1`, `kv_namespace`, `r2_bucket`, `service`, `durable_object_namespace`, `plain_text`, `secret_text`, … */
  type: string;
  /** Queue or bucket or Worker by name, database or namespace by id; undefined for kinds that point nowhere. */
  target: string | undefined;
  /** Of a Durable Object. */
  className: string | undefined;
  /** Of `plain_text`. */
  text: string | undefined;
}

export interface WorkerSettings {
  bindings: Binding[];
}

export interface Version {
  id: string;
  number: number | undefined;
  createdAt: string | undefined;
  author: string | undefined;
  message: string | undefined;
}

export interface Deployment {
  id: string;
  createdAt: string | undefined;
  author: string | undefined;
  message: string | undefined;
  /** What made it, such as `secret` or `rollback`; undefined when Cloudflare does not say. */
  cause: string | undefined;
  /** Which versions take requests, and how many of a hundred. */
  versions: { id: string; percentage: number }[];
}

/** A Worker's own address below workers.dev. */
export interface WorkerSubdomain {
  enabled: boolean;
  previewsEnabled: boolean;
}

export const deployedWorker = z
  .object({
    id: z.string(),
    created_on: z.string().nullish(),
    modified_on: z.string().nullish(),
    handlers: z.array(z.string()).nullish(),
    migration_tag: z.string().nullish(),
  })
  .transform((raw): DeployedWorker => ({
    name: raw.id,
    createdAt: raw.created_on ?? undefined,
    modifiedAt: raw.modified_on ?? undefined,
    handlers: raw.handlers ?? [],
    migrationTag: raw.migration_tag || undefined,
  }));

const text = z.string().nullish();
const binding = z
  .object({
    name: z.string(),
    type: z.string(),
    queue_name: text,
    id: text,
    database_id: text,
    namespace_id: text,
    bucket_name: text,
    service: text,
    script_name: text,
    class_name: text,
    text,
  })
  .transform((raw): Binding => ({
    name: raw.name,
    type: raw.type,
    target: targetOf(raw) ?? undefined,
    className: raw.class_name ?? undefined,
    text: raw.text ?? undefined,
  }));

/** A namespace_id stands in Durable Objects and rate limits too, where it is not what a reader asks for. */
function targetOf(raw: Partial<Record<string, string | null>>): string | null | undefined {
  switch (raw["type"]) {
    case "queue":
      return raw["queue_name"];
    case "d1":
      return raw["id"] ?? raw["database_id"];
    case "kv_namespace":
    case "ratelimit":
      return raw["namespace_id"];
    case "r2_bucket":
      return raw["bucket_name"];
    case "service":
      return raw["service"];
    case "durable_object_namespace":
      return raw["script_name"];
    default:
      return undefined;
  }
}

export const workerSettings = z
  .object({
    bindings: z.array(binding).nullish(),
  })
  .transform((raw): WorkerSettings => ({ bindings: raw.bindings ?? [] }));

const annotations = z.record(z.string(), z.unknown()).nullish();
function noteOf(notes: z.infer<typeof annotations>, name: "message" | "triggered_by"): string | undefined {
  const note = notes?.[`workers/${name}`];
  return typeof note === "string" ? note : undefined;
}

const version = z
  .object({
    id: z.string(),
    number: z.number().nullish(),
    metadata: z.object({ created_on: text, author_email: text }).nullish(),
    annotations,
  })
  .transform((raw): Version => ({
    id: raw.id,
    number: raw.number ?? undefined,
    createdAt: raw.metadata?.created_on ?? undefined,
    author: raw.metadata?.author_email || undefined,
    message: noteOf(raw.annotations, "message"),
  }));

export const versionList = z.object({ items: z.array(version) }).transform(({ items }) => items);

export const deployment = z
  .object({
    id: z.string(),
    created_on: text,
    author_email: text,
    annotations,
    versions: z.array(z.object({ version_id: z.string(), percentage: z.number() })),
  })
  .transform((raw): Deployment => ({
    id: raw.id,
    createdAt: raw.created_on ?? undefined,
    author: raw.author_email || undefined,
    message: noteOf(raw.annotations, "message"),
    cause: noteOf(raw.annotations, "triggered_by"),
    versions: raw.versions.map((each) => ({ id: each.version_id, percentage: each.percentage })),
  }));

/** One version, as far as its bindings go. */
export const versionDetail = z
  .object({ resources: z.object({ bindings: z.array(binding).nullish() }) })
  .transform((raw): Binding[] => raw.resources.bindings ?? []);

export const deploymentList = z.object({ deployments: z.array(deployment) }).transform((raw) => raw.deployments);
export const scheduleList = z.object({ schedules: z.array(z.object({ cron: z.string() })) });
export const workerSubdomain = z
  .object({ enabled: z.boolean(), previews_enabled: z.boolean().nullish() })
  .transform((raw): WorkerSubdomain => ({ enabled: raw.enabled, previewsEnabled: raw.previews_enabled ?? false }));
