import { createHash } from "node:crypto";
import { basename } from "node:path";
import { workers, type Worker } from "#contracts/ids";
import { besideConfigOf, configOf } from "../sync/config.ts";

let known: Promise<ReadonlyMap<Worker, string>> | undefined;

/**
 * What each Worker is made from, as one word: its code with everything that it imports, and its configuration. Comments
 * and formatting are no part of it, so the ledger is not deployed again for a word in a comment. Read once: a checkout
 * stays as it is while a command works.
 */
export async function fingerprints(): Promise<ReadonlyMap<Worker, string>> {
  return (known ??= fingerprintsOf(workers));
}

/** Read anew, of some Workers. */
export async function fingerprintsOf(some: readonly Worker[]): Promise<ReadonlyMap<Worker, string>> {
  const configs = await Promise.all(some.map(async (worker) => [worker, await configOf(worker)] as const));
  const entries = configs.map(([worker, config]) => [worker, besideConfigOf(worker, config["main"])]);
  const bundles = await bundled(Object.fromEntries(entries));
  return new Map(
    configs.map(([worker, config]) => {
      const code = bundles.get(worker) ?? new Uint8Array();
      const hash = createHash("sha256").update(JSON.stringify(config)).update(code);
      return [worker, hash.digest("hex").slice(0, 16)];
    }),
  );
}

/** One build for all: what they share is read once. */
async function bundled(entryPoints: Record<string, string>): Promise<Map<string, Uint8Array>> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints,
    outdir: "unwritten",
    write: false,
    bundle: true,
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
  return new Map(outputFiles.map(({ path, contents }) => [basename(path, ".js"), contents]));
}
