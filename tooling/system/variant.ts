import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse } from "jsonc-parser";
import type { Worker } from "#contracts/ids";
import { configPathOf } from "../sync/paths.ts";

/** A Worker's own wrangler.jsonc with some keys changed, written where nobody looks: how a test breaks a Worker. */
export async function variantOf(worker: Worker, change: Record<string, unknown>): Promise<{ configPath: string }> {
  const original = configPathOf(worker);
  const config: Record<string, unknown> = parse(await readFile(original, "utf8"));
  const main = resolve(dirname(original), String(config["main"]));
  const configPath = join(await mkdtemp(join(tmpdir(), "hoox-variant-")), "wrangler.json");
  const { $schema: _schema, ...rest } = config;
  await writeFile(configPath, JSON.stringify({ ...rest, main, ...change }));
  return { configPath };
}
