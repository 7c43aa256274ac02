import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "jsonc-parser";
import type { Worker } from "#contracts/ids";
import { configPathOf } from "./paths.ts";

/** What stands in a Worker's wrangler.jsonc, for a configuration somewhere else. */
export async function configOf(worker: Worker): Promise<Record<string, unknown>> {
  const { $schema: _schema, ...config } = parse(await readFile(configPathOf(worker), "utf8"));
  return config;
}

/** The absolute path of what a wrangler.jsonc names from where it stands. */
export function besideConfigOf(worker: Worker, path: unknown): string {
  return resolve(dirname(configPathOf(worker)), String(path));
}
