import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { workers } from "#contracts/ids";
import { CliError } from "../cli/errors.ts";
import { onlyLooks } from "../deploy/step.ts";
import { wordsOf } from "../deploy/steps/index.ts";
import { accountWithMesh } from "../deploy/testing/deployed-mesh.ts";
import { deployerOn, type Deployer } from "../deploy/testing/deployer.ts";
import type { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import type { Fault } from "../fakes/cloudflare/faults.ts";

let fake: FakeCloudflare;
let ill: Map<string, string>;
let terminal: Deployer;
beforeEach(async () => {
  ({ fake, ill } = await accountWithMesh());
  terminal = deployerOn(fake);
});
afterEach(() => fake.stop());

/** What is left to do, in words, without what only looks. */
async function left(): Promise<string[]> {
  const steps = (await terminal.plan()).steps.filter((step) => !onlyLooks(step));
  return steps.map((step) => wordsOf(step)).map(({ what, why }) => `${what}: ${why}`);
}

class Killed extends Error {}

describe("an empty account", () => {
  it("gets it whatever step it is killed behind: here it dies behind every single one", async () => {
    const done: string[] = [];
    for (;;) {
      const prepared = await terminal.plan();
      const first = prepared.steps.findIndex((step) => !onlyLooks(step));
      const [step] = prepared.steps.slice(first);
      if (first === -1 || step === undefined) break;
      done.push(wordsOf(step).what);
      const before = (_: unknown, position: number): void => {
        if (position > first) throw new Killed();
      };
      await terminal.deploy({ prepared, before }).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
    }
    expect(new Set(done).size).toBe(done.length);
    expect(done.filter((what) => what.startsWith("deploy "))).toHaveLength(workers.length);
    expect(new Set(workers.map((worker) => fake.secret(worker, "INTERNAL_KEY_BINDING"))).size).toBe(1);
    expect(await terminal.deploy()).toMatchObject({ steps: [{ kind: "mesh", status: "done" }], failure: undefined });
  });

  it("is not told that all is well when it is killed before an ill Worker's health was asked", async () => {
    ill.set("hoox", "no secrets");
    const prepared = await terminal.plan();
    const asked = prepared.steps.findIndex((step) => step.kind === "health" && step.worker === "hoox");
    const before = (_: unknown, position: number): void => {
      if (position === asked) throw new Killed();
    };
    await expect(terminal.deploy({ prepared, before })).rejects.toThrow(Killed);

    expect(await left()).toEqual([]);
    const { failure } = await terminal.deploy();
    expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining("hoox: database: no secrets") });
  });
});

describe("a deployment that meets a failing account", () => {
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

  it("tells why a migration failed, also when the database cannot be looked at afterwards", async () => {
    fake.fail({ method: "POST", path: /\/d1\/database\/.*\/query/, after: 4, times: 100, status: 500 });
    const { failure } = await terminal.deploy();

    expect(failure?.message).toMatch(/^wrangler d1 migrations apply failed/);
    fake.noMoreFaults();
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
