import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { outcome } from "#contracts/outcome";
import { catalogue } from "./catalogue.ts";
import { topics } from "./help-topics.ts";
import { refusal, startFakeMesh } from "./testing/fake-mesh.ts";
import { runCli } from "./testing/run-cli.ts";
import { status } from "./testing/samples.ts";

const entries = catalogue();
const paths = entries.flatMap((each) => each.paths);

describe("a command line that is not understood", () => {
  it.each([
    [["trcae", "x"], 'there is no command "hoox trcae x"\ndid you mean: npx hoox trace'],
    [["dql", "list"], "did you mean: npx hoox dlq list"],
    [["dlq", "lst"], "did you mean: npx hoox dlq list"],
    [["kill-switch", "onn"], "did you mean: npx hoox kill-switch on"],
    [["logs", "tial"], "did you mean: npx hoox logs tail"],
    [["help", "exit-code"], "did you mean: npx hoox help exit-codes"],
    [["help", "blockchain"], 'there is no command or topic "blockchain"\nsee: npx hoox --help'],
    [["kill-switch", "on", "--mode", "entires", "--reason", "x"], "did you mean entries?"],
    [["start", "--without", "d1-wroker"], "did you mean d1-worker?"],
    [["blockchain"], "see: npx hoox --help"],
    [["send", "--qantity", "3"], "hoox send has no option --qantity; did you mean --quantity?"],
    [["status", "--jsn"], "did you mean --json?"],
    [["trace"], "hoox trace needs <requestId>"],
    [["trace", "--json"], "hoox trace needs <requestId>"],
    [["kill-switch", "on"], "hoox kill-switch on needs --reason: Why; it is kept in the audit log"],
    [["kill-switch", "on", "--mode", "all"], "hoox kill-switch on needs --reason"],
    [["completion"], "hoox completion needs <shell>"],
    [["send", "--repeat", "many"], '--repeat: "many" is no whole number'],
    [["start", "--without", "d1"], "one of ledger-worker, d1-worker"],
    [["start", "--without", "hoox"], "the gateway is the one Worker"],
    [["status", "--target", "nowhere"], 'there is no profile "nowhere"'],
  ])("%j exits 2 with words on stderr alone", async (argv, words) => {
    const ran = await runCli(argv);

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(words);
  });
});

describe("help", () => {
  it("is an overview of every command without any argument", async () => {
    const { exitCode, stdout } = await runCli([]);

    expect(exitCode).toBe(0);
    for (const {
      paths: [shown = []],
      description,
    } of entries)
      expect(stdout).toMatch(new RegExp(`\\n  ${shown.join(" ")} +${description.slice(0, 20).replaceAll(/\W/g, ".")}`));
    for (const { name } of topics) expect(stdout).toContain(`  help ${name}`);
  });

  it.each(topics.map((each) => each.name))("on %s explains it", async (name) => {
    const { exitCode, stdout } = await runCli(["help", name]);

    expect(exitCode).toBe(0);
    expect(stdout.split("\n").length).toBeGreaterThan(4);
  });

  it("on outcomes knows every outcome", async () => {
    const { stdout } = await runCli(["help", "outcomes"]);

    for (const each of outcome.options) expect(stdout).toMatch(new RegExp(`^${each} `, "m"));
  });

  it("breaks long texts between words on a narrow terminal", async () => {
    const { stdout } = await runCli(["logs", "tail", "--help"], { columns: 60 });
    const details = stdout.slice(stdout.indexOf("First what is stored"), stdout.indexOf("Examples"));

    expect(Math.max(...details.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it("lists the verbs of a noun on stderr, as that is no answer", async () => {
    const ran = await runCli(["dlq"]);

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain("dlq show");
  });

  it.each(paths)("of %s %s says what it does, every option, and an example", async (...path) => {
    const { exitCode, stdout } = await runCli([...path.filter((word) => word !== undefined), "--help"]);

    expect(exitCode).toBe(0);
    expect(stdout).toContain("Usage\n");
    expect(stdout).toContain("--json");
    expect(stdout).toMatch(/Examples\n {2}# .+\n {2}(?:npx hoox|npm) /);
  });
});

describe("a mesh that does not do its part", () => {
  it("is named, with the way to start it, when nothing answers", async () => {
    const ran = await runCli(["status"], { env: { HOOX_URL: "http://localhost:1" } });

    expect(ran).toMatchObject({
      exitCode: 3,
      stdout: "",
      stderr: "error: no mesh answers at http://localhost:1\nstart it with: npm start -- --port 1, or unset HOOX_URL\n",
    });
  });

  it("is said to refuse the key, with what to do", async () => {
    await using mesh = await startFakeMesh({ status });
    const ran = await runCli(["status"], { mesh, env: { HOOX_URL: mesh.url, HOOX_OPERATOR_KEY: "wrong" } });

    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain("does not accept this operator key");
    expect(ran.stderr).toContain("restart npm start");
  });

  it("passes on its reason, hint and requestId when it fails", async () => {
    await using mesh = await startFakeMesh({ status: () => refusal(503, "the database is away", "wait a minute") });

    expect(await runCli(["status"], { mesh })).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/the database is away \(503\) \[[0-9a-f-]{36}\]\nwait a minute/),
    });
  });

  it("is suspected to be something else when it answers no JSON", async () => {
    await using mesh = await startFakeMesh({ status: () => ({ status: 500, body: "<html>nginx</html>" }) });

    expect(await runCli(["status"], { mesh })).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining("is it really a hoox mesh"),
    });
  });

  it("is said to be of another version when its answer does not fit the contract", async () => {
    await using mesh = await startFakeMesh({ status: { ledgers: [] } });
    const ran = await runCli(["status"], { mesh });

    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain("different versions");
  });
});

describe("the command line's own rules", () => {
  const folder = join(import.meta.dirname, "commands");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !path.endsWith(".test.ts"),
  );

  it.each(sources)("keep commands/%s a thin adapter", (path) => {
    const lines = readFileSync(join(folder, path), "utf8").trimEnd().split("\n").length;

    expect(lines).toBeLessThanOrEqual(80);
  });

  it("let every command line that is shown be one that a shell finds", () => {
    const verbs = [...new Set(paths.map(([noun]) => noun))].join("|");
    const bare = new RegExp(`(?<!npx )\\bhoox (?:${verbs}) `);
    const shown = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
      .flatMap((path) => readFileSync(join(import.meta.dirname, path), "utf8").split("\n"))
      .filter((line) => !/^\s*(?:\*|\/)/.test(line));

    expect(shown.filter((line) => bare.test(line))).toEqual([]);
  });

  it("let nothing but the context and the launcher touch the process", () => {
    const all = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter(
      (path) => path.endsWith(".ts") && !path.endsWith(".test.ts"),
    );
    const touching = all.filter((path) =>
      /\bprocess\.(?:env|exit|exitCode|argv|stdout|stderr)\b|\bconsole\./.test(
        readFileSync(join(import.meta.dirname, path), "utf8"),
      ),
    );

    expect(touching).toEqual(["context.ts"]);
  });
});
