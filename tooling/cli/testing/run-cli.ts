import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { HooxContext } from "../context.ts";
import { runProcess } from "../process.ts";
import { runHoox } from "../run.ts";
import { OPERATOR_KEY, WEBHOOK_KEY, type FakeMesh } from "./fake-mesh.ts";

export const NOW = new Date("2026-11-23T12:00:00.000Z");

export type RunOptions = { mesh?: FakeMesh; answer?: string; stdin?: string } & Omit<Partial<HooxContext>, "stdin">;

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs one command line in this process, in an empty repository, without a terminal, with a clock that only moves
 * when a command sleeps. With a mesh, its address and keys are in the environment.
 */
export async function runCli(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const stdout = collector();
  const stderr = collector();
  const context = testContext(options, { stdout: stdout.stream, stderr: stderr.stream });
  const exitCode = await runHoox(argv, context);
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

export function testContext(
  options: RunOptions = {},
  streams: Pick<HooxContext, "stdout" | "stderr"> = { stdout: collector().stream, stderr: collector().stream },
): HooxContext {
  const { mesh, answer, stdin = "", ...overrides } = options;
  let now = NOW.getTime();
  const root = overrides.root ?? emptyFolder();
  const meshEnv = mesh ? { HOOX_URL: mesh.url, HOOX_OPERATOR_KEY: OPERATOR_KEY, HOOX_WEBHOOK_KEY: WEBHOOK_KEY } : {};
  return {
    stdin: Readable.from([stdin]),
    ...streams,
    colorDepth: 1,
    now: () => new Date(now),
    fetch: globalThis.fetch,
    sleep: async (ms) => {
      now += ms;
    },
    run: runProcess,
    interactive: answer !== undefined,
    watched: false,
    columns: Infinity,
    screen: () => undefined,
    colour: { stdout: false, stderr: false },
    ask: async () => answer ?? "",
    askSecret: async () => answer ?? "",
    onStop: () => () => undefined,
    ...overrides,
    root,
    env: { XDG_CONFIG_HOME: join(root, "config"), ...meshEnv, ...overrides.env },
  };
}

let folders: string | undefined;
let made = 0;

/** One of its own for each run, all of them gone when the tests end. */
function emptyFolder(): string {
  if (folders === undefined) {
    const all = mkdtempSync(join(tmpdir(), "hoox-cli-"));
    process.on("exit", () => rmSync(all, { recursive: true, force: true }));
    folders = all;
  }
  made += 1;
  const folder = join(folders, String(made));
  mkdirSync(folder);
  return folder;
}

function collector(): { stream: Writable; text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

/** Ctrl-C under the test's own finger. */
export function stopper(): Pick<HooxContext, "onStop"> & { stop: () => void } {
  const listeners = new Set<(signal: string) => void>();
  return {
    onStop(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => listeners.forEach((listener) => listener("SIGINT")),
  };
}
