import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { Worker } from "#contracts/ids";
import type { Account } from "../cloudflare/index.ts";
import { CliError } from "../cli/errors.ts";
import { writePrivate } from "../cli/private-file.ts";
import { besideConfigOf, configOf } from "../sync/config.ts";
import { deployable } from "./config.ts";
import { DEPLOYED_FROM } from "./drift.ts";

const PREFIX = "hoox-deploy-";

export interface Generated {
  /** For `wrangler --config`. */
  configPath: string;
  /** Where wrangler may write what it did. */
  logs: string;
}

/**
 * A Worker's wrangler.jsonc as this account needs it, in a folder that is gone afterwards: the account's own ids of
 * database and namespace, what it was made from, and only those secrets required that the Worker is to have.
 */
export async function withGenerated<T>(
  account: Account,
  of: { worker: Worker; from?: string; secrets?: readonly string[] },
  use: (generated: Generated) => Promise<T>,
): Promise<T> {
  const { worker, from } = of;
  const config = await configOf(worker);
  const { d1_databases: databases, kv_namespaces: namespaces, vars } = deployable(worker, config);
  const [allDatabases, allNamespaces] = await Promise.all([
    databases.length > 0 ? account.databases.list() : [],
    namespaces.length > 0 ? account.namespaces.list() : [],
  ]);
  const generated = {
    ...config,
    main: besideConfigOf(worker, config["main"]),
    ...(databases.length > 0 && {
      d1_databases: databases.map(({ migrations_dir: migrations, ...each }) => ({
        ...each,
        database_id: needed(allDatabases, "database", ({ name }) => name === each.database_name).id,
        ...(migrations === undefined ? {} : { migrations_dir: besideConfigOf(worker, migrations) }),
      })),
    }),
    ...(namespaces.length > 0 && {
      kv_namespaces: namespaces.map((each) => ({
        ...each,
        id: needed(allNamespaces, "KV namespace", ({ title }) => title === each.id).id,
      })),
    }),
    vars: { ...vars, ...(from === undefined ? {} : { [DEPLOYED_FROM]: from }) },
    secrets: { required: of.secrets ?? [] },
  };
  await removeForgotten();
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  try {
    const configPath = join(folder, "wrangler.json");
    await writePrivate(configPath, JSON.stringify(generated));
    return await use({ configPath, logs: join(folder, "logs") });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whoever was killed has left a folder, maybe with secrets in it. One of the last hour may be in use. */
async function removeForgotten(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  for (const folder of names.map((name) => join(tmpdir(), name))) {
    const { uid, mtimeMs } = (await lstat(folder).catch(() => undefined)) ?? {};
    const isForgotten = mtimeMs !== undefined && mtimeMs < Date.now() - 3_600_000;
    if (isForgotten && uid === userInfo().uid) await rm(folder, { recursive: true, force: true });
  }
}

function needed<T>(all: readonly T[], what: string, is: (of: T) => boolean): T {
  const found = all.find(is);
  if (found !== undefined) return found;
  throw new CliError(1, `the account lacks a ${what} that this Worker is bound to`, {
    hint: "make it with: npx hoox deploy all --auto",
  });
}
