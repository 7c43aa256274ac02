import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workers, type Worker } from "#contracts/ids";
import { runProcess } from "../cli/process.ts";
import { runCli, type Ran } from "../cli/testing/run-cli.ts";
import { behind } from "./behind.ts";
import { Deployed } from "./doctor/deployed.ts";
import { faults } from "./doctor/faults.ts";
import { fixtureWorker, Mesh, secrets } from "./mesh.ts";
import { variantOf } from "./variant.ts";

const INTERNAL = "INTERNAL_KEY_BINDING";
const SWITCH = "trade:kill_switch";
const ALERT = { symbol: "BTCUSDT", action: "buy", quantity: "0.001", price: "65000" };

/**
 * The runbook's symptoms on the real Workers, mended by its commands through the real wrangler. The account is the fake
 * one; what is changed there reaches the Workers as a deployment, a migration or a minute of KV would bring it.
 */
describe("on an account", { timeout: 240_000 }, () => {
  let account: Deployed;
  let mesh: Mesh;
  let absent: { configPath: string };
  beforeAll(async () => {
    [account, mesh] = await Promise.all([Deployed.start(secrets), Mesh.start()]);
    absent = await variantOf("ledger-worker", { main: fixtureWorker("absent-ledger.ts") });
    const gateway = behind(mesh);
    account.fake.workersDev.serve("hoox", async (request) => {
      takenOver = takenOver.then(takeOver);
      await takenOver;
      return gateway(request);
    });
    await mesh.harness.getWorker("ops-worker").scheduled({ cron: "* * * * *" });
  });
  afterAll(async () => {
    await mesh.stop();
    await account[Symbol.asyncDispose]();
  });

  /** What the Workers have of the account's. */
  const has = new Map<Worker, string | undefined>(workers.map((each) => [each, secrets[INTERNAL]]));
  let hasLedger = true;
  let hasTables = true;
  let takenOver = Promise.resolve();
  let sleeping: () => Promise<void> = async () => undefined;

  async function takeOver(): Promise<void> {
    const { state } = account.fake;
    const keyOf = (worker: Worker): string | undefined => account.fake.secret(worker, INTERNAL);
    const changed = workers.filter((worker) => state.scripts.has(worker) && keyOf(worker) !== has.get(worker));
    for (const worker of changed) has.set(worker, keyOf(worker));
    if (changed.length > 0) {
      await mesh.give(Object.fromEntries(changed.map((worker) => [worker, { [INTERNAL]: has.get(worker) ?? "" }])));
    }
    if (state.scripts.has("ledger-worker") !== hasLedger) {
      hasLedger = !hasLedger;
      await mesh.deploy("ledger-worker", hasLedger ? undefined : absent.configPath);
    }
    const tables = [...state.databases.values()].some(({ tableCount }) => tableCount > 2);
    if (tables && !hasTables) await mesh.harness.getWorker("d1-worker").applyD1Migrations("DB");
    hasTables = tables;
  }

  /** `npx hoox …` with the real wrangler behind it. */
  function hoox(...words: readonly string[]): Promise<Ran> {
    const { env, sleep, ...terminal } = account.terminal;
    const around = { ...terminal, env: { ...process.env, ...env }, run: runProcess };
    return runCli(words, {
      ...around,
      sleep: async (ms) => {
        await sleep?.(ms);
        await sleeping();
      },
    });
  }

  it("A, 401 on internal calls: secrets check names who differs, secrets set gives all the same", async () => {
    plant("d1-worker has another internal key");
    await hoox("check", "health", "--remote");
    await expect(mesh.ops("GET", "/ops/orders")).rejects.toThrow(/d1-worker refused ops-worker/);

    const checked = await hoox("secrets", "check", "--remote");
    expect(checked.exitCode).toBe(1);
    expect(checked.stdout.match(/^.*DIFFERS.*$/gm)).toEqual([expect.stringMatching(/INTERNAL_KEY_BINDING +d1-worker/)]);
    expect((await hoox("doctor", "--remote")).stdout).toContain("npx hoox repair secrets --remote");

    const set = await hoox("secrets", "set", INTERNAL, "your_secure_shared_internal_key", "--remote");
    expect(set).toMatchObject({ exitCode: 0 });
    expect(await hoox("secrets", "check", "--remote")).toMatchObject({ exitCode: 0 });
    expect(await mesh.ops("GET", "/ops/orders")).toMatchObject({ orders: [] });
  });

  it("B, 502 on the webhook: check health names the Worker that is missing, deploy all brings it", async () => {
    plant("ledger-worker is not deployed");
    const checked = await hoox("check", "health", "--remote");
    expect(await mesh.alert(ALERT)).toMatchObject({ status: 502, body: { error: { code: "worker_not_deployed" } } });
    expect(checked.exitCode).toBe(1);
    expect(checked.stdout).toMatch(/ledger-worker is not deployed\n.*the webhook answers 502\n.*npx hoox/);

    const deployed = await hoox("deploy", "all", "--auto");
    expect({ ...deployed, stdout: "" }).toMatchObject({ exitCode: 0 });
    expect(await hoox("check", "health", "--remote")).toMatchObject({ exitCode: 0 });
    expect(await mesh.alert(ALERT)).toMatchObject({ status: 202 });
  });

  it("C, D1_ERROR: no such table: db apply makes them, db migrate finds nothing left", async () => {
    plant("the database has no tables");
    await dropTables();
    await expect(mesh.ops("GET", "/ops/orders")).rejects.toThrow(/no such table/);
    expect((await hoox("doctor", "--remote")).stdout).toContain("npx hoox repair db --remote");

    expect(await hoox("db", "apply", "--remote")).toMatchObject({ exitCode: 0 });
    const migrated = await hoox("db", "migrate", "--remote", "--json");
    expect(JSON.parse(migrated.stdout)).toMatchObject({ applied: [] });
    expect(await hoox("check", "setup", "--remote")).toMatchObject({ exitCode: 0 });
    await hoox("check", "health", "--remote");
    expect(await mesh.ops("GET", "/ops/orders")).toMatchObject({ orders: expect.any(Array) });
  });

  it("D, an old value in KV: check config says what eventual consistency means, repair kv waits for it", async () => {
    const { CONFIG } = await mesh.env<{ CONFIG: KVNamespace }>("ops-worker");
    await CONFIG.put(SWITCH, "true");
    expect(await hoox("config", "kv", "set", SWITCH, "false", "--remote")).toMatchObject({ exitCode: 0 });
    expect(await mesh.ops("GET", "/ops/kill-switch")).not.toMatchObject({ effective: "off" });

    const checked = await hoox("check", "config", "--remote");
    expect(checked.exitCode).toBe(1);
    expect(checked.stdout).toMatch(/trade:kill_switch[^]*eventually consistent[^]*60 s or more[^]*repair kv --remote/);

    const slept = account.now().getTime();
    sleeping = async () => {
      if (account.now().getTime() - slept > 60_000) await CONFIG.put(SWITCH, "false");
    };
    expect(await hoox("repair", "kv", "--remote", "--yes")).toMatchObject({ exitCode: 0 });
    expect(await hoox("check", "config", "--remote")).toMatchObject({ exitCode: 0 });
  });

  function plant(name: string): void {
    const fault = faults.find((each) => each.name === name);
    if (fault === undefined) throw new Error(`there is no fault "${name}"`);
    fault.plant(account);
  }

  async function dropTables(): Promise<void> {
    const { DB } = await mesh.env<{ DB: D1Database }>("d1-worker");
    const { results } = await DB.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'",
    ).all<{ name: string }>();
    await DB.batch(results.map(({ name }) => DB.prepare(`DROP TABLE "${name}"`)));
    hasTables = false;
  }
});
