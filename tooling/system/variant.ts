import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "#contracts/ids";
import { besideConfigOf, configOf } from "../sync/config.ts";

/** A Worker's own wrangler.jsonc with some keys changed, written where nobody looks: how a test breaks a Worker. */
export async function variantOf(worker: Worker, change: Record<string, unknown>): Promise<{ configPath: string }> {
  const config = await configOf(worker);
  const main = besideConfigOf(worker, config["main"]);
  const configPath = join(await mkdtemp(join(tmpdir(), "hoox-variant-")), "wrangler.json");
  await writeFile(configPath, JSON.stringify({ ...config, main, ...change }));
  return { configPath };
}
