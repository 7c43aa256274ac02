import * as z from "zod";
import { worker, type Worker } from "#contracts/ids";
import { CliError } from "../cli/errors.ts";

const text = z.string();

/** What a wrangler.jsonc may say of an account. Other keys (how to bundle, limits, observability) are wrangler's alone. */
const schema = z.object({
  name: worker,
  workers_dev: z.boolean().default(false),
  preview_urls: z.boolean().default(false),
  d1_databases: z.array(z.object({ binding: text, database_name: text, migrations_dir: text.optional() })).default([]),
  kv_namespaces: z.array(z.object({ binding: text, id: text })).default([]),
  r2_buckets: z.array(z.object({ binding: text, bucket_name: text })).default([]),
  services: z.array(z.object({ binding: text, service: worker })).default([]),
  durable_objects: z
    .object({ bindings: z.array(z.object({ name: text, class_name: text, script_name: worker.optional() })) })
    .default({ bindings: [] }),
  ratelimits: z.array(z.object({ name: text, namespace_id: text })).default([]),
  version_metadata: z.object({ binding: text }).optional(),
  vars: z.record(text, text).default({}),
  migrations: z.array(z.object({ tag: text })).default([]),
  triggers: z.object({ crons: z.array(text).default([]) }).default({ crons: [] }),
  secrets: z.object({ required: z.array(text) }).default({ required: [] }),
  queues: z.object({
    producers: z.array(z.object({ binding: text, queue: text })).default([]),
    consumers: z
      .array(
        z.object({
          queue: text,
          max_batch_size: z.number(),
          max_batch_timeout: z.number(),
          max_retries: z.number(),
          max_concurrency: z.number().optional(),
          dead_letter_queue: text.optional(),
        }),
      )
      .default([]),
  }),
});

/** One wrangler.jsonc, as far as it speaks of the account. */
export type Deployable = z.infer<typeof schema>;

/** Throws a CliError that says which line of which file is not understood. */
export function deployable(of: Worker, config: unknown): Deployable {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new CliError(2, `services/${of}/wrangler.jsonc: ${issue?.path.join(".")}: ${issue?.message}`, {
    hint: "mend it; what belongs there is in README.md, How to add",
  });
}
