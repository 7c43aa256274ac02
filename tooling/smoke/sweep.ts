import type { World } from "./world.ts";

/** Begins the names of all runs. */
export const ALL_RUNS = "hoox-smoke-";

interface Thing {
  what: string;
  remove: () => Promise<unknown>;
}

/** Removes everything whose name begins so, whoever made it. Answers what is left. */
export async function sweep(world: World, prefix: string): Promise<string[]> {
  const left: string[] = [];
  // Workers first: they hold queues, and each other.
  for (const found of [workersOf, queuesOf, databasesOf, namespacesOf, bucketsOf]) {
    try {
      for (const { what, remove } of await found(world, prefix)) {
        await remove().catch((error: unknown) => left.push(`${what}: ${String(error)}`));
      }
    } catch (error) {
      left.push(String(error));
    }
  }
  return left;
}

async function workersOf({ account, call }: World, prefix: string): Promise<Thing[]> {
  const names = (await account.workers.list()).map(({ name }) => name).filter((name) => name.startsWith(prefix));
  return names.map((name) => ({
    what: `Worker ${name}`,
    remove: () => call("delete", `/workers/scripts/${name}?force=true`),
  }));
}

async function queuesOf({ account }: World, prefix: string): Promise<Thing[]> {
  const found = (await account.queues.list()).filter(({ name }) => name.startsWith(prefix));
  return found.map((queue) => ({
    what: `queue ${queue.name}`,
    remove: async () => {
      for (const { id } of queue.consumers) await account.queues.deleteConsumer(queue, id);
      await account.queues.delete(queue);
    },
  }));
}

async function databasesOf({ account }: World, prefix: string): Promise<Thing[]> {
  const found = (await account.databases.list()).filter(({ name }) => name.startsWith(prefix));
  return found.map((each) => ({ what: `database ${each.name}`, remove: () => account.databases.delete(each) }));
}

async function namespacesOf({ account, call }: World, prefix: string): Promise<Thing[]> {
  const found = (await account.namespaces.list()).filter(({ title }) => title.startsWith(prefix));
  return found.map(({ id, title }) => ({
    what: `namespace ${title}`,
    remove: () => call("delete", `/storage/kv/namespaces/${id}`),
  }));
}

async function bucketsOf({ account, call }: World, prefix: string): Promise<Thing[]> {
  const found = (await account.buckets.list()).filter(({ name }) => name.startsWith(prefix));
  return found.map(({ name }) => ({ what: `bucket ${name}`, remove: () => call("delete", `/r2/buckets/${name}`) }));
}
