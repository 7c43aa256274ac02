import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { QueueConfig } from "../sync/queue-config.ts";

interface Config {
  name: string;
  compatibility_date: string;
  workers_dev?: boolean;
  preview_urls?: boolean;
  vars?: Record<string, string>;
  migrations?: { tag: string; new_sqlite_classes?: string[] }[];
  triggers?: { crons?: string[] };
  secrets?: { required?: string[] };
  queues: QueueConfig;
  d1_databases?: { binding: string; database_id: string; migrations_dir?: string }[];
  kv_namespaces?: { binding: string; id: string }[];
  r2_buckets?: { binding: string; bucket_name: string }[];
  services?: { binding: string; service: string }[];
  durable_objects?: { bindings: { name: string; class_name: string; script_name?: string }[] };
  ratelimits?: { name: string; namespace_id: string }[];
  version_metadata?: { binding: string };
}

type Run = (
  command: string,
  args: readonly string[],
  options: { env: Readonly<Record<string, string | undefined>> },
) => Promise<{ code: number; stdout: string; stderr: string }>;

/**
 * `wrangler deploy` and `wrangler d1 migrations apply` in a hundredth of their time: the same calls in the same order on
 * the account that the environment names, without bundling. The code that it uploads has every handler and class.
 */
export function fakeWrangler(onRun: (args: readonly string[]) => void = () => undefined): Run {
  return async (_, [, ...args], { env }) => {
    onRun(args);
    const api = apiOf(env);
    const config: Config = JSON.parse(await readFile(valueOf(args, "--config") ?? "", "utf8"));
    try {
      if (args[0] === "deploy") await deploy(api, config, args);
      else if (args.slice(0, 3).join(" ") === "d1 migrations apply") await migrate(api, config);
      else throw new Error(`nobody taught this wrangler ${args.join(" ")}`);
      return { code: 0, stdout: "", stderr: "" };
    } catch (error) {
      return { code: 1, stdout: "", stderr: `✘ [ERROR] ${error instanceof Error ? error.message : String(error)}` };
    }
  };
}

type Api = (method: string, path: string, body?: unknown) => Promise<unknown>;

function apiOf(env: Readonly<Record<string, string | undefined>>): Api {
  return async (method, path, body) => {
    const response = await fetch(`${env["CLOUDFLARE_API_BASE_URL"]}/accounts/${env["CLOUDFLARE_ACCOUNT_ID"]}${path}`, {
      method,
      headers: { authorization: `Bearer ${env["CLOUDFLARE_API_TOKEN"]}` },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    const answer: { success: boolean; result: unknown; errors: { message: string; code: number }[] } =
      await response.json();
    if (answer.success) return answer.result;
    const [error] = answer.errors;
    throw new Error(`A request to the Cloudflare API (${path}) failed. ${error?.message} [code: ${error?.code}]`);
  };
}

async function deploy(api: Api, config: Config, args: readonly string[]): Promise<void> {
  const secretsFile = valueOf(args, "--secrets-file");
  const script = `/workers/scripts/${config.name}`;
  const has = await namesOf(api, script);
  const given: Record<string, string> =
    secretsFile === undefined ? {} : JSON.parse(await readFile(secretsFile, "utf8"));
  const missing = (config.secrets?.required ?? []).filter((name) => !has?.includes(name) && !(name in given));
  if (missing.length > 0) throw new Error(`The following required secrets have not been set: ${missing.join(", ")}`);
  const metadata = {
    main_module: "index.js",
    compatibility_date: config.compatibility_date,
    annotations: { "workers/message": valueOf(args, "--message") },
    keep_bindings: ["secret_text", "secret_key"],
    bindings: [
      ...bindingsOf(config),
      ...Object.entries(given).map(([name, text]) => ({ name, type: "secret_text", text })),
    ],
    // Only what the account has not applied yet; these Workers have one each.
    ...(config.migrations && has === undefined
      ? { migrations: { new_tag: config.migrations.at(-1)?.tag, steps: config.migrations } }
      : {}),
  };
  const form = new FormData();
  form.set("metadata", JSON.stringify(metadata));
  const classes = (config.migrations ?? []).flatMap((each) => each.new_sqlite_classes ?? []);
  const code = `${classes.map((name) => `export class ${name} {}`).join("\n")}\nexport default { fetch() {}, queue() {}, scheduled() {} };`;
  form.set("index.js", new Blob([code], { type: "application/javascript+module" }), "index.js");
  await api("PUT", script, form);
  await api("POST", `${script}/subdomain`, {
    enabled: config.workers_dev ?? false,
    previews_enabled: config.preview_urls ?? false,
  });
  const crons = config.triggers?.crons ?? [];
  if (crons.length > 0)
    await api(
      "PUT",
      `${script}/schedules`,
      crons.map((cron) => ({ cron })),
    );
  for (const consumer of config.queues.consumers) await consume(api, config.name, consumer);
}

async function namesOf(api: Api, script: string): Promise<string[] | undefined> {
  try {
    // The fake account answers as Cloudflare does.
    return ((await api("GET", `${script}/secrets`)) as { name: string }[]).map(({ name }) => name);
  } catch {
    return undefined;
  }
}

async function consume(api: Api, script: string, of: Config["queues"]["consumers"][number]): Promise<void> {
  // The fake account answers as Cloudflare does.
  const found = (await api("GET", `/queues?name=${of.queue}`)) as {
    queue_id: string;
    consumers: { consumer_id: string; script?: string }[];
  }[];
  const [queue] = found;
  if (queue === undefined) throw new Error(`Queue "${of.queue}" does not exist.`);
  const own = queue.consumers.find((each) => each.script === script);
  const body = {
    type: "worker",
    script_name: script,
    dead_letter_queue: of.dead_letter_queue,
    settings: {
      batch_size: of.max_batch_size,
      max_retries: of.max_retries,
      max_wait_time_ms: of.max_batch_timeout * 1_000,
      max_concurrency: of.max_concurrency ?? null,
    },
  };
  const path = `/queues/${queue.queue_id}/consumers`;
  await (own === undefined ? api("POST", path, body) : api("PUT", `${path}/${own.consumer_id}`, body));
}

async function migrate(api: Api, config: Config): Promise<void> {
  const [database] = config.d1_databases ?? [];
  const folder = database?.migrations_dir ?? "";
  const query = (sql: string): Promise<unknown> => api("POST", `/d1/database/${database?.database_id}/query`, { sql });
  await query(
    `CREATE TABLE IF NOT EXISTS "d1_migrations"(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`,
  );
  // The fake account answers as Cloudflare does.
  const [answer] = (await query(`SELECT name FROM "d1_migrations" ORDER BY id`)) as { results: { name: string }[] }[];
  const applied = answer?.results.map(({ name }) => name) ?? [];
  for (const name of (await readdir(folder)).filter((each) => each.endsWith(".sql")).toSorted()) {
    if (applied.includes(name)) continue;
    await query(`${await readFile(join(folder, name), "utf8")}\n;INSERT INTO "d1_migrations"(name) values('${name}');`);
  }
}

function bindingsOf(config: Config): object[] {
  return [
    ...config.queues.producers.map((each) => ({ type: "queue", name: each.binding, queue_name: each.queue })),
    ...(config.d1_databases ?? []).map((each) => ({ type: "d1", name: each.binding, id: each.database_id })),
    ...(config.kv_namespaces ?? []).map((each) => ({
      type: "kv_namespace",
      name: each.binding,
      namespace_id: each.id,
    })),
    ...(config.r2_buckets ?? []).map((each) => ({
      type: "r2_bucket",
      name: each.binding,
      bucket_name: each.bucket_name,
    })),
    ...(config.services ?? []).map((each) => ({ type: "service", name: each.binding, service: each.service })),
    ...(config.durable_objects?.bindings ?? []).map((each) => ({ type: "durable_object_namespace", ...each })),
    ...(config.ratelimits ?? []).map((each) => ({ type: "ratelimit", ...each })),
    ...(config.version_metadata ? [{ type: "version_metadata", name: config.version_metadata.binding }] : []),
    ...Object.entries(config.vars ?? {}).map(([name, text]) => ({ type: "plain_text", name, text })),
  ];
}

function valueOf(args: readonly string[], flag: string): string | undefined {
  const at = args.indexOf(flag);
  return at === -1 ? undefined : args[at + 1];
}
