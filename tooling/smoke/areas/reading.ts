import { area } from "../area.ts";
import { refusalOf } from "../world.ts";

const NOBODY = "ffffffffffffffffffffffffffffffff";
const NOBODY_UUID = "ffffffff-ffff-4fff-bfff-ffffffffffff";
const HOUR_MS = 3_600_000;

/** What can be asked of any account without changing it. */
export const reading = area({
  name: "Reading",
  writes: false,
  prepare: async ({ prefix }) => ({ nowhere: `/workers/scripts/${prefix}-nowhere` }),
  probes: [
    {
      assumption: "the token tells its status",
      fake: "active",
      ask: async ({ account }) => (await account.token()).status,
    },
    {
      assumption: "a wrong token is 401",
      fake: "401 10000",
      ask: ({ callAsStranger }) => refusalOf(callAsStranger("/queues")),
    },
    {
      assumption: "a page behind the last is empty",
      fake: "empty",
      ask: async ({ call }) => {
        const found = await call("get", "/queues?page=1000&per_page=100");
        return Array.isArray(found) && found.length === 0 ? "empty" : JSON.stringify(found).slice(0, 80);
      },
    },
    {
      assumption: "secrets of a Worker that is not there are 404",
      fake: "404 10007",
      ask: ({ call }, { nowhere }) => refusalOf(call("get", `${nowhere}/secrets`)),
    },
    {
      assumption: "tails of a Worker that is not there are 404",
      fake: "404 10007",
      ask: ({ call }, { nowhere }) => refusalOf(call("post", `${nowhere}/tails`, { filters: [] })),
    },
    {
      assumption: "a queue that is not there is 404",
      fake: "404 11000",
      ask: ({ call }) => refusalOf(call("get", `/queues/${NOBODY}`)),
    },
    {
      assumption: "a database that is not there is 404",
      fake: "404 7404",
      ask: ({ call }) => refusalOf(call("get", `/d1/database/${NOBODY_UUID}`)),
    },
    {
      assumption: "a namespace that is not there is 404",
      fake: "404 10013",
      ask: ({ call }) => refusalOf(call("get", `/storage/kv/namespaces/${NOBODY}`)),
    },
    {
      assumption: "a bucket that is not there is 404",
      fake: "404 10006",
      ask: ({ call, prefix }) => refusalOf(call("get", `/r2/buckets/${prefix}-nowhere`)),
    },
    {
      assumption: "stored logs can be searched by our own fields",
      fake: "a list",
      ask: async ({ account, context }) => {
        const to = context.now();
        const from = new Date(to.getTime() - HOUR_MS);
        await account.telemetry.query({ from, to, where: { requestId: NOBODY_UUID }, limit: 1 });
        return "a list";
      },
    },
    {
      assumption: "the account tells its workers.dev name",
      fake: "a name",
      ask: async ({ account }) => ((await account.workers.accountSubdomain()) ? "a name" : "none"),
    },
  ],
});
