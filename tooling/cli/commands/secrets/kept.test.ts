import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { workers } from "#contracts/ids";
import type { FakeCloudflare } from "../../../fakes/cloudflare/fake.ts";
import { readProfiles, writeProfiles } from "../../profiles.ts";
import { runCli, type Ran, type RunOptions } from "../../testing/run-cli.ts";
import { accountWith, goodSecrets, terminalOf } from "../../testing/secret-workers.ts";

const INTERNAL = "INTERNAL_KEY_BINDING";
const WEBHOOK = "WEBHOOK_API_KEY_BINDING";

let account: FakeCloudflare;
let root: string;
beforeEach(async () => {
  account = await accountWith(await goodSecrets());
  root = await mkdtemp(join(tmpdir(), "hoox-kept-"));
});
afterEach(() => account.stop());

function remote(args: readonly string[], options: Omit<RunOptions, "mesh"> = {}): Promise<Ran> {
  const terminal = terminalOf(account);
  const env = { ...terminal.env, ...options.env };
  return runCli(["secrets", ...args, "--remote"], { root, ...terminal, ...options, env });
}

const keptText = (): Promise<string> => readFile(join(root, "config/hoox/secrets.json"), "utf8");

function setByAnotherMachine(name: string, text: string): void {
  for (const worker of workers) {
    const binding = account.state
      .script(worker)
      .versions.at(-1)
      ?.bindings.find((each) => each.name === name);
    Object.assign(binding ?? {}, { text });
  }
}

describe("what this machine keeps of the keys that it has set", () => {
  it("gives way to who says the current value: somebody else may have set it since", async () => {
    await remote(["set", INTERNAL, "--generate"]);
    setByAnotherMachine(INTERNAL, "set-by-another-machine");
    expect(await remote(["rotate", INTERNAL])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("HOOX_CURRENT_VALUE"),
    });
    const ran = await remote(["rotate", INTERNAL], { env: { HOOX_CURRENT_VALUE: "set-by-another-machine" } });

    expect(ran.exitCode).toBe(0);
    expect(account.secret("hoox", INTERNAL)).toMatch(/^[0-9a-f]{48}$/);
  });

  it("holds the webhook key, though only one Worker has it", async () => {
    await remote(["set", WEBHOOK, "--stdin"], { stdin: "the-first-webhook-key" });
    const ran = await remote(["rotate", WEBHOOK, "--stdin"], { stdin: "the-second-webhook-key" });

    expect(ran.exitCode).toBe(0);
    expect(account.secret("hoox", WEBHOOK)).toBe("the-second-webhook-key,the-first-webhook-key");
  });

  it("holds no credential of an exchange, and no value that one of several Workers got", async () => {
    await remote(["set", INTERNAL, "--stdin"], { stdin: "the-key-of-all-six" });
    await remote(["set", "MAIN_BINANCE_API_KEY", "--stdin"], { stdin: "key-of-the-exchange" });
    await remote(["set", "d1-worker", INTERNAL, "--stdin"], { stdin: "the-key-of-one" });

    expect(await keptText()).toContain("the-key-of-all-six");
    expect(await keptText()).not.toMatch(/key-of-the-exchange|the-key-of-one/);
  });

  it("goes with the key that is deleted everywhere, and comes back with no deployment", async () => {
    await remote(["set", INTERNAL, "--stdin"], { stdin: "the-leaked-internal-key" });
    await remote(["delete", "d1-worker", INTERNAL, "--yes"]);
    expect(await keptText()).toContain("the-leaked-internal-key");
    await remote(["delete", INTERNAL, "--yes"]);

    expect(await keptText()).not.toContain("the-leaked-internal-key");
  });

  it("goes from the profile of that mesh too, and from no other", async () => {
    const context = { env: { XDG_CONFIG_HOME: join(root, "config") } };
    const profile = { url: account.workersDev.urlOf("hoox"), operatorKey: "an-operator-key" };
    const other = { url: "https://hoox.other.workers.dev", webhookKey: "another-webhook-key" };
    await writeProfiles(context, { profiles: { own: { ...profile, webhookKey: "the-leaked-webhook-key" }, other } });
    const ran = await remote(["delete", WEBHOOK, "--yes"]);

    expect(ran.stderr).toContain("profile own does not name it any more either");
    expect(await readProfiles(context)).toEqual({ profiles: { own: profile, other } });
  });
});

describe("the next step that a rotation proposes", () => {
  it.each([
    [[INTERNAL], "npx hoox secrets set INTERNAL_KEY_BINDING --generate --remote"],
    [[WEBHOOK], "npx hoox secrets set WEBHOOK_API_KEY_BINDING --stdin --remote"],
    [[WEBHOOK, "--finish"], "npx hoox secrets rotate WEBHOOK_API_KEY_BINDING --remote"],
  ])("for %j is one that can be taken, in the same place", async (args, command) => {
    expect((await remote(["rotate", ...args])).stderr).toContain(command);
  });
});

describe("a write whose answer gets lost", () => {
  it("may have been done: nobody knows, and the value that was made up is kept", async () => {
    await remote(["set", INTERNAL, "--stdin"], { stdin: "the-key-before-it" });
    account.fail({ method: "PUT", path: /secrets$/, drop: true, done: true, times: 99 });
    const ran = await remote(["set", INTERNAL, "--generate"]);

    expect(ran.exitCode).toBe(3);
    expect(ran.stdout.match(/^\S+ +in doubt +could/gm)).toHaveLength(6);
    expect(ran.stderr).toMatch(/nobody knows whether ledger-worker, .* got the value/);
    expect(ran.stdout + ran.stderr).not.toContain("nothing was changed");
    expect(await keptText()).toContain(account.secret("hoox", INTERNAL));
  });

  it("is another thing than a refusal, after which all is as it was", async () => {
    await remote(["set", INTERNAL, "--stdin"], { stdin: "the-key-before-it" });
    account.fail({ method: "PUT", path: /secrets$/, status: 403, times: 99 });
    const ran = await remote(["set", INTERNAL, "--generate"]);

    expect(ran).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("nothing was changed") });
    expect(await keptText()).toContain("the-key-before-it");
  });

  it("of a deletion that somebody else made first is done", async () => {
    account.fail({ method: "DELETE", path: "d1-worker", status: 404, code: 10_056 });
    const ran = await remote(["delete", INTERNAL, "--yes"]);

    expect(ran.exitCode).toBe(0);
  });
});
