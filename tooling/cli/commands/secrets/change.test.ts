import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { workers } from "#contracts/ids";
import type { FakeCloudflare } from "../../../fakes/cloudflare/fake.ts";
import { runCli, type Ran, type RunOptions } from "../../testing/run-cli.ts";
import { accountWith, goodSecrets, terminalOf } from "../../testing/secret-workers.ts";

const INTERNAL = "INTERNAL_KEY_BINDING";
const WEBHOOK = "WEBHOOK_API_KEY_BINDING";
const OLD = "value-of-internal_key_binding";

let account: FakeCloudflare;
let root: string;
beforeEach(async () => {
  account = await accountWith(await goodSecrets());
  root = await mkdtemp(join(tmpdir(), "hoox-secrets-"));
});
afterEach(() => account.stop());

function remote(args: readonly string[], options: Omit<RunOptions, "mesh"> = {}): Promise<Ran> {
  const terminal = terminalOf(account);
  const env = { ...terminal.env, ...options.env };
  return runCli(["secrets", ...args, "--remote"], { root, ...terminal, ...options, env });
}

/** What the mesh is asked to write down. */
function recording(): { fetch: typeof fetch; records: string[] } {
  const records: string[] = [];
  const { fetch } = terminalOf(account);
  return {
    records,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (String(input).endsWith("/ops/secrets/changes")) records.push(`${response.status} ${String(init?.body)}`);
      return response;
    },
  };
}

const everywhere = (name: string): (string | undefined)[] => workers.map((worker) => account.secret(worker, name));

describe("hoox secrets set", () => {
  it("gives every Worker that has the secret the value, and has each prove it", async () => {
    const ran = await remote(["set", INTERNAL, "--stdin"], { stdin: "a-value-from-stdin\n" });

    expect(ran.exitCode).toBe(0);
    expect(everywhere(INTERNAL)).toEqual(workers.map(() => "a-value-from-stdin"));
    expect(ran.stdout.match(/^\S+ +done +proven$/gm)).toHaveLength(6);
    expect(ran.stdout + ran.stderr).not.toContain("a-value-from-stdin");
  });

  it("takes the runbook's command as it stands, and warns of the shell's history", async () => {
    const ran = await remote(["set", INTERNAL, "your_secure_shared_internal_key"]);

    expect(ran.exitCode).toBe(0);
    expect(everywhere(INTERNAL)).toEqual(workers.map(() => "your_secure_shared_internal_key"));
    expect(ran.stderr).toContain("warning: the value stands in this shell's history");
    expect(ran.stdout + ran.stderr).not.toContain("your_secure");
  });

  it("asks on a terminal for what was not given", async () => {
    const ran = await remote(["set", INTERNAL], { answer: "typed-and-not-shown" });

    expect(ran.exitCode).toBe(0);
    expect(account.secret("hoox", INTERNAL)).toBe("typed-and-not-shown");
  });

  it("sets it on one Worker, and no other", async () => {
    await remote(["set", "d1-worker", INTERNAL, "--stdin"], { stdin: "for-one-worker" });

    expect(account.secret("d1-worker", INTERNAL)).toBe("for-one-worker");
    expect(account.secret("hoox", INTERNAL)).toBe(OLD);
  });

  it("refuses credentials of an exchange that there is not, and says which there are", async () => {
    const ran = await remote(["set", "MAIN_BINANCE_USMD_API_KEY", "--stdin"], { stdin: "key-of-the-exchange" });

    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(/MAIN_BINANCE_USMD_API_KEY is of no exchange[^]*BINANCE, BINANCE_USDM, BYBIT, MEXC/);
    expect(account.secret("trade-worker", "MAIN_BINANCE_USMD_API_KEY")).toBeUndefined();
  });

  it("gives trade-worker the credentials of an account", async () => {
    await remote(["set", "MAIN_BINANCE_API_KEY", "--stdin"], { stdin: "key-of-the-exchange" });

    expect(account.secret("trade-worker", "MAIN_BINANCE_API_KEY")).toBe("key-of-the-exchange");
  });

  it("refuses a mesh that is not of this account, and changes nothing", async () => {
    const env = { HOOX_URL: "https://hoox.somebody-else.workers.dev" };
    const ran = await remote(["set", INTERNAL, "--generate"], { env });

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toMatch(/is not of the account .*, whose gateway is https:\/\/hoox\.trader\.workers\.dev/);
    expect(new Set(everywhere(INTERNAL))).toEqual(new Set([OLD]));
  });

  it("says half done what is half done, where it stopped and how to go on; then it goes on", async () => {
    account.fail({ method: "PUT", path: /telegram-worker\/secrets/, status: 500, times: 9 });
    const ran = await remote(["set", INTERNAL, "--generate"]);

    expect(ran.exitCode).toBe(3);
    expect(ran.stdout).toMatch(/telegram-worker +in doubt +could not set INTERNAL_KEY_BINDING/);
    expect(ran.stdout.match(/^\S+ +done/gm)).toHaveLength(5);
    expect(ran.stdout).toContain(`${INTERNAL}: half done`);
    expect(ran.stderr).toContain(`npx hoox secrets set ${INTERNAL} --generate --remote`);

    account.noMoreFaults();
    expect((await remote(["set", INTERNAL, "--generate"])).exitCode).toBe(0);
    expect(new Set(everywhere(INTERNAL)).size).toBe(1);
  });

  it("changes nothing with --dry-run", async () => {
    const ran = await remote(["set", INTERNAL, "--generate", "--dry-run"]);

    expect(ran).toMatchObject({ exitCode: 0, stdout: "nothing was changed\n" });
    expect(account.calls.filter((call) => !call.startsWith("GET"))).toEqual([]);
  });

  it.each([
    [["set", INTERNAL, "--generate"], "set", 6],
    [["set", "d1-worker", INTERNAL, "--generate"], "set", 1],
    [["set", "OPERATOR_KEY_BINDING", "a-new-operator-key"], "set", 2],
    [["rotate", INTERNAL], "rotate", 6],
    [["delete", INTERNAL, "--yes"], "delete", 6],
  ])("%j is written into the mesh's audit log, without the value", async (args, change, many) => {
    const { fetch, records } = recording();
    const ran = await remote(args, { fetch, env: { HOOX_CURRENT_VALUE: OLD } });

    expect(ran).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("audit") });
    expect(records).toHaveLength(1);
    const [, status = "", body = ""] = /^(\d+) (.*)$/.exec(records[0] ?? "") ?? [];
    expect(status).toBe("200");
    const record: { workers: string[] } = JSON.parse(body);
    expect(record).toEqual({
      name: args.find((word) => word.endsWith("_BINDING")),
      change,
      workers: record.workers,
      reason: `hoox secrets ${change}`,
    });
    expect(record.workers).toHaveLength(many);
  });

  it("says that it is not in the audit log where the mesh cannot be asked", async () => {
    const ran = await remote(["set", INTERNAL, "--generate"], { env: { HOOX_OPERATOR_KEY: "another-operator-key" } });

    expect(ran.stderr).toMatch(/not in the audit log: .*does not accept this operator key/);
  });

  it("says that it was not verified where the mesh cannot be asked", async () => {
    const ran = await remote(["set", INTERNAL, "--generate"], { env: { HOOX_OPERATOR_KEY: "another-operator-key" } });

    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain("not verified, no Worker could be asked");
  });

  it.each([
    [["INTERNAL_KEY_BINDNG", "--generate"], "did you mean INTERNAL_KEY_BINDING?"],
    [["d1-worker", "OPERATOR_KEY_BINDING", "--generate"], "d1-worker has no OPERATOR_KEY_BINDING"],
    [[INTERNAL], "no value for INTERNAL_KEY_BINDING was given"],
    [[INTERNAL, "short"], "is shorter than 8 characters"],
    [[WEBHOOK, "--generate"], "cannot be made up here"],
    [[INTERNAL, "--generate", "--stdin"], "take one of a value, --stdin and --generate"],
  ])("refuses %j, and changes nothing", async (args, why) => {
    const ran = await remote(["set", ...args]);

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(why);
    expect(account.calls.filter((call) => call.startsWith("PUT"))).toEqual([]);
  });

  it("edits .dev.vars on this machine, for nobody else to read, and says to restart", async () => {
    await writeFile(join(root, ".dev.vars"), `# mine\n${INTERNAL}=before-it\nOTHER=x\n`);
    const ran = await runCli(["secrets", "set", INTERNAL, "--stdin"], { root, stdin: "a # b's value" });

    expect(ran).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("restart npm start") });
    expect(await readFile(join(root, ".dev.vars"), "utf8")).toBe(`# mine\nOTHER=x\n${INTERNAL}="a # b's value"\n`);
    expect((await stat(join(root, ".dev.vars"))).mode & 0o777).toBe(0o600);
  });
});

describe("hoox secrets rotate", () => {
  const current = { env: { HOOX_CURRENT_VALUE: OLD } };

  it("gives all Workers a new value in three steps, and leaves none of the old", async () => {
    const ran = await remote(["rotate", INTERNAL], current);

    expect(ran.exitCode).toBe(0);
    const values = new Set(everywhere(INTERNAL));
    expect(values.size).toBe(1);
    expect([...values][0]).toMatch(/^[0-9a-f]{48}$/);
    expect(ran.stderr.match(/^step \d of 3/gm)).toEqual(["step 1 of 3", "step 2 of 3", "step 3 of 3"]);
    for (const value of [OLD, ...values]) expect(ran.stdout + ran.stderr).not.toContain(value);
  });

  it("never lets a Worker send what another does not accept, after any single write", async () => {
    const refused: string[] = [];
    let writes = 0;
    const { fetch } = terminalOf(account);
    const watching: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (init?.method?.toUpperCase() !== "PUT") return response;
      writes += 1;
      const values = everywhere(INTERNAL).map((value) => value?.split(",") ?? []);
      for (const [from, sent] of values.entries())
        for (const [to, accepted] of values.entries())
          if (!accepted.includes(sent[0] ?? ""))
            refused.push(`write ${writes}: ${workers[to]} refuses ${workers[from]}`);
      return response;
    };
    const ran = await remote(["rotate", INTERNAL], { ...current, fetch: watching });

    expect(ran.exitCode).toBe(0);
    expect(writes).toBe(18);
    expect(refused).toEqual([]);
  });

  it("knows the current value the next time: this machine has set it", async () => {
    await remote(["rotate", INTERNAL], current);
    const first = account.secret("hoox", INTERNAL);

    expect((await remote(["rotate", INTERNAL])).exitCode).toBe(0);
    expect(account.secret("hoox", INTERNAL)).not.toBe(first);
    expect((await stat(join(root, "config/hoox/secrets.json"))).mode & 0o777).toBe(0o600);
  });

  it.each(Array.from({ length: 18 }, (_, index) => index))(
    "stopped after %d writes says that it is half done; run again, it ends with one new value",
    async (writes) => {
      account.fail({ method: "PUT", path: /secrets$/, after: writes, times: 99, drop: true });
      const stopped = await remote(["rotate", INTERNAL], current);
      account.noMoreFaults();
      expect(stopped).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("half done") });

      const ran = await remote(["rotate", INTERNAL]);
      expect(ran.exitCode).toBe(0);
      expect(new Set(everywhere(INTERNAL)).size).toBe(1);
      expect(account.secret("hoox", INTERNAL)).toMatch(/^[0-9a-f]{48}$/);
    },
  );

  it("changes nothing when the current value is not the one that was given, and names who has another", async () => {
    const ran = await remote(["rotate", INTERNAL], { env: { HOOX_CURRENT_VALUE: "not-the-current-one" } });

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("hoox: the value of INTERNAL_KEY_BINDING is not the current one");
    expect(new Set(everywhere(INTERNAL))).toEqual(new Set([OLD]));
    expect((await remote(["rotate", INTERNAL], current)).exitCode).toBe(0);
  });

  it("leaves both webhook keys valid until --finish: alerts outside carry the old one", async () => {
    const old = "value-of-webhook_api_key_binding";
    const options = { env: { HOOX_CURRENT_VALUE: old }, stdin: "a-new-webhook-key" };
    const begun = await remote(["rotate", WEBHOOK, "--stdin"], options);

    expect(begun).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("--finish") });
    expect(account.secret("hoox", WEBHOOK)).toBe(`a-new-webhook-key,${old}`);

    expect((await remote(["rotate", WEBHOOK, "--finish"])).exitCode).toBe(0);
    expect(account.secret("hoox", WEBHOOK)).toBe("a-new-webhook-key");
  });

  it.each([
    [["TG_BOT_TOKEN_BINDING"], 2, "cannot be rotated"],
    [[INTERNAL], 2, "give it in HOOX_CURRENT_VALUE"],
    [[WEBHOOK, "--finish"], 1, "no rotation of WEBHOOK_API_KEY_BINDING was begun here"],
  ])("refuses %j", async (args, exitCode, why) => {
    expect(await remote(["rotate", ...args])).toMatchObject({ exitCode, stderr: expect.stringContaining(why) });
  });

  it("keeps both values in .dev.vars on this machine until --finish", async () => {
    await writeFile(join(root, ".dev.vars"), `${WEBHOOK}=old-webhook-key\n`);
    await runCli(["secrets", "rotate", WEBHOOK, "--stdin"], { root, stdin: "new-webhook-key" });
    expect(await readFile(join(root, ".dev.vars"), "utf8")).toBe(`${WEBHOOK}=new-webhook-key,old-webhook-key\n`);

    await runCli(["secrets", "rotate", WEBHOOK, "--finish"], { root });
    expect(await readFile(join(root, ".dev.vars"), "utf8")).toBe(`${WEBHOOK}=new-webhook-key\n`);
  });
});

describe("hoox secrets list and delete", () => {
  it("lists names by Worker, and no values", async () => {
    const ran = await remote(["list"]);

    expect(ran.stdout).toMatch(/trade-worker +INTERNAL_KEY_BINDING/);
    expect(ran.stdout).not.toContain("value-of");
  });

  it("needs a yes, and takes the secret from every Worker that has it", async () => {
    expect(await remote(["delete", INTERNAL])).toMatchObject({ exitCode: 2 });
    expect(account.secret("hoox", INTERNAL)).toBe(OLD);

    expect((await remote(["delete", INTERNAL, "--yes"])).exitCode).toBe(0);
    expect(everywhere(INTERNAL)).toEqual(workers.map(() => undefined));
  });
});
