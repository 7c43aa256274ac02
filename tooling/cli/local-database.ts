import { globSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { CliError } from "./errors.ts";
import { forgetMigrations } from "./migrations.ts";
import { persistPath, readMesh } from "./start/mesh-file.ts";
import { isStartRunning } from "./start/processes.ts";

/** Everything of the database below this state as SQL; the mesh may run meanwhile. */
export async function exportHere(state: string): Promise<string> {
  const [path] = globSync("v3/d1/*/*.sqlite", { cwd: persistPath(state) }).filter((name) => !isMetadata(name));
  if (path === undefined) throw new CliError(1, `there is no database below ${state}`, { hint: "npx hoox db apply" });
  const [{ DatabaseSync }, { dumpOf }] = await Promise.all([import("node:sqlite"), import("./sql-dump.ts")]);
  const sqlite = new DatabaseSync(join(persistPath(state), path), { readOnly: true });
  try {
    sqlite.exec("BEGIN");
    return dumpOf(sqlite);
  } finally {
    sqlite.close();
  }
}

/** Takes the database below this state away, files and all. A mesh that runs there would go on with what is gone. */
export async function removeHere(state: string): Promise<void> {
  const mesh = await readMesh(state);
  if (mesh !== undefined && (await isStartRunning(mesh.pid))) {
    throw new CliError(1, `a mesh runs on ${state} (process ${mesh.pid})`, {
      hint: "end it with Ctrl-C where npm start runs, then reset",
    });
  }
  await rm(join(persistPath(state), "v3/d1"), { recursive: true, force: true });
  await forgetMigrations(state);
}

/** Miniflare's own, beside the databases. */
function isMetadata(name: string): boolean {
  return name.endsWith("metadata.sqlite");
}
