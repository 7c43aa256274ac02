import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HooxContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { meshFilePath, readMesh, type MeshFile } from "./mesh-file.ts";
import { commandsOf, endGroup, groupLives, isStartRunning } from "./processes.ts";

/**
 * Makes this process the only mesh on `state`, for two on one set of databases would tread on each other.
 * What a killed one left running is ended. Answers how to update and to give up the claim.
 */
export async function claimState(
  context: HooxContext,
  options: { state: string; mine: MeshFile; note: (text: string) => void },
): Promise<{ update: (change: Partial<MeshFile>) => Promise<void>; release: () => Promise<void> }> {
  const { state } = options;
  await mkdir(state, { recursive: true });
  const path = meshFilePath(state);
  let mine = options.mine;
  for (let tries = 0; ; tries += 1) {
    const other = await readMesh(state);
    if (other !== undefined && other.pid !== mine.pid && (await isStartRunning(other.pid))) throw taken(other, state);
    if (other?.group !== undefined) await endRemains(other.group, context, options.note);
    await rm(path, { force: true });
    try {
      // `wx` decides between two that start in the same moment.
      await writeFile(path, JSON.stringify(mine), { flag: "wx" });
      break;
    } catch (error) {
      if (tries >= 3) throw error;
    }
  }
  return {
    async update(change) {
      mine = { ...mine, ...change };
      await writeFile(join(state, "mesh.json.new"), JSON.stringify(mine));
      await rename(join(state, "mesh.json.new"), path);
    },
    async release() {
      const current = await readMesh(state);
      if (current?.pid === mine.pid) await rm(path, { force: true });
    },
  };
}

async function endRemains(group: number, context: HooxContext, note: (text: string) => void): Promise<void> {
  if (!groupLives(group)) return;
  const commands = await commandsOf(group);
  if (!commands.some((each) => /workerd|wrangler/.test(each))) return;
  note("an earlier start was killed and left workerd running: ending it");
  await endGroup(group, { patienceMs: 1_000, sleep: context.sleep });
}

function taken(other: MeshFile, state: string): CliError {
  return new CliError(
    1,
    `a mesh already runs on ${state}: ${other.url}, process ${other.pid}, since ${other.startedAt}`,
    {
      hint: `stop it there with Ctrl-C (or: kill ${other.pid}), or run a second one beside it:\n  npm start -- --port ${other.port + 1} --state ${state}-2`,
    },
  );
}
