import { existsSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { workers } from "#contracts/ids";
import { deadLetterQueueOf, queueNames, registry } from "#queues/registry";
import { CliError } from "../cli/errors.ts";
import { readProfiles } from "../cli/profiles.ts";
import { runCli } from "../cli/testing/run-cli.ts";
import type { Fault } from "../fakes/cloudflare/faults.ts";
import type { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import { changeKept, readKept, type Kept } from "../secrets/kept.ts";
import { wordsOf } from "./steps/index.ts";
import { accountWithMesh } from "./testing/deployed-mesh.ts";
import { deployerOn, type Deployer } from "./testing/deployer.ts";

let fake: FakeCloudflare;
let ill: Map<string, string>;
let terminal: Deployer;
async function empty(): Promise<void> {
  ({ fake, ill } = await accountWithMesh());
  terminal = deployerOn(fake);
}

/** What is left to do, in words. */
async function left(...args: Parameters<Deployer["plan"]>): Promise<string[]> {
  return (await terminal.plan(...args)).steps.map((step) => wordsOf(step)).map(({ what, why }) => `${what}: ${why}`);
}

class Killed extends Error {}

describe("an empty account", () => {
  beforeEach(empty);
  afterEach(() => fake.stop());

  it("gets everything, and the next run has nothing to do", async () => {
    expect((await terminal.deploy()).failure).toBeUndefined();

    expect([...fake.state.scripts.keys()].toSorted()).toEqual(workers.toSorted());
    for (const queue of queueNames) {
      expect(fake.state.queueNamed(queue)?.consumers.map(({ script }) => script)).toEqual([registry[queue].consumer]);
      expect(fake.state.queueNamed(deadLetterQueueOf(queue))?.consumers).toHaveLength(1);
    }
    expect(await left()).toEqual([]);
  });

  it("gets it whatever step it is killed behind: here it dies behind every single one", async () => {
    const done: string[] = [];
    for (;;) {
      const prepared = await terminal.plan();
      const [first] = prepared.steps;
      if (first === undefined) break;
      done.push(wordsOf(first).what);
      const before = (_: unknown, position: number): void => {
        if (position === 1) throw new Killed();
      };
      await terminal.deploy({ prepared, before }).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
    }
    expect(new Set(done).size).toBe(done.length);
    expect(done.filter((what) => what.startsWith("deploy "))).toHaveLength(workers.length);
    expect(new Set(workers.map((worker) => fake.secret(worker, "INTERNAL_KEY_BINDING"))).size).toBe(1);
  });

  it("gets its keys made up, kept and noted for this machine, and in no word that anybody sees", async () => {
    const executed = await terminal.deploy();

    const { values } = await readKept(terminal.context, fake.state.id);
    const profile = (await readProfiles(terminal.context)).profiles["production"];
    expect(profile).toEqual({
      url: fake.workersDev.urlOf("hoox"),
      operatorKey: fake.secret("ops-worker", "OPERATOR_KEY_BINDING"),
      webhookKey: fake.secret("hoox", "WEBHOOK_API_KEY_BINDING"),
    });
    const seen = JSON.stringify([executed, terminal.argv]);
    for (const value of Object.values(values)) expect(seen).not.toContain(value);
    expect(Object.keys(values)).toHaveLength(4);
    expect(terminal.secretModes).toEqual(workers.map(() => 0o600));
    const paths = terminal.argv.filter((_, index, all) => /^--(?:config|secrets-file)$/.test(all[index - 1] ?? ""));
    expect(paths.length).toBeGreaterThan(workers.length);
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
  });

  it("gets the operator's own key when there is one", async () => {
    terminal = deployerOn(fake, { HOOX_OPERATOR_KEY: "the-operators-own-key" });
    await terminal.deploy();

    expect(fake.secret("hoox", "OPERATOR_KEY_BINDING")).toBe("the-operators-own-key");
  });
});

/** Each of these leaves it as it was. */
describe("an account that has everything", () => {
  beforeAll(empty);
  beforeEach(async () => {
    const { failure } = await terminal.deploy();
    if (failure !== undefined) throw new Error(failure.message);
  });
  afterAll(() => fake.stop());

  it("gets only the Worker anew whose source has changed", async () => {
    terminal.prints.set("trade-worker", "made-of-something-else");

    expect((await left())[0]).toBe("deploy trade-worker: its source or its configuration has changed");
    expect((await left()).filter((what) => what.startsWith("deploy "))).toHaveLength(1);
    await terminal.deploy();
    expect(await left()).toEqual([]);
  });

  it("gets a Worker anew that is asked for, and nothing else", async () => {
    const steps = await left({ chosen: ["d1-worker"], force: true });

    expect(steps.map((each) => each.split(":")[0])).toEqual([
      "deploy d1-worker",
      "queues, crons and address of d1-worker",
      "health of d1-worker",
      "health of the whole mesh",
    ]);
  });

  it.each([
    ["a binding that is gone", "binding DB is missing", () => unbind("d1-worker", "DB")],
    [
      "a variable that somebody has changed",
      "variable TRADING_MODE has another value than in wrangler.jsonc",
      () => Object.assign(bindingOf("trade-worker", "TRADING_MODE"), { text: "live" }),
    ],
    [
      "a binding to another queue",
      "binding RECORDS_QUEUE does not point to records",
      () => Object.assign(bindingOf("hoox", "RECORDS_QUEUE"), { queue_name: "commands" }),
    ],
    [
      "a version whose making nobody knows",
      "nobody knows what it was made from",
      () => unbind("ops-worker", "DEPLOYED_FROM"),
    ],
  ])("has %s mended by a deployment", async (_, why, plant) => {
    plant();
    expect((await left())[0]).toContain(why);
    await terminal.deploy();
    expect(await left()).toEqual([]);
  });

  it.each([
    ["a cron", "ops-worker", "crons are none", () => (fake.state.script("ops-worker").crons = [])],
    [
      "a consumer",
      "d1-worker",
      "records has no consumer",
      () => Object.assign(fake.state.queueNamed("records") ?? {}, { consumers: [] }),
    ],
    [
      "the retries of a consumer",
      "telegram-worker",
      "notifications: retries is 1, not 8",
      () => Object.assign(fake.state.queueNamed("notifications")?.consumers[0]?.settings ?? {}, { max_retries: 1 }),
    ],
    [
      "the privacy of a Worker",
      "ledger-worker",
      "it has a public address",
      () => Object.assign(fake.state.script("ledger-worker").subdomain, { enabled: true }),
    ],
  ])("gets back %s without another version of the Worker", async (_, worker, why, plant) => {
    const versions = fake.state.script(worker).versions.length;
    plant();
    expect((await left())[0]).toBe(`queues, crons and address of ${worker}: ${why}`);
    await terminal.deploy();
    expect(await left()).toEqual([]);
    expect(fake.state.script(worker).versions).toHaveLength(versions);
  });

  it("frees a queue from another Worker before its own consumer is deployed", async () => {
    Object.assign(fake.state.queueNamed("records")?.consumers[0] ?? {}, { script: "somebody-elses" });
    terminal.prints.set("d1-worker", "changed");

    expect((await left())[0]).toBe("free queue records: somebody-elses takes its messages");
    expect((await terminal.deploy()).failure).toBeUndefined();
    expect(await left()).toEqual([]);
  });

  it("gets a missing secret's kept value, the same as everybody has", async () => {
    unbind("telegram-worker", "INTERNAL_KEY_BINDING");
    expect((await left())[0]).toBe("secrets of telegram-worker: lacks INTERNAL_KEY_BINDING");
    await terminal.deploy();

    expect(fake.secret("telegram-worker", "INTERNAL_KEY_BINDING")).toBe(
      fake.secret("ledger-worker", "INTERNAL_KEY_BINDING"),
    );
  });

  it("is not deployed to from a machine that cannot know the key which the others have", async () => {
    unbind("telegram-worker", "INTERNAL_KEY_BINDING");

    await expect(deployerOn(fake).plan()).rejects.toThrow(
      /^telegram-worker lacks INTERNAL_KEY_BINDING, and nobody can read the value that ledger-worker, d1-worker/,
    );
  });

  it("gets a Worker back from another machine, with the command that gives all of them the same key", async () => {
    fake.state.scripts.delete("ledger-worker");
    const other = deployerOn(fake, { HOOX_OPERATOR_KEY: fake.secret("hoox", "OPERATOR_KEY_BINDING") ?? "" });
    const { root, env, fetch, run } = other.context;
    const refused = await runCli(["deploy", "all", "--auto"], { root, env, fetch, run });
    const [, command = ""] = /then deploy again: npx hoox (.*)/.exec(refused.stdout) ?? [];

    expect(refused.exitCode).toBe(1);
    expect(command).toBe("secrets set INTERNAL_KEY_BINDING --generate --remote");
    await runCli(command.split(" "), { root, env, fetch, run });
    expect((await other.deploy()).failure).toBeUndefined();
    expect(new Set(workers.map((worker) => fake.secret(worker, "INTERNAL_KEY_BINDING"))).size).toBe(1);
  });

  it("is not deployed to while the missing key is being rotated", async () => {
    unbind("hoox", "OPERATOR_KEY_BINDING");
    const rotating = (rotations: Kept["rotations"]): Promise<void> =>
      changeKept(terminal.context, fake.state.id, (kept) => ({ ...kept, rotations }));
    await rotating({ OPERATOR_KEY_BINDING: { old: "the-old-one", next: "the-next-one" } });

    await expect(terminal.plan()).rejects.toThrow("hoox lacks OPERATOR_KEY_BINDING, which is being rotated");
    await rotating({});
  });

  it("stops at a Worker that is not well, and says how to go back", async () => {
    ill.set("d1-worker", "no such table: orders");
    terminal.prints.set("d1-worker", "made-of-a-bad-source");
    terminal.prints.set("hoox", "changed");
    const { failure, steps } = await terminal.deploy();

    expect(failure).toMatchObject({
      exitCode: 1,
      message: "d1-worker is deployed and not well: database: no such table: orders",
      hint: expect.stringContaining("npx hoox deploy rollback d1-worker"),
    });
    expect(steps.find(({ what }) => what === "deploy hoox")?.status).toBe("not reached");
    ill.clear();
  });
});

describe("a deployment that meets a failing account", () => {
  beforeEach(empty);
  afterEach(() => fake.stop());

  it("says that a Worker was uploaded when wrangler failed behind that, and the next run does the rest", async () => {
    fake.fail({ method: "POST", path: "/consumers", status: 500 });
    const { failure } = await terminal.deploy();

    expect(failure?.message).toMatch(/^d1-worker was uploaded and takes the requests, yet wrangler did not end well/);
    expect((await left())[0]).toMatch(/^queues, crons and address of d1-worker: .*no consumer/);
    expect((await terminal.deploy()).failure).toBeUndefined();
    expect(await left()).toEqual([]);
  });

  it("tells which migrations ran when one fails, and goes on with that one", async () => {
    const files = (await terminal.plan()).steps.find((step) => step.kind === "migrations");
    const [first = "", second = ""] = files?.kind === "migrations" ? files.pending : [];
    // CREATE TABLE, the list, then a call per file; looking what is pending comes before all of them.
    fake.fail({ method: "POST", path: /\/d1\/database\/.*\/query/, after: 4, status: 500 });
    const { failure } = await terminal.deploy();

    expect(failure?.message).toContain(`migrations of hoox failed, ${first} ran`);
    expect(failure?.hint).toContain(second);
    expect((await terminal.deploy()).failure).toBeUndefined();
  });

  /** One of each kind of call that a deployment makes, without what looks at things before it. */
  const calls = [
    { method: "POST", path: "/queues" },
    { method: "GET", path: "/queues" },
    { method: "POST", path: "/d1/database" },
    { method: "GET", path: "/time_travel/bookmark" },
    { method: "POST", path: /\/query$/ },
    { method: "POST", path: "/storage/kv/namespaces" },
    { method: "POST", path: "/r2/buckets" },
    { method: "PUT", path: /scripts\/[a-z0-9-]+$/ },
    { method: "PUT", path: "/schedules" },
    { method: "POST", path: "/subdomain" },
    { method: "POST", path: "/consumers" },
    { method: "GET", path: "/deployments" },
    { method: "GET", path: "/settings" },
  ];

  it.each<[string, Omit<Fault, "path">]>([
    ["answered with 500", { status: 500 }],
    ["answered with 429", { status: 429, retryAfter: 1 }],
    ["answered with half a document", { garbage: "json" }],
    ["answered by a proxy's page", { garbage: "html" }],
    ["cut off", { drop: true }],
    ["done, and the answer is lost", { drop: true, done: true }],
  ])("completes, now or a few runs later, when a call of every kind is %s", async (_, fault) => {
    const prepared = await terminal.plan();
    fake.fail(...calls.map((each) => ({ ...each, ...fault })));
    let executed = await terminal.deploy({ prepared });
    for (let runs = 1; executed.failure !== undefined && runs <= calls.length; runs += 1) {
      expect(executed.failure.message).not.toMatch(/\n\s+at /);
      expect(executed.steps.at(-1)?.status).not.toBe("done");
      executed = await terminal.deploy().catch((error: unknown) => {
        if (error instanceof CliError) return { steps: [], failure: error };
        throw error;
      });
    }

    expect(executed.failure).toBeUndefined();
    expect(fake.faultsLeft).toBe(0);
    expect(await left()).toEqual([]);
  });
});

function bindingOf(worker: string, name: string): object {
  const found = fake.state
    .script(worker)
    .versions.at(-1)
    ?.bindings.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${worker} has no ${name}`);
  return found;
}

function unbind(worker: string, name: string): void {
  const version = fake.state.script(worker).versions.at(-1);
  if (version === undefined) throw new Error(`${worker} has no version`);
  version.bindings = version.bindings.filter((each) => each.name !== name);
}
