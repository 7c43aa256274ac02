import { entryProblem } from "#contracts/config-keys";
import type { ConfigEntry } from "#contracts/routes/config";
import { opsRoutes } from "#contracts/routes/ops";
import type { HooxContext } from "./context.ts";
import { CliError } from "./errors.ts";
import type { MeshClient } from "./mesh-client.ts";

/** The namespace CONFIG: as the mesh sees it, or the account's own. */
export interface ConfigStore {
  /** For people. */
  where: string;
  list(prefix: string): Promise<ConfigEntry[]>;
  /** Undefined deletes. Answers what there is to know. */
  put(key: string, value: string | undefined, reason: string): Promise<string>;
}

export const NAMESPACE = "hoox-config";
export const SLOW = "KV shows it elsewhere after 60 s or more";

/** What ops-worker reads and writes; a change leaves an audit row. */
export function meshStore(mesh: MeshClient): ConfigStore {
  return {
    where: `${mesh.target.name} (${mesh.target.url})`,
    async list(prefix) {
      const query = prefix === "" ? {} : { prefix };
      return (await mesh.call(opsRoutes.config, { query })).entries;
    },
    async put(key, value, reason) {
      const body = { key, reason, ...(value === undefined ? {} : { value }) };
      return (await mesh.call(opsRoutes.setConfig, { body })).note;
    },
  };
}

/** Past every Worker: for a mesh that does not answer. No audit row is left. */
export async function accountStore(context: HooxContext, target: string | undefined): Promise<ConfigStore> {
  const { sameAccountAs } = await import("../secrets/place.ts");
  const account = await sameAccountAs(context, target);
  const all = await account.namespaces.list();
  const found = all.find(({ title }) => title === NAMESPACE);
  if (found === undefined) {
    const hint = `it is made by: npx hoox deploy all; there are: ${all.map(({ title }) => title).join(", ") || "none"}`;
    throw new CliError(1, `the account has no KV namespace ${NAMESPACE}`, { hint });
  }
  return {
    where: `account ${account.name}, KV ${found.title}`,
    async list(prefix) {
      const keys = await account.namespaces.keys(found, prefix === "" ? undefined : prefix);
      const read = keys.map(async (key) => ({ key, value: await account.namespaces.get(found, key) }));
      return (await Promise.all(read)).flatMap(({ key, value }) => (value === undefined ? [] : [{ key, value }]));
    },
    async put(key, value) {
      const problem = value === undefined ? undefined : entryProblem({ key, value });
      if (problem !== undefined) throw new CliError(1, `${key}: ${problem}`);
      await (value === undefined ? account.namespaces.delete(found, key) : account.namespaces.put(found, key, value));
      return `${SLOW}; no audit row was left`;
    },
  };
}

/** What stands under one key; undefined when nothing does. */
export async function valueIn(store: ConfigStore, key: string): Promise<string | undefined> {
  return (await store.list(key)).find((each) => each.key === key)?.value;
}

const EVERY_MS = 5_000;

/** Asks the mesh until it sees the value; answers whether it came to that. */
export async function awaitValue(
  context: HooxContext,
  store: ConfigStore,
  of: { key: string; value: string | undefined; seconds: number },
): Promise<boolean> {
  for (let waited = 0; ; waited += EVERY_MS) {
    if ((await valueIn(store, of.key)) === of.value) return true;
    if (waited >= of.seconds * 1_000) return false;
    await context.sleep(EVERY_MS);
  }
}
