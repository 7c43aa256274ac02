import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { readMesh, type MeshFile } from "./mesh-file.ts";
import { isStartRunning } from "./processes.ts";
import { STATE } from "./state-folder.ts";

const entry = z.object({ state: z.string() });

/** One file per running start of this checkout, named by its process: two that start at once never collide. */
function folder(root: string): string {
  return join(root, STATE, "running");
}

/** Makes a start findable whatever its `--state`; forgets those that were killed. Answers how to withdraw. */
export async function enrol(root: string, of: { pid: number; state: string }): Promise<() => Promise<void>> {
  const path = join(folder(root), `${of.pid}.json`);
  await mkdir(folder(root), { recursive: true });
  for (const pid of await enrolled(root))
    if (!(await isStartRunning(pid))) await rm(join(folder(root), `${pid}.json`), { force: true });
  await writeFile(path, JSON.stringify({ state: of.state }));
  return () => rm(path, { force: true });
}

/**
 * The mesh that commands mean when they name none: the last started one that still runs; without any, the state
 * where `npm start` would run. With an address, the one that answers there comes first.
 */
export async function localMesh(
  root: string,
  options: { url?: string | undefined } = {},
): Promise<{ state: string; mesh: MeshFile | undefined }> {
  const found: { state: string; mesh: MeshFile }[] = [];
  for (const pid of await enrolled(root)) {
    const state = await stateOf(root, pid);
    const mesh = state === undefined ? undefined : await readMesh(state);
    if (state !== undefined && mesh?.pid === pid && (await isStartRunning(pid))) found.push({ state, mesh });
  }
  const usual = join(root, STATE);
  const newest = found.toSorted((a, b) => b.mesh.startedAt.localeCompare(a.mesh.startedAt))[0];
  const meant = found.find(({ mesh }) => mesh.url === options.url);
  return meant ?? newest ?? { state: usual, mesh: await readMesh(usual) };
}

async function enrolled(root: string): Promise<number[]> {
  const names = await readdir(folder(root)).catch(() => []);
  return names.flatMap((name) => (/^\d+\.json$/.test(name) ? [Number.parseInt(name, 10)] : []));
}

async function stateOf(root: string, pid: number): Promise<string | undefined> {
  try {
    return entry.parse(JSON.parse(await readFile(join(folder(root), `${pid}.json`), "utf8"))).state;
  } catch {
    // Withdrawn in this moment, or half a file after a crash.
    return undefined;
  }
}
