import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeBinance } from "../fakes/binance/fake.ts";
import { FakeTelegram } from "../fakes/telegram.ts";
import { ROOT } from "../sync/paths.ts";
import { freePort } from "./local-mesh.ts";
import { until } from "./mesh.ts";

const CHAT = "4242";
const NOT_CLONED = ["node_modules", ".git", ".hoox", ".wrangler", ".dev.vars"];

const readme = readFileSync(join(ROOT, "README.md"), "utf8");
/** The commands of a part of the README, in order. */
const commandsOf = (part: RegExp): string[] =>
  [...(part.exec(readme)?.[1] ?? "").matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((block) =>
    (block[1] ?? "").trim().split("\n"),
  );
const commands = commandsOf(/### The first hour\n([\s\S]*?)\n```sh\nnpm test/);
const realMoney = commandsOf(/## Real money\n([\s\S]*?)\n## /);
const BINANCE = { apiKey: "binance-key-of-the-reader", apiSecret: "binance-secret-of-the-reader" };

/** A command that runs in the clone, and what it has said so far. */
interface Running {
  child: ChildProcess;
  said: { stdout: string; stderr: string };
  ended: Promise<number | null>;
}

describe("the first hour of a user who has only the README", () => {
  let telegram: FakeTelegram;
  let binance: FakeBinance;
  let clone: string;
  const beganAt = performance.now();
  const running: Running[] = [];
  beforeAll(async () => {
    [telegram, binance] = await Promise.all([FakeTelegram.start(), FakeBinance.start({ keys: BINANCE })]);
    clone = mkdtempSync(join(tmpdir(), "hoox-first-hour-"));
  });
  afterAll(async () => {
    for (const { child, ended } of running) {
      if (child.exitCode === null) child.kill("SIGTERM");
      await ended;
    }
    await Promise.all([telegram.stop(), binance.stop()]);
    rmSync(clone, { recursive: true, force: true });
  });

  function run(line: string): Running {
    const child = spawn("bash", ["-c", line], {
      cwd: clone,
      // Nothing of this machine says which mesh is meant.
      env: { PATH: process.env["PATH"], HOME: clone, NO_COLOR: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    const all = { child, said, ended };
    running.push(all);
    return all;
  }

  async function done(line: string): Promise<Running["said"]> {
    const { ended, said } = run(line);
    expect(`${line}: ${await ended} ${said.stderr}`).toMatch(/: 0 /);
    return said;
  }

  it("takes at most six commands", () => {
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.length).toBeLessThanOrEqual(6);
  });

  it("begins with a clone", () => {
    expect(commands[0]).toMatch(/^git clone \S.* hoox && cd hoox$/);
    // This checkout as it is, committed or not; its installed packages stand for `npm ci`.
    cpSync(ROOT, clone, { recursive: true, filter: (path) => !NOT_CLONED.includes(relative(ROOT, path)) });
    const packages = join(ROOT, "node_modules");
    const linked = spawnSync("cp", ["-al", packages, clone]).status === 0;
    if (!linked) cpSync(packages, join(clone, basename(packages)), { recursive: true, verbatimSymlinks: true });
  });

  it("asks for the bot's token and makes up the rest", async () => {
    expect(commands[1]).toBe("npm run hoox -- init");
    // The terminal's question, answered by a program.
    const init = run(`${commands[1]} --telegram-token-stdin`);
    init.child.stdin?.end(`${telegram.token}\n`);

    expect(`${await init.ended} ${init.said.stderr}`).toMatch(/^0 /);
    expect(init.said.stdout + init.said.stderr).not.toContain(telegram.token);
  });

  let mesh: Running;
  async function started(...vars: string[]): Promise<Running> {
    const given = vars.map((each) => ` --var ${each}`).join("");
    const starting = run(`exec npm start -- --port ${await freePort()} --var TELEGRAM_API_URL=${telegram.url}${given}`);
    await until(
      "it is ready",
      async () => {
        if (starting.child.exitCode !== null) throw new Error(starting.said.stderr);
        return starting.said.stdout.includes("ready http://localhost:");
      },
      { timeoutMs: 100_000 },
    );
    return starting;
  }

  it("starts the mesh", async () => {
    expect(commands[2]).toBe("npm start");
    mesh = await started();
  }, 120_000);

  it("finds the chat once somebody presses Start", async () => {
    expect(commands[3]).toBe("npx hoox telegram setup");
    const setup = run(commands[3] ?? "");
    const code = await until("the link is printed", async () => /\?start=([\w-]+)/.exec(setup.said.stderr)?.[1]);
    telegram.say(CHAT, `/start ${code}`);

    expect(`${await setup.ended} ${setup.said.stderr}`).toMatch(/^0 /);
    expect(telegram.textsIn(CHAT).length).toBeGreaterThan(0);
  });

  it("adds a strategy, sends its alert, and reads of the fill in Telegram, all within five minutes", async () => {
    await done(commands[4] ?? "");
    const { stdout } = await done(commands[5] ?? "");
    expect(stdout).toMatch(/^202 accepted/);
    const [requestId = "none"] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(stdout) ?? [];

    const text = await until("the fill is told", async () =>
      telegram.textsIn(CHAT).find((each) => each.includes(requestId)),
    );
    expect(text).toMatch(/0\.001 BTCUSDT/);
    expect(performance.now() - beganAt).toBeLessThan(5 * 60_000);
  });

  it("moves to Binance's testnet by keys and settings alone", async () => {
    for (const [name, value] of [
      ["API_KEY", BINANCE.apiKey],
      ["API_SECRET", BINANCE.apiSecret],
    ]) {
      const set = run(`npx hoox secrets set TEST_BINANCE_USDM_${name} --stdin`);
      set.child.stdin?.end(`${value}\n`);
      expect(`${await set.ended} ${set.said.stderr}`).toMatch(/^0 /);
    }
    appendFileSync(join(clone, ".dev.vars"), "TEST_BINANCE_USDM_TESTNET=true\n");
    mesh.child.kill("SIGTERM");
    await mesh.ended;
    // The fake stands for the testnet, whose own address nobody may ask here; behind an address of another it needs live.
    mesh = await started(`TEST_BINANCE_USDM_URL=${binance.url}`, "TRADING_MODE=live");

    expect(realMoney).toHaveLength(3);
    const [move, keys, positions] = realMoney;
    await done(move ?? "");
    expect((await done(keys ?? "")).stdout).toMatch(/^test:binance-usdm +yes/m);
    await done(commands[5] ?? "");
    await until("it is bought there", async () => binance.usdm.book.orders().some(({ status }) => status === "filled"));
    await until("the ledger knows of it", async () =>
      /test:binance-usdm BTCUSDT\.P +long/.test((await done(positions ?? "")).stdout),
    );
  }, 180_000);
});
