import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { workers, type Worker } from "#contracts/ids";
import type { FakeCloudflare } from "../../../fakes/cloudflare/fake.ts";
import { startFakeMesh } from "../../testing/fake-mesh.ts";
import { runCli, type Ran } from "../../testing/run-cli.ts";
import { accountWith, goodSecrets, provenBy, terminalOf, type Secrets } from "../../testing/secret-workers.ts";

const INTERNAL = "INTERNAL_KEY_BINDING";

describe("hoox secrets check of an account", () => {
  let account: FakeCloudflare;
  let all: Map<Worker, Secrets>;
  beforeEach(async () => {
    all = await goodSecrets();
  });
  afterEach(() => account.stop());

  /** The terminal can have another operator key than the mesh, or no way into the account. */
  async function check(
    args: readonly string[] = [],
    { operatorKey, credentials = true }: { operatorKey?: string; credentials?: boolean } = {},
  ): Promise<Ran> {
    account = await accountWith(all);
    const { env, fetch } = terminalOf(account);
    const root = await mkdtemp(join(tmpdir(), "hoox-secrets-"));
    await mkdir(join(root, "config/hoox"), { recursive: true });
    const profiles = { far: { url: account.workersDev.urlOf("hoox") } };
    await writeFile(join(root, "config/hoox/profiles.json"), JSON.stringify({ active: "far", profiles }));
    const key = { HOOX_OPERATOR_KEY: operatorKey ?? env["HOOX_OPERATOR_KEY"] };
    const given = credentials ? { ...env, ...key } : key;
    const ran = await runCli(["secrets", "check", ...args], { root, fetch, env: given });
    for (const value of [...all.values()].flatMap((each) => Object.values(each))) {
      expect(ran.stdout + ran.stderr).not.toContain(value);
    }
    return ran;
  }

  function secretsOf(worker: Worker): Secrets {
    const secrets = all.get(worker);
    if (!secrets) throw new Error(`no ${worker}`);
    return secrets;
  }

  it("says that all is well where every Worker has its secrets, and one value of each shared one", async () => {
    const ran = await check();

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toMatch(/INTERNAL_KEY_BINDING +d1-worker +present +same everywhere/);
    expect(ran.stdout).toContain("Audit result: SECURE\n");
  });

  it.each(workers)("names %s when its internal key is another one, and says what to run", async (worker) => {
    secretsOf(worker)[INTERNAL] = "value-of-somebody-else";
    const ran = await check();

    expect(ran.exitCode).toBe(1);
    expect(ran.stdout.match(/^.*DIFFERS.*$/gm)).toEqual([expect.stringMatching(`^${INTERNAL} +${worker} +DIFFERS`)]);
    expect(ran.stderr).toContain(`npx hoox secrets set ${INTERNAL}`);
  });

  it("names the Worker that lacks a secret", async () => {
    delete secretsOf("trade-worker")[INTERNAL];
    const ran = await check(["--json"]);

    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ result: "wrong", asked: { account: true, mesh: true } });
    const missing: unknown = JSON.parse(ran.stdout).secrets[0].workers.filter(
      (each: { status: string }) => each.status === "missing",
    );
    expect(missing).toEqual([{ worker: "trade-worker", status: "missing" }]);
  });

  it("takes what Hoox works without for no fault", async () => {
    delete secretsOf("telegram-worker")["TG_BOT_TOKEN_BINDING"];
    const ran = await check();

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toMatch(/TG_BOT_TOKEN_BINDING +telegram-worker +optional +notifications go to the log/);
  });

  it("misses the other half of a venue's credentials", async () => {
    secretsOf("trade-worker")["MAIN_BINANCE_API_KEY"] = "half-of-the-credentials";
    const ran = await check();

    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/MAIN_BINANCE_API_SECRET +trade-worker +MISSING/);
  });

  it("looks at one Worker, and still compares with all others", async () => {
    secretsOf("d1-worker")[INTERNAL] = "value-of-somebody-else";
    const ran = await check(["d1-worker"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/d1-worker +DIFFERS/);
    expect(ran.stdout).not.toContain("trade-worker");
  });

  it("goes by names alone, and says so, while the mesh does not accept the operator key", async () => {
    const ran = await check([], { operatorKey: "another-operator-key" });

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain("SECURE, by their names alone: no values were compared");
    expect(ran.stderr).toContain("does not accept this operator key");
  });

  it("goes by proofs alone, and says so, without credentials of the account", async () => {
    secretsOf("hoox")[INTERNAL] = "value-of-somebody-else";
    const ran = await check([], { credentials: false });

    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/INTERNAL_KEY_BINDING +hoox +DIFFERS/);
    expect(ran.stderr).toContain("the account was not asked: there is no way into a Cloudflare account yet");
  });

  it("ends with 3 when neither could be asked", async () => {
    const ran = await check([], { credentials: false, operatorKey: "another-operator-key" });

    expect(ran).toMatchObject({ exitCode: 3, stdout: "" });
    expect(ran.stderr).toMatch(/nothing could be looked at: .*way into a Cloudflare account.*operator key/);
  });
});

describe("hoox secrets check of the local mesh", () => {
  it("finds what .dev.vars lacks, and says that nothing was compared while no mesh runs", async () => {
    const root = await mkdtemp(join(tmpdir(), "hoox-secrets-"));
    await writeFile(join(root, ".dev.vars"), `${INTERNAL}=one-internal-key\nOPERATOR_KEY_BINDING=one-operator-key\n`);
    const ran = await runCli(["secrets", "check"], { root, env: { HOOX_URL: "http://localhost:1" } });

    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/WEBHOOK_API_KEY_BINDING +hoox +MISSING/);
    expect(ran.stdout).toMatch(/INTERNAL_KEY_BINDING +hoox +present +not compared/);
    expect(ran.stderr).toContain("no values were compared: no mesh answers at http://localhost:1");
  });

  it("finds that the mesh was started with other secrets than .dev.vars has now", async () => {
    const all = await goodSecrets();
    const lines = [...all.values()].flatMap((each) => Object.entries(each)).map(([name, value]) => `${name}=${value}`);
    const root = await mkdtemp(join(tmpdir(), "hoox-secrets-"));
    await writeFile(join(root, ".dev.vars"), lines.join("\n").replaceAll(/^INTERNAL.*$/gm, `${INTERNAL}=a-newer-key`));
    const names = [...new Set([...all.values()].flatMap((each) => Object.keys(each)))];
    await using mesh = await startFakeMesh({ secrets: await provenBy((worker) => all.get(worker) ?? {}, names) });
    const ran = await runCli(["secrets", "check"], { mesh, root });

    expect(ran.exitCode).toBe(1);
    expect(ran.stdout.match(/DIFFERS/g)).toHaveLength(6);
    expect(ran.stderr).toContain("restart npm start");
  });
});
