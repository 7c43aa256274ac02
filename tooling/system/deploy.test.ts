import type { ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workers } from "#contracts/ids";
import { deadLetterQueueOf, queueNames, registry } from "#queues/registry";
import { runCli, testContext, type Ran } from "../cli/testing/run-cli.ts";
import { openAccount, type Account } from "../cloudflare/index.ts";
import { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import { ROOT } from "../sync/paths.ts";
import { behind } from "./behind.ts";
import { lineOf, wordsOf } from "./doc-lines.ts";
import { runHoox, type Ran as Ended } from "./hoox.ts";
import { Mesh, OPERATOR_KEY, until } from "./mesh.ts";
import { runWrangler } from "./wrangler.ts";

/** The account is the fake one; wrangler is the real one, and so is the mesh behind the gateway's address. */
describe("an account deployed to with the real wrangler", () => {
  const config = mkdtempSync(join(tmpdir(), "hoox-deploy-test-"));
  let fake: FakeCloudflare;
  let account: Account;
  let mesh: Mesh;
  let killed: Ended;
  let first: Ran;
  beforeAll(async () => {
    fake = await FakeCloudflare.start();
    account = await openAccount(testContext({ env: fake.env }));
    mesh = await Mesh.start();
    fake.workersDev.serve("hoox", behind(mesh));
    killed = await killedAtTheUploadOf("d1-worker");
    first = await hoox("deploy", "all", "--auto");
    // Eight times wrangler, which takes seconds each on a busy machine.
  }, 400_000);
  afterAll(async () => {
    await mesh.stop();
    await fake.stop();
  });

  function hoox(...args: string[]): Promise<Ran> {
    const env = { ...process.env, ...fake.env, XDG_CONFIG_HOME: config, HOOX_OPERATOR_KEY: OPERATOR_KEY };
    return runCli(args, { env, fetch: fake.workersDev.fetch, root: ROOT, now: () => new Date() });
  }

  /** A terminal that dies while its wrangler, which goes on by itself, is uploading. */
  async function killedAtTheUploadOf(worker: string): Promise<Ended> {
    const env = { ...fake.env, XDG_CONFIG_HOME: config, HOOX_OPERATOR_KEY: OPERATOR_KEY };
    const upload = `PUT /workers/scripts/${worker}`;
    const ended = new AbortController();
    const ran = runHoox(["deploy", "all", "--auto"], env, {
      onStarted: async (child) => {
        const seen = async (): Promise<boolean> => ended.signal.aborted || fake.calls.includes(upload);
        await until(`${worker} is being uploaded`, seen, { timeoutMs: 200_000, everyMs: 20 });
        child.kill("SIGKILL");
      },
    });
    return ran.finally(() => ended.abort());
  }

  it("has everything when it was empty, though the first deployment was killed half way, and is well", async () => {
    expect(killed.exitCode).toBeNull();
    expect(new Set(workers.map((worker) => fake.secret(worker, "INTERNAL_KEY_BINDING"))).size).toBe(1);
    expect(first).toMatchObject({ exitCode: 0 });
    for (const worker of workers) {
      expect((await account.workers.deployments(worker))?.[0]?.versions[0]?.percentage).toBe(100);
    }
    const found = (await account.queues.list()).map(({ name, consumers }) => [
      name,
      consumers.map(({ script }) => script),
    ]);
    const wanted = queueNames.flatMap((name) => [
      [name, [registry[name].consumer]],
      [deadLetterQueueOf(name), ["d1-worker"]],
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
    expect(await hoox("check", "health", "--target", "production")).toMatchObject({ exitCode: 0 });
    expect(await hoox("db", "status", "--remote")).toMatchObject({ exitCode: 0 });
  });

  it("is not changed by the next run", async () => {
    const before = fake.calls.length;
    const again = await hoox("deploy", "all", "--auto");

    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("nothing to do") });
    const asked = fake.calls.slice(before);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((call) => !call.startsWith("GET ") && !call.endsWith("/query"))).toEqual([]);
  });

  it("gets one Worker anew without a second consumer, and keeps its secrets", async () => {
    const ran = await hoox("deploy", "d1-worker", "--auto", "--json");

    expect(ran).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(ran.stdout)).toMatchObject({ result: "done", workers: [{ status: "deployed" }] });
    expect(await account.workers.versions("d1-worker")).toHaveLength(2);
    const { stdout: history } = await hoox("deploy", "history", "d1-worker");
    expect(history.match(/hoox deploy, from [0-9a-f]{16}/g)).toHaveLength(2);
    expect((await account.queues.byName("records"))?.consumers).toHaveLength(1);
    expect(await account.secrets.names("d1-worker")).toContain("INTERNAL_KEY_BINDING");
  });

  it("shows no secret in anything that was printed", () => {
    const names = ["INTERNAL_KEY_BINDING", "OPERATOR_KEY_BINDING", "WEBHOOK_API_KEY_BINDING"];
    for (const value of names.map((name) => fake.secret("hoox", name) ?? "")) {
      expect(value.length).toBeGreaterThan(8);
      expect(killed.stdout + killed.stderr + first.stdout + first.stderr).not.toContain(value);
    }
  });

  it("takes a secret from wrangler, which shows it to nobody", async () => {
    const args = ["secret", "put", "OPERATOR_KEY_BINDING", "-c", "services/hoox/wrangler.jsonc"];
    const ran = await runWrangler(fake, args, { stdin: OPERATOR_KEY });

    expect(ran).toMatchObject({ exitCode: 0 });
    expect(fake.secret("hoox", "OPERATOR_KEY_BINDING")).toBe(OPERATOR_KEY);
    expect(ran.stdout + ran.stderr).not.toContain(OPERATOR_KEY);
  });

  /** Runs a program that tails the gateway until it shows a line that is said meanwhile; then Ctrl-C. */
  async function tailed(
    run: (options: { onStarted: (child: ChildProcess) => void }) => Promise<{ exitCode: number | null }>,
  ): Promise<number | null> {
    let stdout = "";
    let child: ChildProcess | undefined;
    const onStarted = (started: ChildProcess): void => {
      child = started;
      started.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    };
    const ended = run({ onStarted });
    await until("it watches", async () => fake.tails.watching("hoox") > 0);
    const logs = [{ message: ["what the gateway said"], level: "log", timestamp: 1_700_000_000_000 }];
    const event = { request: { url: "https://hoox.trader.workers.dev/webhook", method: "POST", headers: {}, cf: {} } };
    const line = { outcome: "ok", scriptName: "hoox", exceptions: [], logs, eventTimestamp: 1_700_000_000_000, event };
    fake.tails.emit(line);
    await until("the line is there", async () => stdout.includes("what the gateway said"));
    child?.kill("SIGINT");
    const { exitCode } = await ended;
    await until("the tail is gone", async () => fake.tails.size === 0);
    return exitCode;
  }

  it("is tailed by wrangler, which tidies up when it is stopped", async () => {
    const args = wordsOf(lineOf("docs/runbook.md", "npx wrangler tail")).slice(2);

    await expect(tailed((options) => runWrangler(fake, args, options))).resolves.toBeDefined();
  });

  it("is tailed by hoox, which tidies up when it is stopped", async () => {
    const env = { ...fake.env, HOOX_URL: fake.workersDev.urlOf("hoox"), HOOX_OPERATOR_KEY: OPERATOR_KEY };

    expect(await tailed((options) => runHoox(["logs", "tail", "hoox"], env, options))).toBe(0);
  });

  it("leads a program of its own to the mesh behind its gateway's address", async () => {
    const env = { ...fake.env, HOOX_URL: fake.workersDev.urlOf("hoox"), HOOX_OPERATOR_KEY: OPERATOR_KEY };

    expect(await runHoox(["check", "health"], env)).toMatchObject({ exitCode: 0 });
  });
});
