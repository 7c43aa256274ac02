import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "#contracts/ids";
import { wranglerCommand } from "../cli/wrangler.ts";
import type { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import { ROOT } from "../sync/paths.ts";
import type { Ran } from "./hoox.ts";
import { secrets } from "./mesh.ts";

/** Runs the real wrangler against the fake account. */
export async function runWrangler(
  fake: FakeCloudflare,
  args: readonly string[],
  options: { stdin?: string; onStarted?: (child: ChildProcess) => unknown } = {},
): Promise<Ran> {
  const { command, args: all } = wranglerCommand(ROOT, args);
  const logs = mkdtempSync(join(tmpdir(), "hoox-wrangler-"));
  const env = { ...process.env, ...fake.env, NO_COLOR: "1", WRANGLER_LOG_PATH: logs };
  const child = spawn(command, all, { cwd: ROOT, env, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(options.stdin ?? "");
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  options.onStarted?.(child);
  const exitCode = await new Promise<number | null>((done) => child.on("close", done));
  return { exitCode, stdout, stderr };
}

/** Deploys one Worker as it is; a first time needs its secrets in a file, which wrangler says itself. */
export function wranglerDeploy(fake: FakeCloudflare, worker: Worker): Promise<Ran> {
  const config = ["-c", `services/${worker}/wrangler.jsonc`];
  if (fake.state.scripts.has(worker)) return runWrangler(fake, ["deploy", ...config]);
  const file = join(mkdtempSync(join(tmpdir(), "hoox-secrets-")), "secrets.json");
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return runWrangler(fake, ["deploy", ...config, "--secrets-file", file]);
}
