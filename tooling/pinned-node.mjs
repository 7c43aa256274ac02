// Runs on whatever Node started us (>= 20) and before anything is installed: no dependencies, no TypeScript.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
export const HOOX = join(ROOT, "tooling", "cli", "hoox.js");

/** The Node that package.json pins, or undefined while it is not installed. */
export function pinnedNode() {
  const binary = join(ROOT, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  return existsSync(binary) ? binary : undefined;
}

/** Runs a program in our place: its terminal is ours, our signals are its, its end is ours. */
export async function become(command, args, options = {}) {
  process.exit(await run(command, args, options));
}

/** Like {@link become} without the end: answers the exit code. With `onOutput` its text goes there. */
export function run(command, args, options = {}, onOutput = undefined) {
  const child = spawn(command, args, { stdio: "inherit", ...options });
  for (const stream of onOutput ? [child.stdout, child.stderr] : []) stream.setEncoding("utf8").on("data", onOutput);
  const forward = (signal) => {
    // A terminal sends Ctrl-C to the whole group, so the child has it already.
    if (signal === "SIGINT" && process.stdin.isTTY) return;
    child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, forward);
  const watch = process.env["npm_lifecycle_event"] === undefined ? undefined : onParentEnd(() => child.kill("SIGTERM"));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code, signal) => {
      clearInterval(watch);
      for (const each of signals) process.off(each, forward);
      done(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** npm runs scripts in a shell; SIGTERM to npm ends that shell and tells us nothing, but we get another parent. */
function onParentEnd(act) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, 250);
  return timer;
}
