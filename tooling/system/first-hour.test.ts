import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeTelegram } from "../fakes/telegram.ts";
import { ROOT } from "../sync/paths.ts";
import { freePort } from "./local-mesh.ts";
import { until } from "./mesh.ts";

const CHAT = "4242";
const NOT_CLONED = ["node_modules", ".git", ".hoox", ".wrangler", ".dev.vars"];

/** The commands of the README's first hour, in order. */
const commands = [
  ...(
    /### The first hour\n([\s\S]*?)\n```sh\nnpm test/.exec(readFileSync(join(ROOT, "README.md"), "utf8"))?.[1] ?? ""
  ).matchAll(/```sh\n([\s\S]*?)```/g),
].flatMap((block) => (block[1] ?? "").trim().split("\n"));

/** A command that runs in the clone, and what it has said so far. */
interface Running {
  child: ChildProcess;
  said: { stdout: string; stderr: string };
  ended: Promise<number | null>;
}

describe("the first hour of a user who has only the README", () => {
  let telegram: FakeTelegram;
  let clone: string;
  const started = performance.now();
  const running: Running[] = [];
  beforeAll(async () => {
    telegram = await FakeTelegram.start();
    clone = mkdtempSync(join(tmpdir(), "hoox-first-hour-"));
  });
  afterAll(async () => {
    for (const { child, ended } of running) {
      if (child.exitCode === null) child.kill("SIGTERM");
      await ended;
    }
    await telegram.stop();
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

  it("starts the mesh", async () => {
    expect(commands[2]).toBe("npm start");
    const mesh = run(`exec ${commands[2]} -- --port ${await freePort()} --var TELEGRAM_API_URL=${telegram.url}`);
    await until(
      "it is ready",
      async () => {
        if (mesh.child.exitCode !== null) throw new Error(mesh.said.stderr);
        return mesh.said.stdout.includes("ready http://localhost:");
      },
      { timeoutMs: 100_000 },
    );
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
    expect(performance.now() - started).toBeLessThan(5 * 60_000);
  });
});
