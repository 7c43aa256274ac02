import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { workers } from "#contracts/ids";
import { deadLetterQueueOf, queueNames, registry } from "#queues/registry";
import { readProfiles } from "../cli/profiles.ts";
import { runCli } from "../cli/testing/run-cli.ts";
import type { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import { changeKept, readKept, type Kept } from "../secrets/kept.ts";
import { gatewayOf, noteKeys } from "./gateway.ts";
import type { Prepared } from "./prepare.ts";
import { onlyLooks } from "./step.ts";
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
  return changes(await terminal.plan(...args));
}

function changes({ steps }: Prepared): string[] {
  return words({ steps: steps.filter((step) => !onlyLooks(step)) });
}

function words({ steps }: Pick<Prepared, "steps">): string[] {
  return steps.map((step) => wordsOf(step)).map(({ what, why }) => `${what}: ${why}`);
}

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

  it("gets what killed deployments have forgotten removed here, and not what one may be using", async () => {
    const [forgotten, used] = ["a", "b"].map((name) => mkdtempSync(join(tmpdir(), `hoox-deploy-${name}-`)));
    if (forgotten === undefined || used === undefined) throw new Error("there are no folders");
    writeFileSync(join(forgotten, "secrets.json"), "{}");
    utimesSync(forgotten, new Date(0), new Date(0));
    await terminal.deploy();

    expect([existsSync(forgotten), existsSync(used)]).toEqual([false, true]);
    rmSync(used, { recursive: true });
  });

  it("gets the operator's own key when there is one", async () => {
    terminal = deployerOn(fake, { HOOX_OPERATOR_KEY: "the-operators-own-key" });
    await terminal.deploy();

    expect(fake.secret("hoox", "OPERATOR_KEY_BINDING")).toBe("the-operators-own-key");
  });

  it.each([
    ["the environment's before the profile's", { HOOX_OPERATOR_KEY: "of-the-environment" }, "of-the-environment"],
    ["the profile's before what is kept", {}, "of-the-profile"],
  ])("is given and asked with the same key: %s", async (_, env, wanted) => {
    terminal = deployerOn(fake, env);
    const url = fake.workersDev.urlOf("hoox");
    await noteKeys(terminal.context, url, { OPERATOR_KEY_BINDING: "of-the-profile" });
    const values = { OPERATOR_KEY_BINDING: "that-is-kept" };
    await changeKept(terminal.context, fake.state.id, (kept) => ({ ...kept, values }));

    const { secrets } = await terminal.plan();
    const { target } = await gatewayOf(terminal.context, { accountId: fake.state.id, url });
    expect([secrets.values.get("OPERATOR_KEY_BINDING"), target.operatorKey]).toEqual([wanted, wanted]);
  });
});

/** Each of these leaves it as it was. */
describe("an account that has everything", () => {
  beforeAll(async () => {
    await empty();
    await terminal.deploy();
  });
  afterAll(() => fake.stop());

  /** Does what is left, and answers what that was, in words; afterwards nothing may be left. */
  async function mended(): Promise<string[]> {
    const prepared = await terminal.plan();
    expect((await terminal.deploy({ prepared })).failure).toBeUndefined();
    expect(await left()).toEqual([]);
    return changes(prepared);
  }

  it("gets only the Worker anew whose source has changed", async () => {
    terminal.prints.set("trade-worker", "made-of-something-else");

    const done = await mended();
    expect(done[0]).toBe("deploy trade-worker: its source or its configuration has changed");
    expect(done.filter((what) => what.startsWith("deploy "))).toHaveLength(1);
  });

  it("gets a Worker anew that is asked for, and nothing else", async () => {
    const steps = words(await terminal.plan({ chosen: ["d1-worker"], force: true }));

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
      "a part of its requests taken by another version",
      "it is not its newest version alone that takes the requests",
      () => {
        const { versions, deployments } = fake.state.script("trade-worker");
        const shares = [versions.at(-1), versions[0]].map((each) => ({ version_id: each?.id ?? "", percentage: 50 }));
        Object.assign(deployments.at(-1) ?? {}, { versions: shares });
      },
    ],
    [
      "a version whose making nobody knows",
      "nobody knows what it was made from",
      () => unbind("ops-worker", "DEPLOYED_FROM"),
    ],
  ])("has %s mended by a deployment", async (_, why, plant) => {
    plant();
    expect((await mended())[0]).toContain(why);
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
    expect((await mended())[0]).toBe(`queues, crons and address of ${worker}: ${why}`);
    expect(fake.state.script(worker).versions).toHaveLength(versions);
  });

  it("frees a queue from another Worker before its own consumer is deployed", async () => {
    Object.assign(fake.state.queueNamed("records")?.consumers[0] ?? {}, { script: "somebody-elses" });
    terminal.prints.set("d1-worker", "changed");

    expect((await mended())[0]).toBe("free queue records: somebody-elses takes its messages");
  });

  it("gets a missing secret's kept value, the same as everybody has", async () => {
    unbind("telegram-worker", "INTERNAL_KEY_BINDING");
    expect((await mended())[0]).toBe("secrets of telegram-worker: lacks INTERNAL_KEY_BINDING");

    expect(fake.secret("telegram-worker", "INTERNAL_KEY_BINDING")).toBe(
      fake.secret("ledger-worker", "INTERNAL_KEY_BINDING"),
    );
  });

  it("is not deployed to from a machine that cannot know the key which the others have", async () => {
    unbind("telegram-worker", "INTERNAL_KEY_BINDING");

    await expect(deployerOn(fake).plan()).rejects.toThrow(
      /^telegram-worker lacks INTERNAL_KEY_BINDING, and nobody can read the value that ledger-worker, d1-worker/,
    );
    await mended();
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
    // What the first machine keeps is older now, and no Worker gets it any more.
    await runCli(command.split(" "), { root, fetch, run, env: terminal.context.env });
  });

  it("is not deployed to while the missing key is being rotated", async () => {
    unbind("hoox", "OPERATOR_KEY_BINDING");
    const rotating = (rotations: Kept["rotations"]): Promise<void> =>
      changeKept(terminal.context, fake.state.id, (kept) => ({ ...kept, rotations }));
    await rotating({ OPERATOR_KEY_BINDING: { old: "the-old-one", next: "the-next-one" } });

    await expect(terminal.plan()).rejects.toThrow("hoox lacks OPERATOR_KEY_BINDING, which is being rotated");
    await rotating({});
    await mended();
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

    const again = await terminal.deploy();
    expect(again.failure?.message).toBe("d1-worker is deployed and not well: database: no such table: orders");
    expect(again.steps.find(({ what }) => what === "deploy hoox")?.status).toBe("not reached");
    ill.clear();
    await mended();
  });

  it("is said to hold a paused queue, which nobody else resumes", async () => {
    const settings = fake.state.queueNamed("records")?.settings;
    Object.assign(settings ?? {}, { delivery_paused: true });

    expect((await terminal.plan()).notes).toContainEqual(expect.stringMatching(/^queue records is paused/));
    expect(await left()).toEqual([]);
    Object.assign(settings ?? {}, { delivery_paused: false });
  });

  it("is asked for its health also when nothing is to be done, and says that it is not well", async () => {
    ill.set("telegram-worker", "no such table: chats");
    const { steps, failure } = await terminal.deploy();

    expect(steps).toMatchObject([{ kind: "mesh", status: "failed" }]);
    expect(failure?.message).toContain("the mesh is not well: telegram-worker: database: no such table: chats");
    ill.clear();
  });

  it("is asked as far as the gateway, when nobody knows its key here", async () => {
    const other = deployerOn(fake);
    for (const [worker, print] of terminal.prints) other.prints.set(worker, print);
    expect((await other.deploy()).steps).toMatchObject([{ kind: "mesh", remark: expect.stringContaining("only the") }]);

    ill.set("hoox", "no secrets");
    expect((await other.deploy()).failure).toMatchObject({
      exitCode: 1,
      message: expect.stringContaining("no secrets"),
    });
    ill.clear();
  });

  it("has a secret that is missing set before a Worker is asked which others need", async () => {
    unbind("ops-worker", "INTERNAL_KEY_BINDING");
    terminal.prints.set("trade-worker", "made-of-yet-something-else");

    const [first, second] = words(await terminal.plan());
    expect(first).toBe("secrets of ops-worker: lacks INTERNAL_KEY_BINDING");
    expect(second).toMatch(/^health of .*: others need it$/);
    await mended();
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
