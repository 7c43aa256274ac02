import { randomUUID } from "node:crypto";
import type { Database, Namespace } from "../../cloudflare/index.ts";
import { area } from "../area.ts";
import { refusalOf, withinAMinute, type World } from "../world.ts";

async function prepare({ account, prefix }: World): Promise<Database> {
  const database = await account.databases.create(prefix);
  await account.databases.query(database, "CREATE TABLE t (n INTEGER)", { reads: false });
  await account.databases.query(database, "INSERT INTO t VALUES (1)", { reads: false });
  return database;
}

const asked = (database: Database): string => `/d1/database/${database.id}/query`;

async function numbersIn({ account }: World, database: Database): Promise<string> {
  const rows = await account.databases.query(database, "SELECT n FROM t ORDER BY n", { reads: true });
  return rows.map((row) => String(row["n"])).join();
}

export const database = area({
  name: "D1",
  writes: true,
  prepare,
  probes: [
    {
      assumption: "a taken name of a database is refused",
      fake: "400 7502",
      ask: ({ call, prefix }) => refusalOf(call("post", "/d1/database", { name: prefix })),
    },
    {
      assumption: "a statement that fails is refused with 7500",
      fake: "400 7500",
      ask: ({ call }, at) => refusalOf(call("post", asked(at), { sql: "SELECT * FROM nowhere" })),
    },
    {
      assumption: "several statements in one call are one transaction",
      fake: "refused, n is 1",
      ask: async (world, at) => {
        const refused = await refusalOf(
          world.call("post", asked(at), { sql: "INSERT INTO t VALUES (2); INSERT INTO nowhere VALUES (3)" }),
        );
        return `${refused === "accepted" ? "accepted" : "refused"}, n is ${await numbersIn(world, at)}`;
      },
    },
    {
      assumption: "more than 100 parameters are refused",
      fake: "400 7500",
      ask: ({ call }, at) => {
        const params = Array.from({ length: 101 }, (_, index) => index);
        return refusalOf(call("post", asked(at), { sql: `SELECT ${params.map(() => "?").join("+")} AS n`, params }));
      },
    },
    {
      assumption: "a bookmark brings back what was",
      fake: "n is 1, then 1,9, then 1",
      ask: async (world, at) => {
        const { databases } = world.account;
        const before = await numbersIn(world, at);
        const bookmark = await databases.bookmark(at);
        await databases.query(at, "INSERT INTO t VALUES (9)", { reads: false });
        const changed = await numbersIn(world, at);
        await databases.restore(at, bookmark);
        return `n is ${before}, then ${changed}, then ${await numbersIn(world, at)}`;
      },
    },
  ],
});

async function prepareNamespace({ account, prefix }: World): Promise<Namespace> {
  return account.namespaces.create(prefix);
}

export const storage = area({
  name: "KV and R2",
  writes: true,
  prepare: prepareNamespace,
  probes: [
    {
      assumption: "a taken title of a namespace is refused",
      fake: "400 10014",
      ask: ({ call, prefix }) => refusalOf(call("post", "/storage/kv/namespaces", { title: prefix })),
    },
    {
      assumption: "a key that is not there is 404",
      fake: "404 10009",
      ask: ({ call }, { id }) => refusalOf(call("get", `/storage/kv/namespaces/${id}/values/${randomUUID()}`)),
    },
    {
      assumption: "a value that is written is read and listed",
      fake: "within a minute",
      ask: async (world, namespace) => {
        const { namespaces } = world.account;
        await namespaces.put(namespace, "smoke/a key", "true");
        return withinAMinute(world, async () => {
          const listed = await namespaces.keys(namespace, "smoke/");
          return listed.includes("smoke/a key") && (await namespaces.get(namespace, "smoke/a key")) === "true";
        });
      },
    },
    {
      assumption: "a taken name of a bucket is 409",
      fake: "409 10004",
      ask: async ({ account, call, prefix }) => {
        await account.buckets.create(prefix);
        return refusalOf(call("post", "/r2/buckets", { name: prefix }));
      },
    },
  ],
});
