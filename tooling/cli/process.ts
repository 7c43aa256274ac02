import { spawn } from "node:child_process";

/** What a program came to. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
  /** It was ended because it took too long. */
  late?: true;
}

export type RunProcess = (
  command: string,
  args: readonly string[],
  options: {
    cwd: string;
    env: Readonly<Record<string, string | undefined>>;
    timeoutMs: number;
    /** Ctrl-C at the terminal does not reach it: it ends what it has begun. */
    apart?: boolean;
  },
) => Promise<Finished>;

/** Runs a program to its end, without a terminal and without input. */
export const runProcess: RunProcess = async (command, args, { cwd, env, timeoutMs, apart = false }) => {
  const timeout = AbortSignal.timeout(timeoutMs);
  const child = spawn(command, [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: apart });
  const end = (): void => {
    if (apart && child.pid !== undefined) endGroup(child.pid);
    else child.kill();
  };
  timeout.addEventListener("abort", end, { once: true });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((done, fail) => {
    child.on("error", fail);
    child.on("close", done);
  });
  timeout.removeEventListener("abort", end);
  return { code, stdout, stderr, ...(timeout.aborted ? { late: true } : {}) };
};

/** Whoever is apart leads a group of its own: with it goes what it has started. */
function endGroup(leader: number): void {
  try {
    process.kill(-leader);
  } catch {
    // All of them have ended meanwhile.
  }
}
