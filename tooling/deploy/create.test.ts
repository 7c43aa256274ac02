import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { registry } from "#queues/registry";
import { testContext } from "../cli/testing/run-cli.ts";
import { openAccount, type Account } from "../cloudflare/index.ts";
import { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import { addVersion, deployVersion } from "../fakes/cloudflare/script-store.ts";
import { ensureBucket, ensureDatabase, ensureNamespace, ensureQueue } from "./create.ts";
import { ensureConsumer, ensureTriggers } from "./triggers.ts";
import { readWanted } from "./wanted.ts";

let fake: FakeCloudflare;
let account: Account;
const context = testContext();
beforeEach(async () => {
  fake = await FakeCloudflare.start();
  account = await openAccount(testContext({ env: fake.env }));
});
afterEach(() => fake.stop());

const BATCH = registry.records.batch.size;
const letters = { name: "records-dlq", retentionSeconds: 1_209_600 };

/** What there is of each kind, made by asking for it. */
const kinds = {
  queue: { path: "/queues", ensure: () => ensureQueue(context, account, letters), count: () => fake.state.queues.size },
  database: {
    path: "/d1/database",
    ensure: () => ensureDatabase(context, account, "hoox"),
    count: () => fake.state.databases.size,
  },
  namespace: {
    path: "/storage/kv/namespaces",
    ensure: () => ensureNamespace(context, account, "hoox-config"),
    count: () => fake.state.namespaces.size,
  },
  bucket: {
    path: "/r2/buckets",
    ensure: () => ensureBucket(context, account, "hoox-archive"),
    count: () => fake.state.buckets.size,
  },
};

describe.each(Object.entries(kinds))("a %s that is missing", (_, { path, ensure, count }) => {
  it("is made once, however often it is asked for", async () => {
    await ensure();
    await ensure();
    expect(count()).toBe(1);
  });

  it("is made once when the answer to making it is lost, though it was made", async () => {
    fake.fail({ method: "POST", path, drop: true, done: true });
    await ensure();
    expect(count()).toBe(1);
  });

  it("is made when the first try is answered with 500, 429 or half a document", async () => {
    fake.fail(
      { method: "POST", path, status: 500 },
      { method: "POST", path, status: 429, retryAfter: 1 },
      { method: "POST", path, garbage: "json" },
    );
    await ensure();
    expect(count()).toBe(1);
  });

  it("is not said to be there while Cloudflare goes on failing", async () => {
    fake.fail({ method: "POST", path, status: 500, times: 20 });
    await expect(ensure()).rejects.toThrow(/could not create .*: Cloudflare answered 500/);
    expect(count()).toBe(0);
  });
});

it("a queue is made once when nobody ever answers to the making of it", async () => {
  const impatient = await openAccount(testContext({ env: fake.env }), { timeoutMs: 1_000 });
  fake.fail({ method: "POST", path: "/queues", timeout: true, done: true });

  expect(await ensureQueue(context, impatient, letters)).toMatchObject({ name: letters.name });
  expect(fake.state.queues.size).toBe(1);
});

it("a queue that forgets too early gets its retention, and keeps what is in it", async () => {
  fake.state.addQueue(letters.name);
  await ensureQueue(context, account, letters);

  expect(fake.state.queueNamed(letters.name)?.settings.message_retention_period).toBe(letters.retentionSeconds);
  expect(fake.calls.filter((call) => /^(?:PUT|DELETE|POST) /.test(call))).toEqual([]);
});

describe("a consumer", () => {
  beforeEach(async () => {
    const { queues } = await readWanted();
    for (const queue of queues) await ensureQueue(context, account, queue);
    for (const worker of ["d1-worker", "trade-worker"]) deployed(worker);
  });
  const records = async () => {
    const found = (await readWanted()).queues.find(({ name }) => name === "records");
    if (found === undefined) throw new Error("the registry has no records");
    return found;
  };
  const consumers = async () => (await account.queues.byName("records"))?.consumers;

  it("is made with the registry's settings, and asked again nothing is done", async () => {
    const wanted = await records();
    expect(await ensureConsumer(account, wanted)).toEqual(["d1-worker consumes records"]);

    expect(await consumers()).toMatchObject([
      { script: "d1-worker", batchSize: BATCH, maxRetries: 8, deadLetterQueue: "records-dlq" },
    ]);
    expect(await ensureConsumer(account, wanted)).toEqual([]);
  });

  it("takes the place of another Worker's", async () => {
    const wanted = await records();
    await ensureConsumer(account, { ...wanted, consumer: { ...wanted.consumer, script: "trade-worker" } });

    expect(await ensureConsumer(account, wanted)).toEqual([
      "trade-worker takes no messages from records any more",
      "d1-worker consumes records",
    ]);
    expect(await consumers()).toMatchObject([{ script: "d1-worker" }]);
  });

  it("gets back the settings that somebody has changed, and says which", async () => {
    const wanted = await records();
    await ensureConsumer(account, { ...wanted, consumer: { ...wanted.consumer, maxRetries: 3, batchSize: 10 } });

    expect(await ensureConsumer(account, wanted)).toEqual([
      `records: batch size is 10, not ${BATCH}; mended`,
      "records: retries is 3, not 8; mended",
    ]);
    expect(await consumers()).toMatchObject([{ batchSize: BATCH, maxRetries: 8 }]);
  });

  it("is there when the answer to making it was lost", async () => {
    fake.fail({ method: "POST", path: "/consumers", drop: true, done: true });
    expect(await ensureConsumer(account, await records())).toEqual(["d1-worker consumes records"]);
    expect(await consumers()).toHaveLength(1);
  });

  it("is there when somebody else has made the same one a moment ago", async () => {
    fake.fail({
      method: "POST",
      path: "/consumers",
      status: 400,
      code: 11_004,
      message: "consumer_exists",
      done: true,
    });
    expect(await ensureConsumer(account, await records())).toEqual(["d1-worker consumes records"]);
  });

  it("is not said to be there when the account refuses it", async () => {
    fake.fail({ method: "POST", path: "/consumers", status: 400, code: 100_127, message: "invalid" });
    await expect(ensureConsumer(account, await records())).rejects.toThrow("could not make d1-worker the consumer");
  });

  it("comes with crons and address of its Worker", async () => {
    const { workers, queues } = await readWanted();
    const worker = workers.find(({ name }) => name === "d1-worker");
    if (worker === undefined) throw new Error("there is no d1-worker");
    const stored = fake.state.script("d1-worker");
    stored.subdomain = { enabled: true, previews_enabled: true };

    const done = await ensureTriggers(account, worker, queues);

    expect(stored.crons).toEqual(worker.crons);
    expect(stored.subdomain).toEqual({ enabled: false, previews_enabled: false });
    expect(done).toContain("d1-worker is kept off the public internet");
    expect(await ensureTriggers(account, worker, queues)).toEqual([]);
  });
});

function deployed(name: string): void {
  const at = fake.state.now();
  const script = {
    name,
    tag: name,
    createdOn: at,
    modifiedOn: at,
    versions: [],
    deployments: [],
    crons: [],
    subdomain: { enabled: false, previews_enabled: false },
    settings: {},
    migrationTag: undefined,
    classes: new Set<string>(),
  };
  fake.state.scripts.set(name, script);
  const modules = [{ name: "index.js", text: "export default { fetch() {}, queue() {} }" }];
  const version = addVersion(script, { bindings: [], modules, metadata: {}, annotations: {}, source: "test" }, at);
  deployVersion(script, [{ version_id: version.id, percentage: 100 }], at);
}
