import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse } from "jsonc-parser";
import { workers, type Worker } from "#contracts/ids";
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
  const original = configPathOf(worker);
  const outdir = join(folder, worker);
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const args = [wrangler, "deploy", "--dry-run", "--outdir", outdir, "--config", original];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((done) => child.on("close", done));
  if (code !== 0) throw new Error(`${worker} cannot be bundled:\n${output}`);
  const { $schema: _schema, ...config }: Record<string, unknown> = parse(await readFile(original, "utf8"));
  const from = dirname(original);
  const bundled = {
    ...config,
    main: "index.js",
    no_bundle: true,
    d1_databases: absolute(config["d1_databases"], from),
  };
  await writeFile(join(outdir, CONFIG), JSON.stringify(bundled));
}

/** The migrations stand where they stood. */
function absolute(databases: unknown, from: string): unknown {
  if (!Array.isArray(databases)) return databases;
  return databases.map((each: Record<string, unknown>) => ({
    ...each,
    migrations_dir: resolve(from, String(each["migrations_dir"])),
  }));
}
