import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { workers, type Worker } from "#contracts/ids";
import { wranglerCommand } from "../cli/wrangler.ts";
import { besideConfigOf, configOf } from "../sync/config.ts";
import { configPathOf, ROOT } from "../sync/paths.ts";

/** Where the Workers of this run stand bundled; wrangler bundles for each mesh anew where it is not set. */
const FOLDER = "HOOX_TEST_BUNDLES";
const CONFIG = "wrangler.json";

/**
 * Bundles every Worker once, as `wrangler deploy` would: bundling six Workers for each of thirty meshes
 * cost more than everything that they do in the tests. Answers how to remove the bundles.
 */
export async function buildWorkers(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "hoox-bundles-"));
  const waiting = [...workers];
  const one = async (): Promise<void> => {
    for (let worker = waiting.shift(); worker !== undefined; worker = waiting.shift()) await build(worker, folder);
  };
  await Promise.all([one(), one()]);
  process.env[FOLDER] = folder;
  return () => rm(folder, { recursive: true, force: true });
}

/** The configuration that a mesh is started from: a Worker's own, or the same over its bundle. */
export function startedFrom(worker: Worker): string {
  const folder = process.env[FOLDER];
  return folder === undefined ? configPathOf(worker) : join(folder, worker, CONFIG);
}

async function build(worker: Worker, folder: string): Promise<void> {
  const outdir = join(folder, worker);
  const args = ["deploy", "--dry-run", "--outdir", outdir, "--config", configPathOf(worker)];
  const { command, args: all } = wranglerCommand(ROOT, args);
  await promisify(execFile)(command, all, { cwd: ROOT }).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`${worker} cannot be bundled:\n${error.stdout}${error.stderr}`, { cause: error });
    },
  );
  const config = await configOf(worker);
  const bundled = {
    ...config,
    main: "index.js",
    no_bundle: true,
    d1_databases: absolute(worker, config["d1_databases"]),
  };
  await writeFile(join(outdir, CONFIG), JSON.stringify(bundled));
}

/** The migrations stand where they stood. */
function absolute(worker: Worker, databases: unknown): unknown {
  if (!Array.isArray(databases)) return databases;
  return databases.map((each: Record<string, unknown>) => ({
    ...each,
    migrations_dir: besideConfigOf(worker, each["migrations_dir"]),
  }));
}
