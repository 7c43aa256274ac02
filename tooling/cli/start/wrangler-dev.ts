import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { workers, type Worker } from "#contracts/ids";
import type { HooxContext } from "../context.ts";
import { devVarsPath, type DevVars } from "../dev-vars.ts";
import { localEnv, wranglerCommand } from "../wrangler.ts";
import { persistPath } from "./mesh-file.ts";
import { hear, type Heard } from "./lines.ts";

export interface WranglerDev {
  /** Its process group: wrangler, esbuild and both workerd. */
  group: number;
  /** Resolves when wrangler itself has ended. */
  ended: Promise<number | null>;
}

/** Starts the Workers on one port, the gateway first: the first config is the one that answers there. */
export function startWrangler(
  context: HooxContext,
  options: {
    port: number;
    state: string;
    /** Env files beside `.dev.vars`; a later one wins. */
    envFiles: readonly string[];
    /** Of Workers that run by another configuration than their own wrangler.jsonc. */
    configs: Readonly<Partial<Record<Worker, string>>>;
    without: readonly Worker[];
    secrets: DevVars;
    onLine: (heard: Heard) => void;
  },
): WranglerDev {
  const present = ["hoox" as const, ...workers.filter((worker) => worker !== "hoox")].filter(
    (worker) => !options.without.includes(worker),
  );
  const { command, args } = wranglerCommand(context.root, [
    "dev",
    ...present.flatMap((worker) => ["-c", options.configs[worker] ?? `services/${worker}/wrangler.jsonc`]),
    `--port=${options.port}`,
    "--ip=localhost",
    "--inspector-port=0",
    `--persist-to=${persistPath(options.state)}`,
    ...[devVarsPath(context.root), ...options.envFiles].map((path) => `--env-file=${path}`),
  ]);
  const child = spawn(command, args, {
    cwd: context.root,
    env: localEnv(context, options),
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that nothing of it outlives us and Ctrl-C reaches us first.
    detached: true,
  });
  listen(child, options.onLine);
  const ended = new Promise<number | null>((done, fail) => {
    child.on("error", fail);
    child.on("exit", done);
  });
  return { group: child.pid ?? 0, ended };
}

function listen(child: ChildProcess, onLine: (heard: Heard) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on("line", (line) => onLine(hear(line)));
  }
}
