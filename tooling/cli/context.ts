import { createInterface } from "node:readline/promises";
import { setTimeout } from "node:timers/promises";
import type { Writable } from "node:stream";
import type { BaseContext } from "clipanion";
import { ROOT } from "../sync/paths.ts";

/** Everything a command may know of the world around it. Tests give it another one. */
export interface HooxContext extends BaseContext {
  env: Readonly<Record<string, string | undefined>>;
  /** The repository. */
  root: string;
  now: () => Date;
  fetch: typeof fetch;
  sleep: (ms: number) => Promise<void>;
  /** Somebody sits before it and can be asked. */
  interactive: boolean;
  /** Someone reads stdout as it comes, rather than a program or a file. */
  watched: boolean;
  /** Width of the terminal; Infinity when stdout is none. */
  columns: number;
  colour: { stdout: boolean; stderr: boolean };
  ask: (question: string) => Promise<string>;
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
    sleep: (ms) => setTimeout(ms),
    interactive: Boolean(stdin.isTTY && stderr.isTTY),
    watched: Boolean(stdout.isTTY),
    columns: stdout.isTTY ? stdout.columns : Infinity,
    colour: { stdout: wantsColour(env, stdout), stderr: wantsColour(env, stderr) },
    ask,
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

async function ask(question: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await prompt.question(question);
  } finally {
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
