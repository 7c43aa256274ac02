import { createHash } from "node:crypto";
import type { Worker } from "#contracts/ids";
import { besideConfigOf, configOf } from "../sync/config.ts";

/**
 * What a Worker is made from, as one word: its code with everything that it imports, and its configuration. Comments
 * and formatting are no part of it, so the ledger is not deployed again for a word in a comment.
 */
export async function fingerprintOf(worker: Worker): Promise<string> {
  const { build } = await import("esbuild");
  const config = await configOf(worker);
  const { outputFiles } = await build({
    entryPoints: [besideConfigOf(worker, config["main"])],
    bundle: true,
    write: false,
    format: "esm",
    target: "esnext",
    minifyWhitespace: true,
    legalComments: "none",
    // As wrangler resolves packages.
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "silent",
  });
  const hash = createHash("sha256").update(JSON.stringify(config));
  for (const { contents } of outputFiles) hash.update(contents);
  return hash.digest("hex").slice(0, 16);
}

export async function fingerprintsOf(workers: readonly Worker[]): Promise<Map<Worker, string>> {
  return new Map(await Promise.all(workers.map(async (each) => [each, await fingerprintOf(each)] as const)));
}
