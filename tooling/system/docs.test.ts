import { Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, stopper, type Ran } from "../cli/testing/run-cli.ts";
import { docLines, isEndless, linesFor, runBy, wordsOf } from "./doc-lines.ts";
import { Deployed } from "./doctor/deployed.ts";
import { until } from "./mesh.ts";

describe("what the docs print", () => {
  it("is run by four tests, each of which has lines", () => {
    const lines = docLines().filter(({ text }) => text.startsWith("npx hoox "));
    expect(lines.map(runBy)).not.toContain(undefined);
    expect(new Set(lines.map(runBy))).toEqual(new Set(["first hour", "deployment", "account", "mesh"]));
  });

  it("is for another program in two lines of the runbook, which start.test.ts and deploy.test.ts run", () => {
    const others = docLines().filter(({ file, text }) => file === "docs/runbook.md" && !text.startsWith("npx hoox "));

    expect(others.map(({ text }) => text)).toEqual([
      "npx wrangler tail hoox --config services/hoox/wrangler.jsonc",
      "npm start -- --without ledger-worker",
    ]);
  });
});

describe("what the docs print of an account", () => {
  let account: Deployed;
  beforeAll(async () => {
    account = await Deployed.start();
    await account.hoox("profile", "add", "production", account.fake.workersDev.urlOf("hoox"));
  });
  afterAll(() => account[Symbol.asyncDispose]());

  it.each(linesFor("account"))("works as it stands there: npx hoox %s", async (line) => {
    const { exitCode, stderr } = await (isEndless(line) ? tailed(wordsOf(line)) : account.hoox(...wordsOf(line)));

    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  /** Has the Worker say something, and presses Ctrl-C once it is shown. */
  async function tailed(words: readonly string[]): Promise<Ran> {
    const { fake, terminal } = account;
    const worker = words[2] ?? "";
    const ctrlC = stopper();
    // Its waits are real ones, for what it waits for is.
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
      setTimeout(Math.min(ms, 50), undefined, { signal }).catch(() => undefined);
    let shown = "";
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        shown += String(chunk);
        done();
      },
    });
    const ended = runCli(words, { ...terminal, ...ctrlC, sleep, stdout });
    await until("it is tailed", async () => fake.tails.watching(worker) > 0);
    const timestamp = account.now().getTime();
    const of = { outcome: "ok", exceptions: [], eventTimestamp: timestamp, event: null };
    fake.tails.emit({ ...of, scriptName: worker, logs: [{ message: ["said live"], level: "log", timestamp }] });
    await until("it is shown", async () => shown.includes("said live"));
    ctrlC.stop();
    return ended;
  }
});
