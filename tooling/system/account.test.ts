import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workers } from "#contracts/ids";
import { deadLetterQueueOf, queueNames, registry } from "#queues/registry";
import { testContext } from "../cli/testing/run-cli.ts";
import { openAccount, type Account } from "../cloudflare/index.ts";
import { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import { provision } from "../fakes/cloudflare/provisioned.ts";
import { behind } from "./behind.ts";
import { runHoox, type Ran } from "./hoox.ts";
import { Mesh, OPERATOR_KEY, until } from "./mesh.ts";
import { runWrangler, wranglerDeploy } from "./wrangler.ts";

const D1 = ["-c", "services/d1-worker/wrangler.jsonc"];
const GATEWAY = ["-c", "services/hoox/wrangler.jsonc"];

let fake: FakeCloudflare;
let account: Account;

beforeAll(async () => {
  fake = await FakeCloudflare.start();
  provision(fake);
  account = await openAccount(testContext({ env: fake.env }));
});
afterAll(() => fake.stop());

function succeeded({ exitCode, stdout, stderr }: Ran): void {
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
}

describe("the real wrangler on the fake account", () => {
  it("refuses a Worker whose ledger is not there", async () => {
    const ran = await wranglerDeploy(fake, "d1-worker");

    expect(ran.exitCode).toBe(1);
    expect(ran.stdout + ran.stderr).toMatch(/class 'AccountLedger' in script 'ledger-worker'\s+that does not exist/);
  });

  it.each(workers)("deploys %s", async (worker) => {
    succeeded(await wranglerDeploy(fake, worker));
    expect((await account.workers.deployments(worker))?.[0]?.versions[0]?.percentage).toBe(100);
  });

  it("has made every consumer of the registry", async () => {
    const found = (await account.queues.list()).map(({ name, consumers }) => [
      name,
      consumers.map(({ script }) => script),
    ]);
    const wanted = queueNames.flatMap((name) => [
      [name, [registry[name].consumer]],
      [deadLetterQueueOf(name), ["d1-worker"]],
    ]);

    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
  });

  it("deploys again without a second consumer, and keeps the secrets", async () => {
    succeeded(await wranglerDeploy(fake, "d1-worker"));

    expect(await account.workers.versions("d1-worker")).toHaveLength(2);
    expect((await account.queues.byName("records"))?.consumers).toHaveLength(1);
    expect(await account.secrets.names("d1-worker")).toContain("INTERNAL_KEY_BINDING");
  });

  it("sets a secret", async () => {
    const ran = await runWrangler(fake, ["secret", "put", "OPERATOR_KEY_BINDING", ...GATEWAY], { stdin: "a-new-key" });

    succeeded(ran);
    expect(fake.secret("hoox", "OPERATOR_KEY_BINDING")).toBe("a-new-key");
    expect(ran.stdout + ran.stderr).not.toContain("a-new-key");
  });

  it("migrates the database", async () => {
    succeeded(await runWrangler(fake, ["d1", "migrations", "apply", "DB", "--remote", ...D1]));

    const [database] = await account.databases.list();
    const sql = "SELECT count(*) AS applied FROM d1_migrations";
    const [row] = database ? await account.databases.query(database, sql, { reads: true }) : [];
    expect(row?.["applied"]).toBeGreaterThan(0);
  });

  it("tails a Worker, and tidies up when it is stopped", async () => {
    let stdout = "";
    let child: ChildProcess | undefined;
    const ended = runWrangler(fake, ["tail", "hoox", "--format", "json", ...GATEWAY], {
      onStarted: (started) => {
        child = started;
        started.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
      },
    });
    await until("wrangler watches", async () => fake.tails.watching("hoox") > 0);
    const logs = [{ message: ['{"event":"alert.accepted"}'], level: "log", timestamp: 1_700_000_000_000 }];
    const event = { request: { url: "https://hoox.trader.workers.dev/webhook", method: "POST", headers: {}, cf: {} } };
    fake.tails.emit({
      outcome: "ok",
      scriptName: "hoox",
      exceptions: [],
      logs,
      eventTimestamp: 1_700_000_000_000,
      event,
    });
    await until("the line is there", async () => stdout.includes("alert.accepted"));
    child?.kill("SIGINT");
    await ended;

    await until("the tail is gone", async () =>
      fake.calls.some((call) => call.startsWith("DELETE /workers/scripts/hoox/tails")),
    );
  });
});

describe("a deployed gateway's address", () => {
  it("leads a program of its own to the mesh behind it", async () => {
    const mesh = await Mesh.start();
    try {
      fake.workersDev.serve("hoox", behind(mesh));
      const env = { ...fake.env, HOOX_URL: fake.workersDev.urlOf("hoox"), HOOX_OPERATOR_KEY: OPERATOR_KEY };

      expect(await runHoox(["check", "health"], env)).toMatchObject({ exitCode: 0 });
    } finally {
      await mesh.stop();
    }
  });
});
