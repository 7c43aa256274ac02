import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deadLetterQueueOf, queueNames, registry } from "#queues/registry";
import type { StoredQueue } from "../fakes/cloudflare/state.ts";
import { Deployed } from "./doctor/deployed.ts";
import { snapshotOf } from "./doctor/snapshot.ts";

const every = [...queueNames, ...queueNames.map(deadLetterQueueOf)];

let account: Deployed;
let well: object;
beforeAll(async () => {
  account = await Deployed.start();
  well = snapshotOf(account.fake);
});
afterAll(() => account[Symbol.asyncDispose]());
beforeEach(() => void (account.mesh.queueChanges.length = 0));

function queueOf(name: string): StoredQueue {
  const queue = account.fake.state.queueNamed(name);
  if (queue === undefined) throw new Error(`no queue ${name}`);
  return queue;
}

function fill(name: string, count: number): void {
  const at = new Date(account.now().getTime() - 90_000);
  queueOf(name).messages = Array.from({ length: count }, (_, index) => ({
    id: String(index),
    body: '"ten bytes"',
    contentType: "json" as const,
    attempts: 0,
    at,
    ref: String(index),
  }));
}

describe("queues list --remote", () => {
  it("shows every queue of the registry with its consumer, its settings and what waits", async () => {
    fill("records", 3);
    const { exitCode, stdout } = await account.hoox("queues", "list", "--remote", "--json");
    const { queues } = JSON.parse(stdout) as { queues: { queue: string }[] };

    expect(exitCode).toBe(0);
    expect(queues.map(({ queue }) => queue)).toEqual(every);
    expect(queues.find(({ queue }) => queue === "records")).toEqual({
      queue: "records",
      consumer: registry.records.consumer,
      batchSize: registry.records.batch.size,
      maxWaitSeconds: registry.records.batch.waitSeconds,
      maxRetries: registry.records.retry.limit,
      deadLetterQueue: "records-dlq",
      retentionSeconds: 345_600,
      delivery: "on",
      backlogCount: 3,
      backlogBytes: 33,
      oldestMessageAt: new Date(account.now().getTime() - 90_000).toISOString(),
      differs: [],
      alerts: [
        { name: "records.backlog", of: "messages", ...registry.records.alert.backlog },
        { name: "records.age", of: "seconds", ...registry.records.alert.ageSeconds },
      ],
    });
    fill("records", 0);
  });

  it("says what is not as the registry wants it, and what makes it so", async () => {
    queueOf("notifications").settings.delivery_delay = 600;
    const ran = await account.hoox("queues", "list", "--remote");
    queueOf("notifications").settings.delivery_delay = 0;

    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/^notifications +telegram-worker .* delayed /m);
    expect(ran.stderr).toContain("notifications is not as the registry says: messages are delayed by 600 s");
    expect(ran.stderr).toContain("npx hoox queues apply --remote");
  });

  it("needs no mesh that answers, and says what it could not ask of it", async () => {
    const script = account.fake.state.scripts.get("ops-worker");
    account.fake.state.scripts.delete("ops-worker");
    const ran = await account.hoox("queues", "list", "--remote");
    if (script !== undefined) account.fake.state.scripts.set("ops-worker", script);

    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^records +d1-worker /m) });
    expect(ran.stderr).toContain("not asked: what KV sets of the monitor: ops-worker is not deployed");
  });

  it("says which token it needs, without one that is right", async () => {
    account.token = "wrong";
    const ran = await account.hoox("queues", "list", "--remote");
    account.token = undefined;

    expect(ran).toMatchObject({ exitCode: 3, stdout: "" });
    expect(ran.stderr).toContain("https://dash.cloudflare.com/profile/api-tokens");
  });
});

describe("what the account's mesh says", () => {
  it("is shown by queues depth --remote and measured by check queues --remote", async () => {
    fill("records", 12);
    const depth = await account.hoox("queues", "depth", "--remote");
    const check = await account.hoox("check", "queues", "--remote", "--nagios", "--warn", "10");
    fill("records", 0);

    expect(depth).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^records +12 /m) });
    expect(check).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/^QUEUES WARNING - records: 12 messages \(warning from 10\) \| /),
    });
  });
});

describe("queues pause and resume --remote", () => {
  it("say what comes of it, change the account and leave a row in the audit log", async () => {
    const paused = await account.hoox(
      "queues",
      "pause",
      "trade-signals",
      "--remote",
      "--yes",
      "--reason",
      "a bad venue",
    );

    expect(paused).toMatchObject({ exitCode: 0, stdout: "trade-signals: paused\n" });
    expect(paused.stderr).toMatch(/plan: pause trade-signals: .*entries expire/);
    expect(queueOf("trade-signals").settings.delivery_paused).toBe(true);
    expect((await account.hoox("queues", "list", "--remote")).stdout).toMatch(/^trade-signals .* paused /m);

    const resumed = await account.hoox("queues", "resume", "trade-signals", "--remote");
    expect(resumed).toMatchObject({ exitCode: 0, stdout: "trade-signals: resumed\n" });
    expect(snapshotOf(account.fake)).toEqual(well);
    expect(account.mesh.queueChanges).toEqual([
      { queue: "trade-signals", change: "pause", reason: "a bad venue" },
      { queue: "trade-signals", change: "resume", reason: "hoox queues resume" },
    ]);
  });

  it("change nothing twice, and nothing without a yes", async () => {
    const unasked = await account.hoox("queues", "pause", "records", "--remote");
    const resumed = await account.hoox("queues", "resume", "records", "--remote", "--json");

    expect(unasked).toMatchObject({ exitCode: 2, stdout: "" });
    expect(unasked.stderr).toContain("add --yes");
    expect(JSON.parse(resumed.stdout)).toEqual({
      queue: "records",
      place: "remote",
      result: "was not paused",
      problems: [],
    });
    expect(snapshotOf(account.fake)).toEqual(well);
    expect(account.mesh.queueChanges).toEqual([]);
  });

  it("pause also where the mesh cannot write it down, and say so", async () => {
    const script = account.fake.state.scripts.get("ops-worker");
    account.fake.state.scripts.delete("ops-worker");
    const ran = await account.hoox("queues", "pause", "records", "--remote", "--yes");
    if (script !== undefined) account.fake.state.scripts.set("ops-worker", script);

    expect(ran).toMatchObject({ exitCode: 0, stdout: "records: paused\n" });
    expect(ran.stderr).toContain("not in the audit log: ops-worker is not deployed");
    await account.hoox("queues", "resume", "records", "--remote");
    expect(snapshotOf(account.fake)).toEqual(well);
  });

  it("name the queue that was meant", async () => {
    const ran = await account.hoox("queues", "pause", "trade-signal", "--remote", "--yes");
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain("did you mean trade-signals?");
  });
});

describe("queues purge --remote", () => {
  it("shows what is lost, deletes it and leaves a row in the audit log", async () => {
    fill("notifications", 7);
    const planned = await account.hoox("queues", "purge", "notifications", "--remote", "--dry-run", "--json");
    expect(JSON.parse(planned.stdout)).toMatchObject({
      queue: "notifications",
      result: "planned",
      messages: 7,
      bytes: 77,
    });
    expect(queueOf("notifications").messages).toHaveLength(7);

    const refused = await account.hoox("queues", "purge", "notifications", "--remote");
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("about 7 (77 bytes, the oldest sent 1 min ago)");
    expect(refused.stderr).toContain("what the ledgers sent they send again until it is confirmed");
    expect(queueOf("notifications").messages).toHaveLength(7);

    const purged = await account.hoox("queues", "purge", "notifications", "--remote", "--yes", "--reason", "a flood");
    expect(purged).toMatchObject({ exitCode: 0, stdout: "notifications: purged\n" });
    expect(queueOf("notifications").messages).toEqual([]);
    expect(account.mesh.queueChanges).toEqual([{ queue: "notifications", change: "purge", reason: "a flood" }]);
  });

  it("says of a queue that is not there what makes it", async () => {
    const { state } = account.fake;
    const queue = queueOf("commands");
    state.queues.delete(queue.id);
    const ran = await account.hoox("queues", "purge", "commands", "--remote", "--yes");
    state.queues.set(queue.id, queue);

    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain("npx hoox queues apply --remote");
  });
});

describe("queues apply --remote", () => {
  it("does nothing where all is equal", async () => {
    const ran = await account.hoox("queues", "apply", "--remote", "--yes");
    expect(ran).toMatchObject({ exitCode: 0, stdout: "nothing to mend\n" });
    expect(snapshotOf(account.fake)).toEqual(well);
  });

  it("makes missing queues, mends consumers and settings, and leaves what somebody paused", async () => {
    const { state } = account.fake;
    state.queues.delete(queueOf("records-dlq").id);
    queueOf("system-logs").consumers = [];
    queueOf("notifications").settings.delivery_delay = 600;
    queueOf("trade-signals").settings.message_retention_period = 3_600;
    queueOf("commands").settings.delivery_paused = true;

    const planned = await account.hoox("queues", "apply", "--remote", "--dry-run", "--json");
    expect((JSON.parse(planned.stdout) as { plan: string[] }).plan.toSorted()).toEqual([
      "create queue records-dlq, consumed by d1-worker",
      "deliver notifications without delay",
      "let trade-signals keep messages for 4 days",
      "make d1-worker the only consumer of system-logs",
    ]);

    const applied = await account.hoox("queues", "apply", "--remote", "--yes");
    expect(applied.exitCode).toBe(0);
    expect(queueOf("commands").settings.delivery_paused).toBe(true);
    queueOf("commands").settings.delivery_paused = false;
    expect(snapshotOf(account.fake)).toEqual(well);
  });
});

describe("on this machine", () => {
  it.each([
    [["queues", "pause", "records", "--yes"], "it can hold trade-signals, notifications, commands; an account can"],
    [["queues", "apply"], "npx hoox queues apply --remote"],
    [["queues", "purge", "records", "--yes"], "npx hoox queues purge records --remote"],
  ])("%j says what to do instead", async (words, instead) => {
    const ran = await account.hoox(...words);
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(instead);
  });
});
