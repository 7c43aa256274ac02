import { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stopper, testContext } from "../cli/testing/run-cli.ts";
import type { ExitCode } from "../cli/errors.ts";
import { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import type { Result } from "./area.ts";
import { areas } from "./areas/index.ts";
import { smoke, type SmokeOptions } from "./smoke.ts";

const PREFIX = "hoox-smoke-0badcafe";
const LINE = '{"event":"smoke.line","message":"said by a throw-away Worker"}';

let fake: FakeCloudflare;
beforeEach(async () => {
  fake = await FakeCloudflare.start();
  // The fake runs no Workers: this is what the tailed one does.
  fake.workersDev.serve(`${PREFIX}-tailed`, async () => {
    const timestamp = Date.now();
    const logs = [{ message: [LINE], level: "log", timestamp }];
    const of = { outcome: "ok", exceptions: [], logs, eventTimestamp: timestamp, event: null };
    fake.tails.emit({ ...of, scriptName: `${PREFIX}-tailed` });
    await setImmediate();
    return new Response("said");
  });
});
afterEach(() => fake.stop());

interface Ran {
  code: ExitCode;
  results: Result[];
  stdout: string;
  stderr: string;
}

async function run(options: Partial<SmokeOptions> = {}, more: Parameters<typeof testContext>[0] = {}): Promise<Ran> {
  const said = { stdout: "", stderr: "" };
  const into = (of: "stdout" | "stderr"): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        said[of] += String(chunk);
        done();
      },
    });
  const context = testContext(
    // Whoever waits for a tail's line gives it the time to come.
    { env: fake.env, fetch: fake.workersDev.fetch, sleep: () => setImmediate(), ...more },
    { stdout: into("stdout"), stderr: into("stderr") },
  );
  const code = await smoke(context, { write: false, sweep: false, json: true, prefix: PREFIX, ...options });
  const { results = [] }: { results?: Result[] } = said.stdout.startsWith("{") ? JSON.parse(said.stdout) : {};
  return { code, results, ...said };
}

/** How much of the account is there. */
function things(): number {
  const { scripts, queues, databases, namespaces, buckets } = fake.state;
  return scripts.size + queues.size + databases.size + namespaces.size + buckets.size;
}

describe("npm run smoke", () => {
  it("finds that the fake says of every assumption what the list says that it says", async () => {
    const { code, results } = await run({ write: true });

    expect(results.filter(({ verdict }) => verdict !== "same")).toEqual([]);
    expect(results).toHaveLength(areas.flatMap(({ assumptions }) => assumptions).length);
    expect(code).toBe(0);
  });

  it("only reads without --write, and says what it did not ask", async () => {
    const { code, results, stderr } = await run();

    expect(code).toBe(0);
    expect(new Set(results.map(({ area }) => area))).toEqual(new Set(["Reading"]));
    // A tail of a Worker that is not there can only be asked for.
    const changing = fake.calls.filter((call) => !/^GET |\/telemetry\/query$|nowhere\/tails$/.test(call));
    expect(changing).toEqual([]);
    expect(stderr).toMatch(/not asked, because that needs --write: \d+ assumptions/);
  });

  it("shows the assumption, what the fake says and what the account says, and ends with 1 where they differ", async () => {
    fake.fail({ path: /\/r2\/buckets\/.*nowhere/, status: 404, code: 10_085 });
    const { code, stdout } = await run({ json: false });

    expect(code).toBe(1);
    expect(stdout).toMatch(/^Reading +a bucket that is not there is 404 +DIFFERENT +404 10006 +404 10085$/m);
    expect(stdout).toContain("10 same, 1 different, 0 not asked");
  });

  it("says what it could not ask, asks the rest, and ends with 3", async () => {
    fake.fail({ method: "POST", path: /\/d1\/database$/, status: 500, times: 9 });
    const { code, results } = await run({ write: true });

    expect(code).toBe(3);
    const open = results.filter(({ verdict }) => verdict !== "same");
    expect(new Set(open.map(({ area, verdict }) => `${area}: ${verdict}`))).toEqual(new Set(["D1: not asked"]));
    expect(open[0]?.account).toMatch(/^could not create database hoox-smoke-0badcafe: /);
  });

  it("leaves nothing behind, also of what failed or whose answer got lost", async () => {
    fake.state.addQueue("records");
    fake.fail({ method: "POST", path: "/queues", drop: true, done: true });
    fake.fail({ method: "PUT", path: /workers\/scripts\/.*-from$/, status: 500, done: true });
    const { stderr } = await run({ write: true });

    expect(things()).toBe(1);
    expect(stderr).toContain(`nothing is left of ${PREFIX}`);
  });

  it("names what it could not remove, ends with 3, and removes it with --sweep", async () => {
    fake.fail({ method: "DELETE", path: "/d1/database/", status: 500, times: 99 });
    const first = await run({ write: true });

    expect(first.code).toBe(3);
    expect(first.stderr).toMatch(
      /left behind: database hoox-smoke-0badcafe: .*\nremove it with: npm run smoke -- --sweep/,
    );

    fake.noMoreFaults();
    const second = await run({ sweep: true });
    expect([second.code, things()]).toEqual([0, 0]);
  });

  it("stops at Ctrl-C, and still removes what it made", async () => {
    const ctrlC = stopper();
    const stopping: typeof fetch = (input, init) => {
      if (fake.state.queues.size > 0) ctrlC.stop();
      return fake.workersDev.fetch(input, init);
    };

    await expect(run({ write: true }, { ...ctrlC, fetch: stopping })).rejects.toMatchObject({ exitCode: 3 });
    expect(things()).toBe(0);
  });

  it("asks for credentials where there are none", async () => {
    await expect(run({}, { env: { ...fake.env, CLOUDFLARE_API_TOKEN: undefined } })).rejects.toMatchObject({
      exitCode: 2,
      hint: expect.stringContaining("CLOUDFLARE_API_TOKEN"),
    });
  });

  it("shows no token in anything that it prints", async () => {
    const { stdout, stderr } = await run({ write: true });

    expect(stdout + stderr).not.toContain(fake.token);
    expect(stdout + stderr).not.toContain("of the smoke script");
  });
});
