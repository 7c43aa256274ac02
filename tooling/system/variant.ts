import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse } from "jsonc-parser";
import type { Worker } from "#contracts/ids";
import { configPathOf } from "../sync/paths.ts";

/** A Worker's own wrangler.jsonc with some keys changed, written where nobody looks: how a test breaks a Worker. */
export async function variantOf(worker: Worker, change: Record<string, unknown>): Promise<{ configPath: string }> {
  const config = await configOf(worker);
  const main = besideConfigOf(worker, config["main"]);
  const configPath = join(await mkdtemp(join(tmpdir(), "hoox-variant-")), "wrangler.json");
  await writeFile(configPath, JSON.stringify({ ...config, main, ...change }));
  return { configPath };
}

/** What stands in a Worker's wrangler.jsonc, for a configuration somewhere else. */
export async function configOf(worker: Worker): Promise<Record<string, unknown>> {
  const { $schema: _schema, ...config } = parse(await readFile(configPathOf(worker), "utf8"));
  return config;
}

/** The absolute path of what a wrangler.jsonc names from where it stands. */
export function besideConfigOf(worker: Worker, path: unknown): string {
  return resolve(dirname(configPathOf(worker)), String(path));
}
