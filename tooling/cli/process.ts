import { spawn } from "node:child_process";

/** What a program came to. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export type RunProcess = (
  command: string,
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string | undefined>> },
) => Promise<Finished>;

/** Runs a program to its end, without a terminal and without input. */
export const runProcess: RunProcess = async (command, args, { cwd, env }) => {
  const child = spawn(command, [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((done, fail) => {
    child.on("error", fail);
    child.on("close", done);
  });
  return { code, stdout, stderr };
};
