import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { workers } from "#contracts/ids";
import { accountWithMesh } from "../../../deploy/testing/deployed-mesh.ts";
import { deployerOn, type Deployer } from "../../../deploy/testing/deployer.ts";
import type { FakeCloudflare } from "../../../fakes/cloudflare/fake.ts";
import type { HooxContext } from "../../context.ts";
import { runCli, stopper, type Ran, type RunOptions } from "../../testing/run-cli.ts";

let fake: FakeCloudflare;
let ill: Map<string, string>;
let terminal: Deployer;

async function start(): Promise<void> {
  ({ fake, ill } = await accountWithMesh());
  terminal = deployerOn(fake);
}

function run(line: string, { env, ...options }: RunOptions = {}): Promise<Ran> {
  const { context } = terminal;
  const { root, fetch, run: runs } = context;
  return runCli(line.split(" "), { root, fetch, run: runs, ...options, env: { ...context.env, ...env } });
}

const changes = (): string[] => fake.calls.filter((call) => !call.startsWith("GET ") && !call.endsWith("/query"));

describe("deploy on an account that has nothing", () => {
  beforeAll(start);
  afterAll(() => fake.stop());

  it("shows the plan with --dry-run, and does nothing of it", async () => {
    const ran = await run("deploy all --only ledger-worker --dry-run");

    expect(ran).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^target: account /) });
    expect(ran.stdout).toMatch(/queue trade-signals-dlq +not there/);
    expect(ran.stdout).toMatch(/deploy ledger-worker +not deployed/);
    expect(ran.stdout).not.toContain("d1-worker");
    expect(changes()).toEqual([]);
  });

  it("needs a yes where nobody can give one", async () => {
    const ran = await run("deploy all --only ledger-worker");

    expect(ran).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining("add --auto") });
    expect(changes()).toEqual([]);
  });

  it("takes a no for a no", async () => {
    expect(await run("deploy all --only ledger-worker", { answer: "n" })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("nothing was changed"),
    });
    expect(changes()).toEqual([]);
  });

  it.each([
    ["--only hoox,nobody", 2, /--only: "nobody" does not fit/],
    [
      "--only trade-worker",
      1,
      /trade-worker is bound to ledger-worker, which is not deployed\n +deploy what is missing/,
    ],
  ])("says what is wrong with %s", async (flags, exitCode, words) => {
    const ran = await run(`deploy all --auto ${flags}`);

    expect(ran.exitCode).toBe(exitCode);
    expect(ran.stdout + ran.stderr).toMatch(words);
  });

  it.each([
    [
      "a token that may not touch queues",
      { permissions: ["Workers Scripts:Edit"] },
      /"Queues: Edit".*\n +add it at https/,
    ],
    ["an expired token", { expiresOn: new Date(0) }, /the token is wrong, expired or revoked/],
  ])("looks before it leaps: %s", async (_, token, words) => {
    fake.addToken("another-token-0001", token);
    const ran = await run("deploy all --auto", { env: { CLOUDFLARE_API_TOKEN: "another-token-0001" } });

    expect([1, 3]).toContain(ran.exitCode);
    expect(ran.stdout + ran.stderr).toMatch(words);
    expect(changes()).toEqual([]);
  });

  it("says that the gateway would have no address on an account without a workers.dev name", async () => {
    fake.fail({ method: "GET", path: /^\/workers\/subdomain$/, status: 404, code: 10_007 });
    const ran = await run("deploy all --only ledger-worker --auto --json");

    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("nothing was changed") });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      result: "refused",
      problems: [
        { message: expect.stringContaining("no workers.dev name"), todo: expect.stringContaining("https://") },
      ],
    });
    expect(changes()).toEqual([]);
  });

  it("stops at the first failure with how to go on, and goes on", async () => {
    fake.fail({ method: "PUT", path: "/workers/scripts/ledger-worker", status: 500 });
    const failed = await run("deploy all --only ledger-worker --auto --json");
    const document = JSON.parse(failed.stdout);

    expect(failed.exitCode).toBe(3);
    expect(document).toMatchObject({ result: "failed", workers: [{ worker: "ledger-worker", status: "failed" }] });
    expect(failed.stderr).toMatch(
      /\d+ of \d+ steps are done; go on .*: npx hoox deploy all --only ledger-worker --auto/,
    );
    expect(await run("deploy all --only ledger-worker --auto")).toMatchObject({ exitCode: 0 });
  });
});

describe("Ctrl-C in the middle of a deployment", () => {
  beforeAll(start);
  afterAll(() => fake.stop());

  it("lets the step under way end, begins no other, and the same command goes on", async () => {
    const ctrlC = stopper();
    const whileItRuns: HooxContext["run"] = async (...args) => {
      ctrlC.stop();
      return terminal.context.run(...args);
    };
    const stopped = await run("deploy all --only ledger-worker --auto", { onStop: ctrlC.onStop, run: whileItRuns });

    expect(stopped.exitCode).toBe(3);
    expect(stopped.stdout).toContain("stopped by SIGINT before: queues, crons and address of ledger-worker");
    expect(fake.state.script("ledger-worker").deployments).toHaveLength(1);
    const resumed = await run("deploy all --only ledger-worker --auto");
    expect(resumed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("nothing to do") });
  });
});

describe("on an account that has a mesh", () => {
  beforeEach(start);
  afterEach(() => fake.stop());
  beforeEach(async () => {
    await terminal.deploy();
  });
  const current = async (worker: string): Promise<string | undefined> =>
    fake.state.script(worker).deployments.at(-1)?.versions[0]?.version_id;

  it("deploy history shows who deployed what, and what takes the requests now", async () => {
    const ran = await run("deploy history");

    expect(ran.exitCode).toBe(0);
    for (const worker of workers) {
      expect(ran.stdout).toContain(`${worker.padEnd(15)}  ${await current(worker)}  now`);
    }
    expect(ran.stdout).toContain("hoox deploy, from made-of-hoox");
  });

  it("deploy rollback leads back to what was made from something else, past a secret that was set since", async () => {
    const good = await current("trade-worker");
    terminal.prints.set("trade-worker", "made-of-a-bad-source");
    await terminal.deploy();
    await run("secrets set trade-worker INTERNAL_KEY_BINDING another-internal-key --remote");

    const ran = await run("deploy rollback trade-worker --yes");

    expect(ran).toMatchObject({ exitCode: 0, stdout: `trade-worker runs ${good}\n` });
    expect(ran.stderr).toContain("secrets were set since then");
    expect(await current("trade-worker")).toBe(good);
    expect((await terminal.plan()).steps.find(({ kind }) => kind === "worker")).toMatchObject({
      why: "it is not its newest version alone that takes the requests",
    });
  });

  it("deploy rollback never leads to what somebody went back from", async () => {
    const good = await current("trade-worker");
    terminal.prints.set("trade-worker", "made-of-a-bad-source");
    await terminal.deploy();
    await run("deploy rollback trade-worker --yes");
    expect(await run("deploy rollback trade-worker --yes")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("no earlier version that was made from something else"),
    });
    expect(await current("trade-worker")).toBe(good);

    terminal.prints.set("trade-worker", "made-of-another-bad-source");
    await terminal.deploy();
    await run("deploy rollback trade-worker --yes");
    expect(await current("trade-worker")).toBe(good);
  });

  it("deploy rollback says what was done when that is not well either, and no way back that is none", async () => {
    terminal.prints.set("trade-worker", "made-of-a-bad-source");
    await terminal.deploy();
    ill.set("trade-worker", "no such table: orders");
    const ran = await run("deploy rollback trade-worker --yes --json");

    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      result: "done",
      to: { id: await current("trade-worker") },
      problem: expect.stringContaining("no such table: orders"),
    });
    expect(ran.stderr).toContain("error: trade-worker is deployed and not well");
    expect(ran.stderr).not.toContain("go back:");
  });

  it("deploy rollback asks once more when only Cloudflare knows that a secret has changed", async () => {
    const good = await current("trade-worker");
    terminal.prints.set("trade-worker", "made-of-a-bad-source");
    await terminal.deploy();
    const version = fake.state.script("trade-worker").versions.at(-1);
    const bindings = version?.bindings.map((each) =>
      each.type === "secret_text" ? { ...each, text: "changed" } : each,
    );
    Object.assign(version ?? {}, { bindings });
    const ran = await run("deploy rollback trade-worker --yes");

    expect(ran).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("secrets were set since then") });
    expect(await current("trade-worker")).toBe(good);
  });

  it("deploy rollback needs a yes, and knows what it cannot do", async () => {
    expect(await run("deploy rollback hoox")).toMatchObject({ exitCode: 1, stdout: "" });
    const [version] = fake.state.script("hoox").versions;
    expect(await run(`deploy rollback hoox --version ${version?.id}`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("hoox runs that version already"),
    });
    expect(await run("deploy rollback hoox --version 1234")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(version?.id ?? ""),
    });
    terminal.prints.set("hoox", "made-of-a-bad-source");
    await terminal.deploy();
    expect(await run("deploy rollback hoox")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--yes") });
    expect(await run("deploy rollback hoox --dry-run")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`to ${version?.id}`),
    });
  });
});
