import { globSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "clipanion";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { opsRoutes } from "#contracts/routes/ops";
import type { Route } from "#contracts/routes/route";
import { webhookRoutes } from "#contracts/routes/webhook";
import { MeshCommand } from "../base.ts";
import { catalogue, matchOf, type CommandEntry } from "../catalogue.ts";
import type { HooxContext } from "../context.ts";
import { topics } from "../help-topics.ts";
import { parseJson } from "../mesh-client.ts";
import { understand } from "../run.ts";
import { ROOT } from "../../sync/paths.ts";
import { argumentsOf } from "../testing/command-lines.ts";
import { refusal, startFakeMesh, type FakeMesh, type Script } from "../testing/fake-mesh.ts";
import { minimalReply } from "../testing/minimal.ts";
import { runCli, stopper, testContext, type Ran, type RunOptions } from "../testing/run-cli.ts";

const ALERT = JSON.stringify({ symbol: "BTCUSDT", action: "buy", quantity: "1", price: "1" });
const FILES: Readonly<Record<string, string>> = {
  "--file": fileOf("alert.json", ALERT),
  "--key-file": fileOf("strategy.key", `hoox_scalper_${"A".repeat(32)}\n`),
};

const entries = catalogue();
const every = entries.flatMap((entry) => entry.paths.map((path) => ({ command: path.join(" "), path, entry })));
const examples = entries.flatMap((entry) =>
  entry.examples.map(({ line }) => ({ line, entry, argv: runnable(argumentsOf(line) ?? [], entry) })),
);
/** Those that speak to a mesh; what the others do on this machine has tests of its own. */
const speaking = examples.filter(({ entry }) => entry.class.prototype instanceof MeshCommand);

const CLOSED = { HOOX_URL: "http://localhost:1", HOOX_OPERATOR_KEY: "k", HOOX_WEBHOOK_KEY: "k" };
const gateway = { body: { worker: "hoox", status: "ok", version: "v1", dependencies: [] } };
/** More than any command asks that ends by itself. */
const MANY_QUESTIONS = 60;

function parse(argv: readonly string[]): Command<HooxContext> {
  return understand(argv, testContext());
}

/** The example as it can run here: nobody is asked, and the files that it names are there. */
function runnable(argv: readonly string[], entry: CommandEntry): string[] {
  const words = argv.map((word, index) => FILES[argv[index - 1] ?? ""] ?? word);
  return entry.options.some(({ names }) => names.includes("--yes")) ? withFlag("--yes", words) : words;
}

/** Before the command's arguments, of which a `--` may make everything. */
function withFlag(flag: string, argv: readonly string[]): string[] {
  const { length } = matchOf(entries, argv)?.path ?? [];
  return [...argv.slice(0, length), flag, ...argv.slice(length)];
}

/** What stands in the middle of a sentence; whole lines of shell are run by tests of their own. */
function spokenOf(): string[] {
  const files = ["README.md", ...globSync("docs/*.md", { cwd: ROOT })];
  const texts = files.map((file) => readFileSync(join(ROOT, file), "utf8"));
  const quoted = texts.flatMap((text) => text.match(/(?<=`)npx hoox (?!help\b)[^`]+(?=`)/g) ?? []);
  return [...new Set(quoted.map((line) => line.replaceAll(/\s+/g, " ")))];
}

function fileOf(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "hoox-examples-")), name);
  writeFileSync(path, text);
  return path;
}

/** Presses Ctrl-C on what would go on for ever. */
async function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const ctrlC = stopper();
  let asked = 0;
  const counting: typeof fetch = (input, init) => {
    if (++asked > MANY_QUESTIONS) ctrlC.stop();
    return fetch(input, init);
  };
  const ran = await runCli(argv, { stdin: ALERT, fetch: counting, ...ctrlC, ...options });
  expect(ran.stderr).not.toContain("This is a bug in hoox itself");
  return ran;
}

describe("every command", () => {
  it.each(every)("$command says what it is for, with an example", ({ entry }) => {
    expect(entry.description.length).toBeGreaterThan(10);
    expect(entry.examples.filter(({ line }) => argumentsOf(line) !== undefined)).not.toHaveLength(0);
    for (const { description } of entry.options) expect(description).not.toBe("");
  });

  it.each(examples)("is understood as its help shows it: $line", ({ argv, entry }) => {
    expect(parse(argv)).toBeInstanceOf(entry.class);
  });

  it("is understood as the topics show it", () => {
    const lines = topics.flatMap(({ text }) => text.match(/npx hoox (?!help )[^.;\n]*/g) ?? []);

    for (const line of lines) expect(() => parse(argumentsOf(line) ?? [])).not.toThrow();
  });

  it.each(spokenOf())("is there as README and docs speak of it: %s", (line) => {
    const argv = argumentsOf(line) ?? [];
    const entry = matchOf(entries, argv)?.entry;
    const known = entry?.options.flatMap(({ names }) => names) ?? [];

    expect(entry).toBeDefined();
    expect(argv.filter((word) => word.startsWith("--") && !known.includes(word))).toEqual([]);
  });

  it.each(every)("$command names an option that it does not have, and its help", async ({ path, command }) => {
    const ran = await run([...path, "--no-such-option"]);

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(`hoox ${command} has no option --no-such-option`);
    expect(ran.stderr).toContain(`npx hoox ${command} --help`);
  });

  it.each(every)("$command refuses words that it has no use for", async ({ path, entry }) => {
    const [first] = examples.filter((each) => each.entry === entry);
    const ran = await run([...path, ...(first?.argv.slice(path.length) ?? []), "surplus", "words", "here"]);

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toMatch(/npx hoox .* --help|it takes one of/);
  });

  it.each(every.filter(({ entry }) => [...entry.options, ...entry.positionals].some((each) => each.required)))(
    "$command says what is missing",
    async ({ path, command }) => {
      const ran = await run(path);

      expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
      expect(ran.stderr).toMatch(/^error: .{10,}\n.{5,}/);
      expect(ran.stderr).toContain(command.split(" ")[0]);
    },
  );
});

describe("without a mesh", () => {
  it.each(speaking)("$line ends with 3 and says how to start one", async ({ argv }) => {
    const ran = await run(argv, { env: CLOSED });

    const plugin = "QUEUES UNKNOWN - no mesh answers at http://localhost:1\n";
    expect(ran).toMatchObject({ exitCode: 3, stdout: argv.includes("--nagios") ? plugin : "" });
    expect(ran.stderr).toContain("no mesh answers at http://localhost:1\nstart it with: npm start");
  });
});

describe("with a wrong key", () => {
  let mesh: FakeMesh;
  beforeAll(async () => {
    const closed = refusal(401, "the key is missing or wrong", "the key of the message box");
    mesh = await startFakeMesh({ gateway, webhook: () => closed });
  });
  afterAll(() => mesh[Symbol.asyncDispose]());

  it.each(speaking)("$line says which, and where the right one is", async ({ argv }) => {
    const ran = await run(argv, { env: { HOOX_URL: mesh.url, HOOX_OPERATOR_KEY: "wrong", HOOX_WEBHOOK_KEY: "wrong" } });

    expect(argv[0] === "send" ? [1] : [3]).toContain(ran.exitCode);
    expect(ran.stderr + ran.stdout).toMatch(/does not accept this operator key\n.{20,}|the key is missing or wrong/);
  });
});

describe("on a mesh that has nothing", () => {
  const script: Script = Object.fromEntries(
    Object.entries<Route>(opsRoutes).map(([name, route]) => [
      name,
      route.path.includes(":") ? () => refusal(404, "there is no such thing", "look again") : minimalReply(route),
    ]),
  );
  const understood = { body: minimalReply(webhookRoutes.check) };
  const empty: Script = { gateway, webhook: () => accepted, check: () => understood, ...script };
  const accepted = { status: 202, body: { requestId: "1f0e9c8a-6a53-4c0b-9f7e-2b1d3c4e5f60", status: "accepted" } };
  let mesh: FakeMesh;
  beforeAll(async () => {
    mesh = await startFakeMesh(empty);
  });
  afterAll(() => mesh[Symbol.asyncDispose]());

  it.each(Object.entries<Route>(opsRoutes).filter(([, route]) => !route.path.includes(":")))(
    "%s can be empty",
    (_name, route) => {
      expect(parseJson(route.reply, minimalReply(route))).toMatchObject({ success: true });
    },
  );

  it.each(speaking)("$line says so in words and ends with 0 or 1", async ({ argv }) => {
    const ran = await run(argv, { mesh });

    expect([0, 1]).toContain(ran.exitCode);
    expect(`${ran.stdout}${ran.stderr}`.trim().length).toBeGreaterThan(10);
    expect(ran.exitCode === 0 || /npx hoox|\n.{10,}/.test(ran.stderr)).toBe(true);
  });

  it.each(speaking)("$line --json is JSON alone", async ({ argv }) => {
    const ran = await run(withFlag("--json", argv), { mesh });
    const documents =
      argv.includes("--watch") || argv.includes("tail") ? ran.stdout.trimEnd().split("\n") : [ran.stdout];

    for (const each of documents.filter(Boolean)) expect(() => JSON.parse(each)).not.toThrow();
    expect([0, 1]).toContain(ran.exitCode);
  });
});

describe("on a mesh that fails", () => {
  const away = refusal(503, "the database is away", "wait a minute");
  const script: Script = Object.fromEntries(Object.keys(opsRoutes).map((name) => [name, () => away]));
  let mesh: FakeMesh;
  beforeAll(async () => {
    mesh = await startFakeMesh({ gateway, webhook: () => away, check: () => away, ...script });
  });
  afterAll(() => mesh[Symbol.asyncDispose]());

  it.each(speaking)("$line passes on why, the hint and the request id", async ({ argv }) => {
    const ran = await run(argv, { mesh });

    expect(ran.exitCode).toBe(3);
    expect(ran.stdout + ran.stderr).toMatch(/the database is away/);
    expect(ran.stdout + ran.stderr).toMatch(/1f0e9c8a[^]*wait|wait[^]*1f0e9c8a/);
  });
});
