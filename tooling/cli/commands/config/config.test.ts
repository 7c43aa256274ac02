import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConfigEntry } from "#contracts/routes/config";
import type { FakeCloudflare } from "../../../fakes/cloudflare/fake.ts";
import { startFakeMesh, type FakeMesh } from "../../testing/fake-mesh.ts";
import { runCli, type Ran } from "../../testing/run-cli.ts";
import { accountWith } from "../../testing/secret-workers.ts";

/** A mesh whose KV shows a change only after it was looked at so many times. */
function meshWith(values: Record<string, string>, late = 0): Promise<FakeMesh> {
  let next = { ...values };
  let shown = { ...values };
  let looks = 0;
  return startFakeMesh({
    config: ({ query }) => {
      if (looks++ >= late) shown = next;
      const entries: ConfigEntry[] = Object.entries(shown).map(([key, value]) => ({ key, value }));
      return { body: { entries: entries.filter(({ key }) => key.startsWith(query["prefix"] ?? "")) } };
    },
    setConfig: ({ body }) => {
      const { key, value } = body as { key: string; value?: string };
      const { [key]: _before, ...rest } = next;
      next = value === undefined ? rest : { ...rest, [key]: value };
      return { body: { key, note: "KV shows it elsewhere after 60 s or more" } };
    },
  });
}

describe("hoox config", () => {
  it("reads one value, indented, and as it stands with kv", async () => {
    await using mesh = await meshWith({ "config:summary": '{"hour":7}', "config:summary2": "x" });

    expect((await runCli(["config", "get", "config:summary"], { mesh })).stdout).toBe('{\n  "hour": 7\n}\n');
    expect((await runCli(["config", "kv", "get", "config:summary"], { mesh })).stdout).toBe('{"hour":7}\n');
    expect(await runCli(["config", "get", "config:sum"], { mesh })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("npx hoox config list"),
    });
  });

  it("writes a value that fits, through the mesh, with the reason for the audit log", async () => {
    await using mesh = await meshWith({});
    const ran = await runCli(["config", "set", "config:summary", '{"hour":7}', "--reason", "earlier"], { mesh });

    expect(ran).toMatchObject({ exitCode: 0, stdout: "config:summary: set\n" });
    expect(mesh.asked.at(-1)?.body).toEqual({ key: "config:summary", value: '{"hour":7}', reason: "earlier" });
  });

  it.each([
    ["config:summary", '{"hour":99}', "hour:"],
    ["config:summary", "seven", "is not JSON"],
    ["trade:kill_switch", '"true"', "without quotes"],
    ["telegram:chats", "{}", "better: npx hoox telegram setup"],
    ["some:key", "x", 'Hoox reads no key "some:key"'],
    ["limits:main:binnance", '{"maxPosition":"1"}', "the venue is one of paper, binance"],
    ["limits:Main:binance", '{"maxPosition":"1"}', "must be <account>:<venue>"],
    ["limits:main", '{"maxPosition":"1"}', "must be <account>:<venue>"],
    ["strategy:Scalper", "{}", "must be 1-32 of a-z"],
  ])("refuses %s %s before it asks anybody", async (key, value, why) => {
    await using mesh = await meshWith({});
    const ran = await runCli(["config", "set", key, value], { mesh });

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(why);
    expect(mesh.asked).toEqual([]);
  });

  it.each([
    ['{"maxOpenPosition":3}', "there is no maxOpenPosition"],
    ['{"maxNotional":500}', 'maxNotional: must be in quotes, such as "500"'],
    ['{"maxDailyLoss":"-5"}', "maxDailyLoss: must be greater than zero"],
  ])("says of the limits %s what is wrong with them, and writes nothing", async (value, words) => {
    await using mesh = await startFakeMesh({});
    const { exitCode, stderr } = await runCli(["config", "set", "limits:main:paper", value], { mesh });

    expect(exitCode).toBe(2);
    expect(stderr).toContain(`limits:main:paper: ${words}`);
    expect(mesh.asked).toEqual([]);
  });

  it("writes no limits that nobody reads past that either", async () => {
    await using mesh = await meshWith({});
    const ran = await runCli(["config", "kv", "set", "limits:main:binnance", '{"maxPosition":"1"}'], { mesh });

    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("nobody reads it") });
    expect(mesh.asked).toEqual([]);
  });

  it("waits until the mesh sees what was written, and says what it cannot see", async () => {
    await using mesh = await meshWith({ "trade:kill_switch": "true" }, 4);
    const ran = await runCli(["config", "kv", "set", "trade:kill_switch", "false", "--wait"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain("the mesh sees it from where it was asked; other places may take a minute more");
    expect(ran.stderr).toContain("the kill switch itself is a Durable Object");
    expect(mesh.asked.filter(({ line }) => line === "GET /ops/config")).toHaveLength(5);
  });

  it("ends with 1 when the mesh has not seen it after two minutes", async () => {
    await using mesh = await meshWith({}, 1_000);
    const ran = await runCli(["config", "kv", "set", "some:key", "x", "--wait"], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("does not see it yet") });
  });

  it("changes nothing with --dry-run, and shows what stands there", async () => {
    await using mesh = await meshWith({ "trade:kill_switch": "all" });
    const ran = await runCli(["config", "kv", "set", "trade:kill_switch", "false", "--dry-run"], { mesh });

    expect(ran.stdout).toContain("before: all");
    expect(mesh.asked.map(({ line }) => line)).toEqual(["GET /ops/config"]);
  });

  it("deletes only after a yes", async () => {
    await using mesh = await meshWith({ "some:key": "x" });

    expect(await runCli(["config", "kv", "delete", "some:key"], { mesh })).toMatchObject({ exitCode: 2 });
    expect(await runCli(["config", "kv", "delete", "some:key", "--yes"], { mesh })).toMatchObject({ exitCode: 0 });
    expect((await runCli(["config", "list"], { mesh })).stdout).toContain("KV is empty");
  });

  it("finds what cannot be read, and names the command that mends it", async () => {
    await using mesh = await meshWith({
      "strategy:scalper": '{"name":',
      "config:summary": "{}",
      "mine:own": "anything",
    });
    const ran = await runCli(["config", "validate"], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: "strategy:scalper: is not JSON\n" });
    expect(ran.stderr).toContain("npx hoox strategy set");
  });
});

describe("hoox config validate", () => {
  it("finds limits and strategies that nobody reads, and says how to be rid of them", async () => {
    await using mesh = await meshWith({ "limits:main:binnance": '{"maxPosition":"1"}', "strategy:Scalper": "{}" });
    const ran = await runCli(["config", "validate"], { mesh });

    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain("limits:main:binnance: nobody reads it: the venue is one of paper, binance");
    expect(ran.stdout).toContain("strategy:Scalper: nobody reads it");
    expect(ran.stderr).toContain("npx hoox config kv delete limits:main:binnance");
    expect(ran.stderr).not.toContain("undefined");
  });
});

describe("hoox config --remote", () => {
  let account: FakeCloudflare;
  beforeEach(async () => {
    account = await accountWith(new Map([["hoox", {}]]));
  });
  afterEach(() => account.stop());
  const remote = (...args: string[]): Promise<Ran> =>
    runCli(["config", ...args, "--remote"], {
      env: { ...account.env, HOOX_OPERATOR_KEY: "the-operators-key" },
      fetch: account.workersDev.fetch,
    });

  it("reads and writes the account's KV itself, and says that no audit row is left", async () => {
    account.state.addNamespace("hoox-config", "hoox-config");
    const set = await remote("kv", "set", "trade:kill_switch", "false");

    expect(set).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("no audit row was left") });
    expect((await remote("kv", "get", "trade:kill_switch")).stdout).toBe("false\n");
    expect((await remote("list")).stdout).toMatch(/trade:kill_switch +false/);
  });

  it("leaves a stranger's namespace alone, whatever its title ends with", async () => {
    account.state.addNamespace("somebody-else-CONFIG", "0123456789abcdef0123456789abcdef");
    const ran = await remote("kv", "set", "trade:kill_switch", "false");

    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("there are: somebody-else-CONFIG") });
    expect(account.calls.filter((call) => call.startsWith("PUT"))).toEqual([]);
  });

  it("waits for the mesh on the account, not for the one on this machine", async () => {
    account.state.addNamespace("hoox-config", "hoox-config");
    const asked: string[] = [];
    account.workersDev.serve("hoox", async (request) => {
      asked.push(new URL(request.url).pathname);
      return Response.json({ entries: [{ key: "some:key", value: "x" }] });
    });
    const ran = await remote("kv", "set", "some:key", "x", "--wait");

    expect(ran).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("the mesh sees it") });
    expect(asked).toEqual(["/ops/config"]);
  });

  it("has set the value though the mesh cannot be asked whether it sees it", async () => {
    account.state.addNamespace("hoox-config", "hoox-config");
    account.workersDev.serve("hoox", async () => new Response("error code: 1101", { status: 500 }));
    const ran = await remote("kv", "set", "some:key", "x", "--wait");

    expect(ran).toMatchObject({ exitCode: 1, stdout: "some:key: set\n" });
    expect(ran.stderr).toContain("nobody knows whether the mesh sees it: ");
  });

  it("is not changed while the target is another account's mesh", async () => {
    account.state.addNamespace("hoox-config", "hoox-config");
    const env = { ...account.env, HOOX_URL: "https://hoox.somebody-else.workers.dev" };
    const ran = await runCli(["config", "kv", "set", "some:key", "x", "--remote"], { env });

    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is not of the account") });
  });

  it("says what makes the namespace where there is none", async () => {
    const ran = await remote("list");
    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("npx hoox deploy all") });
  });
});
