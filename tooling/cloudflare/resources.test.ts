import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import { testContext } from "../cli/testing/run-cli.ts";
import { openAccount, type Account } from "./index.ts";

let fake: FakeCloudflare;
let account: Account;

beforeEach(async () => {
  fake = await FakeCloudflare.start();
  account = await openAccount(testContext({ env: fake.env }));
});
afterEach(() => fake.stop());

/** A Worker as an upload leaves it. */
async function upload(name: string, options: { bindings?: object[]; code?: string } = {}): Promise<void> {
  const { bindings = [], code = "export default { fetch() {}, queue() {} }" } = options;
  const form = new FormData();
  form.set("metadata", JSON.stringify({ main_module: "index.js", compatibility_date: "2026-11-01", bindings }));
  form.set("index.js", new File([code], "index.js", { type: "application/javascript+module" }));
  const where = `${fake.env["CLOUDFLARE_API_BASE_URL"]}/accounts/${fake.state.id}/workers/scripts/${name}`;
  const headers = { authorization: `Bearer ${fake.token}` };
  const response = await fetch(where, { method: "PUT", body: form, headers });
  if (!response.ok) throw new Error(await response.text());
}

describe("queues", () => {
  it("are created, changed, paused and resumed", async () => {
    const queue = await account.queues.create("records", { retentionSeconds: 1_209_600 });
    expect(queue).toMatchObject({ name: "records", retentionSeconds: 1_209_600, deliveryPaused: false, consumers: [] });

    expect((await account.queues.pause(queue)).deliveryPaused).toBe(true);
    expect((await account.queues.resume(queue)).deliveryPaused).toBe(false);
    expect((await account.queues.byName("records"))?.retentionSeconds).toBe(1_209_600);
  });

  it("refuse a second one of a name", async () => {
    await account.queues.create("records");

    await expect(account.queues.create("records")).rejects.toMatchObject({ status: 409, codes: [11_009] });
  });

  it("have one consumer, which must be a deployed Worker with a queue handler", async () => {
    const queue = await account.queues.create("records");
    const settings = {
      script: "d1-worker",
      batchSize: 100,
      maxRetries: 8,
      maxWaitSeconds: 1,
      deadLetterQueue: "records-dlq",
    };
    await expect(account.queues.createConsumer(queue, settings)).rejects.toMatchObject({ codes: [10_007] });

    await upload("d1-worker", { code: "export default { fetch() {} }" });
    await expect(account.queues.createConsumer(queue, settings)).rejects.toMatchObject({ codes: [11_001] });

    await upload("d1-worker");
    const consumer = await account.queues.createConsumer(queue, settings);
    expect(consumer).toMatchObject({ ...settings, type: "worker" });
    await expect(account.queues.createConsumer(queue, settings)).rejects.toMatchObject({ codes: [11_004] });

    await account.queues.updateConsumer(queue, consumer.id, { ...settings, maxRetries: 3 });
    expect((await account.queues.consumers(queue)).map(({ maxRetries }) => maxRetries)).toEqual([3]);
    await account.queues.deleteConsumer(queue, consumer.id);
    expect(await account.queues.consumers(queue)).toEqual([]);
  });

  it("are measured and looked into without taking anything", async () => {
    const queue = await account.queues.create("records-dlq");
    const text = '{"a":1}';
    const message = { id: "m1", body: text, contentType: "text", attempts: 0, at: new Date(1_000), ref: "r1" } as const;
    fake.state.queueNamed("records-dlq")?.messages.push(message);

    expect(await account.queues.metrics(queue)).toEqual({ messages: 1, bytes: 7, oldest: new Date(1_000) });
    const [seen] = await account.queues.peek(queue);
    expect(seen).toMatchObject({ id: "m1", body: text, attempts: 0, contentType: "text", sentAt: new Date(1_000) });
    await account.queues.deletePeeked(queue, [seen?.ref ?? ""]);
    expect((await account.queues.metrics(queue)).messages).toBe(0);
  });
});

describe("Workers", () => {
  it("that are not deployed answer undefined", async () => {
    const { workers, secrets } = account;

    expect(await workers.settings("hoox")).toBeUndefined();
    expect(await workers.deployments("hoox")).toBeUndefined();
    expect(await workers.crons("hoox")).toBeUndefined();
    expect(await workers.subdomain("hoox")).toBeUndefined();
    expect(await secrets.names("hoox")).toBeUndefined();
  });

  it("show what their bindings point to", async () => {
    await account.queues.create("records");
    const namespace = await account.namespaces.create("hoox-config");
    await upload("hoox", {
      bindings: [
        { name: "RECORDS_QUEUE", type: "queue", queue_name: "records" },
        { name: "CONFIG", type: "kv_namespace", namespace_id: namespace.id },
        { name: "DEFAULT_VENUE", type: "plain_text", text: "paper" },
      ],
    });

    expect((await account.workers.settings("hoox"))?.bindings).toEqual([
      expect.objectContaining({ name: "RECORDS_QUEUE", type: "queue", target: "records" }),
      expect.objectContaining({ name: "CONFIG", type: "kv_namespace", target: namespace.id }),
      expect.objectContaining({ name: "DEFAULT_VENUE", type: "plain_text", text: "paper" }),
    ]);
    expect((await account.queues.byName("records"))?.producers).toEqual(["hoox"]);
  });

  it("tell all of their versions and deployments, however many pages those are", async () => {
    await upload("hoox");
    for (let at = 1; at < 120; at += 1) await account.secrets.put("hoox", "OPERATOR_KEY_BINDING", `value ${at}`);
    const versions = (await account.workers.versions("hoox")) ?? [];
    const deployments = (await account.workers.deployments("hoox")) ?? [];

    expect(versions.map(({ number }) => number)).toEqual(Array.from({ length: 120 }, (_, index) => 120 - index));
    expect(deployments.map((each) => each.versions[0]?.id)).toEqual(versions.map(({ id }) => id));
  });

  it("go back to an older version", async () => {
    await upload("hoox");
    await upload("hoox");
    const [, older] = (await account.workers.versions("hoox")) ?? [];
    await account.workers.deployVersion("hoox", older?.id ?? "", { message: "rollback" });

    const [now] = (await account.workers.deployments("hoox")) ?? [];
    expect(now).toMatchObject({ message: "rollback", versions: [{ id: older?.id, percentage: 100 }] });
  });

  it("go back past a changed secret only when they are made to", async () => {
    await upload("hoox");
    const [older] = (await account.workers.versions("hoox")) ?? [];
    await account.secrets.put("hoox", "OPERATOR_KEY_BINDING", "a-very-secret-value");
    const goBack = (force: boolean) =>
      account.workers.deployVersion("hoox", older?.id ?? "", { message: "back", force });

    await expect(goBack(false)).rejects.toMatchObject({
      codes: [10_220],
      message: expect.stringContaining("The following secrets have changed: OPERATOR_KEY_BINDING"),
    });
    expect((await goBack(true)).versions).toEqual([{ id: older?.id, percentage: 100 }]);
  });

  it("have crons and an address of their own", async () => {
    await upload("hoox");
    await account.workers.setCrons("hoox", ["* * * * *"]);
    await account.workers.setSubdomain("hoox", { enabled: true, previewsEnabled: false });

    expect(await account.workers.crons("hoox")).toEqual(["* * * * *"]);
    expect(await account.workers.subdomain("hoox")).toEqual({ enabled: true, previewsEnabled: false });
    expect(await account.workers.accountSubdomain()).toBe("trader");
  });

  it("answer at that address only while it is switched on", async () => {
    await upload("hoox");
    fake.workersDev.serve("hoox", async (request) => Response.json({ path: new URL(request.url).pathname }));
    const health = (): Promise<Response> => fake.workersDev.fetch("https://hoox.trader.workers.dev/health");
    expect((await health()).status).toBe(404);

    await account.workers.setSubdomain("hoox", { enabled: true, previewsEnabled: false });
    expect(await (await health()).json()).toEqual({ path: "/health" });
  });
});

describe("secrets", () => {
  it("are written, never read, and each write is a version", async () => {
    await upload("hoox");
    await account.secrets.put("hoox", "OPERATOR_KEY_BINDING", "a-very-secret-value");
    await account.secrets.putAll("hoox", { INTERNAL_KEY_BINDING: "another-secret", OPERATOR_KEY_BINDING: null });

    expect(await account.secrets.names("hoox")).toEqual(["INTERNAL_KEY_BINDING"]);
    expect(fake.secret("hoox", "INTERNAL_KEY_BINDING")).toBe("another-secret");
    expect(await account.workers.versions("hoox")).toHaveLength(3);
    expect(JSON.stringify(await account.workers.settings("hoox"))).not.toContain("another-secret");
  });

  it("are not told by an error", async () => {
    const failed = account.secrets.put("hoox", "OPERATOR_KEY_BINDING", "a-very-secret-value");

    await expect(failed).rejects.toMatchObject({ status: 404, codes: [10_007] });
    const said = await failed.catch((error: Error) => `${error.message}${error.stack}`);
    expect(said).not.toContain("a-very-secret-value");
  });
});

describe("the database", () => {
  it("is a real one, and several statements are one", async () => {
    const database = await account.databases.create("hoox");
    await account.databases.query(database, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (2);");
    const broken = account.databases.query(database, "INSERT INTO t VALUES (3); INSERT INTO nowhere VALUES (1);");
    await expect(broken).rejects.toMatchObject({ message: expect.stringContaining("no such table: nowhere") });

    expect(await account.databases.query(database, "SELECT n FROM t", { reads: true })).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it("goes back to a bookmark", async () => {
    const database = await account.databases.create("hoox");
    await account.databases.query(database, "CREATE TABLE t (n INTEGER)");
    const before = await account.databases.bookmark(database);
    await account.databases.query(database, "DROP TABLE t");
    await account.databases.restore(database, before);

    expect(await account.databases.query(database, "SELECT n FROM t", { reads: true })).toEqual([]);
  });

  it("is exported as long as somebody asks", async () => {
    const database = await account.databases.create("hoox");
    await account.databases.query(database, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (7);");
    const first = await account.databases.export(database);
    expect(first.done).toBe(false);
    const second = await account.databases.export(database, "bookmark" in first ? { bookmark: first.bookmark } : {});

    const sql = second.done ? await (await fetch(second.url)).text() : "";
    expect(sql).toContain('INSERT INTO "t" VALUES(7);');
  });
});

it("KV keeps what is written, and lists it", async () => {
  const namespace = await account.namespaces.create("hoox-config");
  await account.namespaces.put(namespace, "trade:kill_switch", "true");
  await account.namespaces.put(namespace, "strategy:scalper", "{}");

  expect(await account.namespaces.get(namespace, "trade:kill_switch")).toBe("true");
  expect(await account.namespaces.get(namespace, "nothing")).toBeUndefined();
  expect(await account.namespaces.keys(namespace, "strategy:")).toEqual(["strategy:scalper"]);
  await account.namespaces.delete(namespace, "strategy:scalper");
  expect(await account.namespaces.keys(namespace)).toEqual(["trade:kill_switch"]);
});

it("R2 has buckets, one of a name", async () => {
  await account.buckets.create("hoox-archive");

  expect((await account.buckets.list()).map(({ name }) => name)).toEqual(["hoox-archive"]);
  await expect(account.buckets.create("hoox-archive")).rejects.toMatchObject({ codes: [10_004] });
});

it("a tail tells what its Worker does", async () => {
  await upload("hoox");
  const tail = await account.tails.create("hoox");
  const socket = new WebSocket(tail.url, "trace-v1");
  const heard = new Promise<string>((done) => socket.addEventListener("message", ({ data }) => done(String(data))));
  await new Promise((done) => socket.addEventListener("open", done));
  const event = { outcome: "ok", scriptName: "hoox", exceptions: [], logs: [], eventTimestamp: 1, event: null };

  expect(fake.tails.emit(event)).toBe(1);
  expect(JSON.parse(await heard)).toEqual(event);
  await account.tails.delete("hoox", tail.id);
  expect(fake.tails.watching("hoox")).toBe(0);
});

it("stored logs are found by our own fields", async () => {
  const at = new Date("2026-11-23T12:00:00.000Z");
  for (const requestId of ["one", "two"]) {
    const line = { worker: "hoox", level: "info", message: `about ${requestId}`, source: { requestId } };
    fake.state.events.push({ timestamp: at.getTime(), ...line });
  }
  const found = await account.telemetry.query({ from: new Date(0), to: new Date(), where: { requestId: "two" } });

  expect(found).toEqual([{ at, worker: "hoox", level: "info", message: "about two", source: { requestId: "two" } }]);
});
