import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountWithMesh } from "../../../deploy/testing/deployed-mesh.ts";
import { deployerOn } from "../../../deploy/testing/deployer.ts";
import type { FakeCloudflare } from "../../../fakes/cloudflare/fake.ts";
import { ROOT } from "../../../sync/paths.ts";
import type { HooxContext } from "../../context.ts";
import { runCli, type Ran, type RunOptions } from "../../testing/run-cli.ts";

const files = readdirSync(join(ROOT, "migrations")).filter((name) => name.endsWith(".sql"));

describe("the account's database", () => {
  let fake: FakeCloudflare;
  let context: HooxContext;
  beforeEach(async () => {
    ({ fake } = await accountWithMesh());
    ({ context } = deployerOn(fake));
    fake.state.addDatabase("hoox", "the-accounts-own-id");
    fake.state.addNamespace("hoox-config", "its-own-too");
  });
  afterEach(() => fake.stop());

  function db(line: string, { env, ...options }: RunOptions = {}): Promise<Ran> {
    const { root, fetch, run } = context;
    return runCli(["db", ...line.split(" ")], { root, fetch, run, ...options, env: { ...context.env, ...env } });
  }
  const bookmarkIn = ({ stderr }: Ran): string => / restore (\S+) --remote/.exec(stderr)?.[1] ?? "";
  function write(sql: string): void {
    fake.state.databases.get("the-accounts-own-id")?.run([{ sql, params: [] }]);
  }

  it.each(["apply", "migrate"])("gets its tables from nothing by %s, and is left alone the next time", async (verb) => {
    const first = await db(`${verb} --remote`);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toBe(
      [...files.map((name) => `applied ${name}`), "Schema applied to hoox (remote)\n"].join("\n"),
    );

    const before = fake.calls.length;
    const second = await db(`${verb} --remote --json`);
    expect(JSON.parse(second.stdout)).toEqual({ database: "hoox", place: "remote", applied: [] });
    expect(fake.calls.slice(before).filter((call) => call.includes("time_travel"))).toEqual([]);
  });

  it("says which migrations it has and lacks", async () => {
    const before = await db("status --remote");
    expect(before).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("npx hoox db migrate --remote") });

    await db("migrate --remote");
    const after = await db("migrate status --remote --json");
    expect(after.exitCode).toBe(0);
    expect(JSON.parse(after.stdout)).toMatchObject({ pending: [], applied: files.map((name) => ({ name })) });
  });

  it("is bookmarked before a migration touches it, and the printed line leads back", async () => {
    write("CREATE TABLE old (id TEXT)");
    const migrated = await db("apply --remote");
    const back = await db(`restore ${bookmarkIn(migrated)} --remote --yes`);

    expect(back.exitCode).toBe(0);
    expect(JSON.parse((await db("status --remote --json")).stdout).applied).toEqual([]);
    expect(fake.state.databases.get("the-accounts-own-id")?.dump()).toContain("CREATE TABLE old");
    expect(await db(`restore ${bookmarkIn(back)} --remote --yes`)).toMatchObject({ exitCode: 0 });
    expect(await db("status --remote")).toMatchObject({ exitCode: 0 });
  });

  it("is emptied only under its own name, and can be brought back", async () => {
    await db("apply --remote");
    write("INSERT INTO queue_samples VALUES ('records', '2026-11-23T12:00:00.000Z', 7, 700, NULL)");
    const rows = (): string[] =>
      fake.state.databases
        .get("the-accounts-own-id")
        ?.dump()
        .match(/^INSERT INTO "queue_samples"/gm) ?? [];

    for (const flags of ["", " --yes", " --confirm other"]) {
      expect(await db(`reset --remote${flags}`)).toMatchObject({ exitCode: 2, stdout: "" });
    }
    expect(await db("reset --remote", { answer: "yes" })).toMatchObject({ exitCode: 2 });
    expect(rows()).toHaveLength(1);

    const reset = await db("reset --remote", { answer: "hoox" });
    expect(reset).toMatchObject({ exitCode: 0, stdout: "hoox is empty\n" });
    expect(rows()).toEqual([]);
    expect(await db("status --remote")).toMatchObject({ exitCode: 0 });
    await db(`restore ${bookmarkIn(reset)} --remote --yes`);
    expect(rows()).toHaveLength(1);
  });

  it("is exported into a file that nobody else may read, without its address in any word", async () => {
    await db("apply --remote");
    const path = join(mkdtempSync(join(tmpdir(), "hoox-export-")), "hoox.sql");
    const ran = await db(`export --remote --output ${path}`);

    expect(ran.exitCode).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const copy = new DatabaseSync(":memory:");
    copy.exec(readFileSync(path, "utf8"));
    expect(copy.prepare("SELECT count(*) AS n FROM d1_migrations").get()?.["n"]).toBe(files.length);
    expect(ran.stdout + ran.stderr).not.toContain("/signed/");
  });

  it("says at once why Cloudflare cannot export it", async () => {
    Object.assign(fake.state.databases.get("the-accounts-own-id") ?? {}, { exportProblem: "D1_ERROR: virtual tables" });
    const asked = fake.calls.length;
    const path = join(mkdtempSync(join(tmpdir(), "hoox-export-")), "hoox.sql");
    const ran = await db(`export --remote --output ${path}`);

    expect(ran).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("D1_ERROR: virtual tables") });
    expect(fake.calls.slice(asked).filter((call) => call.endsWith("/export"))).toHaveLength(1);
    expect(existsSync(path)).toBe(false);
  });

  it("can be brought back though the answer to its restoration got lost", async () => {
    const first = bookmarkIn(await db("apply --remote"));
    write("CREATE TABLE since (id TEXT)");
    fake.fail({ method: "POST", path: "/time_travel/restore", drop: true, done: true });
    const lost = await db(`restore ${first} --remote --yes`);

    expect(lost).toMatchObject({ exitCode: 3, stderr: expect.not.stringContaining("it looks before") });
    expect(lost.stderr).toContain("nobody knows whether it was done");
    await db(`restore ${bookmarkIn(lost)} --remote --yes`);
    expect(fake.state.databases.get("the-accounts-own-id")?.dump()).toContain("CREATE TABLE since");
  });

  it.each([
    ["apply", { pending: files }],
    ["migrate", { pending: files }],
    ["reset", {}],
    ["restore 0000-1", { bookmark: "0000-1" }],
  ])("is left as it is by %s --dry-run", async (verb, planned) => {
    const ran = await db(`${verb} --remote --dry-run --json`);

    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.stdout)).toEqual({ database: "hoox", place: "remote", result: "planned", ...planned });
    const changing = fake.calls.filter((call) => !call.startsWith("GET ") && !call.endsWith("/query"));
    expect(changing).toEqual([]);
  });

  it.each(["status", "apply", "export --output x.sql", "reset --confirm hoox", "restore 1 --yes"])(
    "is not the one that is meant by %s while the active profile names another account's mesh",
    async (verb) => {
      const env = { HOOX_URL: "https://hoox.somebody-else.workers.dev" };
      const ran = await db(`${verb} --remote`, { env });

      expect(ran).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining("is not of the account") });
      expect(fake.calls.filter((call) => call.includes("/d1/"))).toEqual([]);
    },
  );

  it("stands in the list, and where there is none every command says how to make it", async () => {
    expect((await db("list --remote")).stdout).toMatch(/hoox +the-accounts-own-id .*of hoox/);
    fake.state.databases.clear();
    for (const verb of ["apply", "status", "export --output x.sql", "reset --confirm hoox", "restore 1"]) {
      expect(await db(`${verb} --remote`)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("npx hoox deploy all --auto"),
      });
    }
  });

  it("is asked through the gateway with the key that the deployment noted", async () => {
    const asked: string[] = [];
    fake.workersDev.serve("hoox", async (request) => {
      asked.push(`${request.method} ${new URL(request.url).pathname} ${request.headers.get("authorization")}`);
      return Response.json({ rows: [{ n: 1 }] });
    });
    const { deploy } = deployerOn(fake, { XDG_CONFIG_HOME: context.env["XDG_CONFIG_HOME"] ?? "" });
    await deploy();
    const { root, fetch, run, env } = context;
    const ran = await runCli(["db", "query", "SELECT 1 AS n", "--remote", "--json"], { root, fetch, run, env });

    expect(JSON.parse(ran.stdout)).toEqual({ rows: [{ n: 1 }] });
    expect(asked.at(-1)).toBe(`POST /ops/db/query Bearer ${fake.secret("hoox", "OPERATOR_KEY_BINDING")}`);
  });
});

describe("this machine's database", () => {
  let state: string;
  let path: string;
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "hoox-local-db-"));
    path = join(state, "state/v3/d1/miniflare-D1DatabaseObject/0123.sqlite");
    mkdirSync(dirname(path), { recursive: true });
    const sqlite = new DatabaseSync(path);
    sqlite.exec(
      "CREATE TABLE orders (id TEXT, price REAL, raw BLOB); INSERT INTO orders VALUES ('it''s', 1.5, x'00ff')",
    );
    sqlite.exec("CREATE INDEX by_id ON orders(id); CREATE TABLE _cf_METADATA (key INTEGER)");
    sqlite.close();
  });
  function db(line: string, options: RunOptions = {}): Promise<Ran> {
    return runCli(["db", ...line.split(" "), "--state", state], { root: ROOT, ...options });
  }

  it("is exported as SQL that makes it again", async () => {
    const output = join(state, "hoox.sql");
    expect(await db(`export --output ${output}`)).toMatchObject({ exitCode: 0 });

    const copy = new DatabaseSync(":memory:");
    copy.exec(readFileSync(output, "utf8"));
    expect({ ...copy.prepare("SELECT id, price, hex(raw) AS raw FROM orders").get() }).toEqual({
      id: "it's",
      price: 1.5,
      raw: "00FF",
    });
    expect(readFileSync(output, "utf8")).not.toContain("_cf_");
  });

  it("is thrown away only after a yes, and made anew", async () => {
    expect(await db("reset")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--yes") });
    expect(existsSync(path)).toBe(true);

    const ran: string[] = [];
    const run: HooxContext["run"] = async (_, args) => {
      ran.push(args.slice(1, 4).join(" "));
      return { code: 0, stdout: "", stderr: "" };
    };
    expect(await db("reset --yes", { run })).toMatchObject({ exitCode: 0, stdout: "hoox is empty\n" });
    expect(existsSync(path)).toBe(false);
    expect(ran).toEqual(["d1 migrations apply"]);
  });

  it("is kept by reset --dry-run, which needs no yes", async () => {
    expect(await db("reset --dry-run")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("nothing was") });
    expect(existsSync(path)).toBe(true);
  });

  it("is not thrown away under a mesh that runs on it", async () => {
    const running = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1_000)", "start"]);
    const mesh = { pid: running.pid, url: "http://localhost:1", port: 1, startedAt: new Date().toISOString() };
    writeFileSync(join(state, "mesh.json"), JSON.stringify({ ...mesh, without: [] }));
    const refused = await db("reset --yes");
    running.kill();

    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("a mesh runs on") });
    expect(existsSync(path)).toBe(true);
  });
});
