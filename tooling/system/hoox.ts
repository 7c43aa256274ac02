import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../sync/paths.ts";

/** What a command line of `npx hoox` came to. */
export interface Ran {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `npx hoox …` as a process of its own, piped; `env` says which mesh is meant. */
export async function runHoox(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  options: { onStarted?: (child: ChildProcess) => unknown } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [join(ROOT, "tooling/cli/hoox.js"), ...args], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  options.onStarted?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { exitCode, stdout, stderr };
}
