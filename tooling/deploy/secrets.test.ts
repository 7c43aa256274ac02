import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { workers } from "#contracts/ids";
import { runCli, type Ran } from "../cli/testing/run-cli.ts";
import type { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import { changeKept, endRotation } from "../secrets/kept.ts";
import { accountWithMesh } from "./testing/deployed-mesh.ts";
import { deployerOn, type Deployer } from "./testing/deployer.ts";

const INTERNAL = "INTERNAL_KEY_BINDING";
const OPERATOR = "OPERATOR_KEY_BINDING";

let fake: FakeCloudflare;
let terminal: Deployer;
beforeAll(async () => {
  ({ fake } = await accountWithMesh());
  terminal = deployerOn(fake);
  await terminal.deploy();
});
afterAll(() => fake.stop());
/** One value everywhere, no rotation, and nothing left to do. */
afterEach(async () => {
  await endRotation(terminal.context, fake.state.id, { name: INTERNAL });
  await endRotation(terminal.context, fake.state.id, { name: OPERATOR });
  await secrets("set", INTERNAL, "--generate");
  await terminal.deploy();
});

function secrets(...args: string[]): Promise<Ran> {
  const { root, env, fetch, run } = terminal.context;
  return runCli(["secrets", ...args, "--remote"], { root, env, fetch, run });
}

function bindingsOf(worker: string): { name: string; type: string; text?: unknown }[] {
  return fake.state.script(worker).versions.at(-1)?.bindings ?? [];
}

/** Undefined takes it away. */
function plant(name: string, of: Readonly<Record<string, string | undefined>>): void {
  for (const [worker, text] of Object.entries(of)) {
    const bindings = bindingsOf(worker);
    bindings.splice(0, bindings.length, ...bindings.filter((each) => each.name !== name));
    if (text !== undefined) bindings.push({ name, type: "secret_text", text });
  }
}

const all = (text: string): Record<string, string> => Object.fromEntries(workers.map((worker) => [worker, text]));

describe("a Worker that lacks a secret", () => {
  it("does not get what this machine keeps when another has set it since", async () => {
    plant(INTERNAL, { ...all("set-by-another-machine"), "telegram-worker": undefined });

    await expect(terminal.plan()).rejects.toThrow(
      /^telegram-worker lacks INTERNAL_KEY_BINDING, and the value that is known here is not what ledger-worker, /,
    );
  });

  it("gets what is kept while the mesh cannot be asked: a deployment that stopped half way goes on", async () => {
    plant(INTERNAL, { "telegram-worker": undefined });
    fake.state.script("hoox").subdomain.enabled = false;
    const { values } = (await terminal.plan()).secrets;
    fake.state.script("hoox").subdomain.enabled = true;

    expect(values.get(INTERNAL)).toBe(fake.secret("ledger-worker", INTERNAL));
  });

  it.each([
    { others: "old", given: "the-old-key,the-next-key" },
    { others: "old,next", given: "the-old-key,the-next-key" },
    { others: "next,old", given: "the-next-key,the-old-key" },
    { others: "next", given: "the-next-key,the-old-key" },
  ])("gets, amid a rotation that gave the others $others, what they accept and what accepts them", async (of) => {
    await changeKept(terminal.context, fake.state.id, ({ values }) => ({
      values,
      rotations: { [INTERNAL]: { old: "the-old-key", next: "the-next-key" } },
    }));
    const others = of.others.replaceAll(/\w+/g, (word) => `the-${word}-key`);
    plant(INTERNAL, { ...all(others), "telegram-worker": undefined });
    expect((await terminal.deploy()).failure).toBeUndefined();

    expect(fake.secret("telegram-worker", INTERNAL)).toBe(of.given);
    expect(await secrets("rotate", INTERNAL)).toMatchObject({ exitCode: 0 });
    expect(new Set(workers.map((worker) => fake.secret(worker, INTERNAL)))).toEqual(new Set(["the-next-key"]));
  });

  it("is no obstacle to a rotation either", async () => {
    plant(INTERNAL, { "telegram-worker": undefined });

    expect(await secrets("rotate", INTERNAL)).toMatchObject({ exitCode: 0 });
    expect(new Set(workers.map((worker) => fake.secret(worker, INTERNAL))).size).toBe(1);
  });

  it("of a key that is rotated by stages unknown waits for the command that ends it", async () => {
    await changeKept(terminal.context, fake.state.id, ({ values }) => ({
      values,
      rotations: { [OPERATOR]: { old: "an-unknown-key", next: "another-unknown-key" } },
    }));
    const own = fake.secret("hoox", OPERATOR);
    plant(OPERATOR, { hoox: undefined });
    const { root, env, fetch, run } = terminal.context;
    const ran = await runCli(["deploy", "all", "--auto"], { root, env, fetch, run });
    plant(OPERATOR, { hoox: own });

    expect(ran.stdout).toContain("npx hoox secrets rotate OPERATOR_KEY_BINDING --finish --remote");
  });
});
