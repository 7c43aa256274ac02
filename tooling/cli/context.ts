import { createInterface } from "node:readline/promises";
import { setTimeout } from "node:timers/promises";
import { Writable } from "node:stream";
import type { BaseContext } from "clipanion";
import { ROOT } from "../sync/paths.ts";
import { usageError } from "./errors.ts";
import { runProcess, type RunProcess } from "./process.ts";

/** Everything a command may know of the world around it. Tests give it another one. */
export interface HooxContext extends BaseContext {
  env: Readonly<Record<string, string | undefined>>;
  /** The repository. */
  root: string;
  now: () => Date;
  fetch: typeof fetch;
  /** Ends early, and without an error, when the signal is aborted. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Another program, such as wrangler, to its end. */
  run: RunProcess;
  /** Somebody sits before it and can be asked. */
  interactive: boolean;
  /** Someone reads stdout as it comes, rather than a program or a file. */
  watched: boolean;
  /** Width of the terminal; Infinity when stdout is none. */
  columns: number;
  /** The terminal behind stdout as it is now, for what is drawn again and again; undefined when it cannot redraw. */
  screen: () => { columns: number; rows: number } | undefined;
  colour: { stdout: boolean; stderr: boolean };
  /** One line; Ctrl-C instead is a CliError. */
  ask: (question: string) => Promise<string>;
  /** The same, and the terminal shows nothing of the answer. */
  askSecret: (question: string) => Promise<string>;
  /** Calls back at Ctrl-C and its like; answers how to stop listening. */
  onStop: (listener: (signal: string) => void) => () => void;
}

/** The only place that touches the process; everything else takes a context. */
export function processContext(): HooxContext {
  const { env, stdin, stdout, stderr } = process;
  quietly(stdout);
  quietly(stderr);
  return {
    env,
    stdin,
    stdout,
    stderr,
    colorDepth: 1,
    root: ROOT,
    now: () => new Date(),
    fetch: globalThis.fetch,
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
    run: runProcess,
    interactive: Boolean(stdin.isTTY && stderr.isTTY),
    watched: Boolean(stdout.isTTY),
    columns: stdout.isTTY ? stdout.columns : Infinity,
    screen: () => (stdout.isTTY && env["TERM"] !== "dumb" ? { columns: stdout.columns, rows: stdout.rows } : undefined),
    colour: { stdout: wantsColour(env, stdout), stderr: wantsColour(env, stderr) },
    ask: (question) => askOn(stderr, question),
    askSecret: async (question) => {
      stderr.write(question);
      const answer = await askOn(new Writable({ write: (_chunk, _encoding, done) => done() }), "");
      stderr.write("\n");
      return answer;
    },
    onStop,
  };
}

export function argv(): string[] {
  return process.argv.slice(2);
}

export function leave(exitCode: number): void {
  process.exitCode = exitCode;
}

function wantsColour(env: HooxContext["env"], stream: { isTTY?: boolean }): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "") return env["FORCE_COLOR"] !== "0";
  return Boolean(stream.isTTY) && env["TERM"] !== "dumb";
}

/** The terminal stands still without an echo of its own: what is shown of the answer is what `output` shows. */
async function askOn(output: Writable, question: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output, terminal: true });
  const gone = new Promise<never>((_, reject) => {
    prompt.once("SIGINT", () => reject(usageError("stopped; nothing was changed")));
    prompt.once("close", () => reject(usageError("the input has ended; nothing was changed")));
  });
  try {
    return await Promise.race([prompt.question(question), gone]);
  } finally {
    gone.catch(() => undefined);
    prompt.close();
  }
}

function onStop(listener: (signal: string) => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

/** `hoox … | head` closes the pipe early; that is no failure of ours. */
function quietly(stream: Writable): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}
