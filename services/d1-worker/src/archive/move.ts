import type { Deps } from "../ports.ts";
import { folderOf, pack, partName, partNumber, unpack } from "./part.ts";
import type { Hour, Source } from "./sources.ts";
import { deletionsOf, toArchived, type ArchivedRow } from "./tables.ts";

export type MoveDeps = Pick<Deps, "database" | "archive" | "log">;

/** Rows in one part: about 200 KB compressed, read back in milliseconds. */
export const PART_ROWS = 4_000;

/**
 * Moves the next part of an hour: writes it, reads it back, and only then deletes its rows. Parts of an hour come one
 * after the other, so after a death at any step only the last one can have rows that still stand in the database:
 * `finished` names the parts of which that is known not to be so. Answers of how many rows it knows now that they
 * have gone.
 */
export async function movePart(
  source: Source,
  hour: Hour,
  finished: Set<string>,
  deps: MoveDeps,
  limit = PART_ROWS,
): Promise<number> {
  const { database, archive } = deps;
  const folder = folderOf(source.kind, hour);
  const last = (await archive.list(folder, { limit: 1_000 })).at(-1);
  let finishedNow = 0;
  if (last !== undefined && !finished.has(last)) {
    finishedNow = await finish(last, deps);
    finished.add(last);
  }
  const found = (await database.batch(source.rows(hour, limit))).flat();
  const rows = found.slice(0, limit).map(toArchived);
  if (rows.length === 0) return finishedNow;
  const name = partName(folder, last === undefined ? 1 : partNumber(last) + 1);
  const bytes = await pack(rows);
  await archive.putBytes(name, bytes);
  const back = await archive.getBytes(name);
  if (back === undefined || !isEqual(bytes, back)) {
    // Its rows are all still there.
    await archive.delete([name]);
    throw new Error(`${name} did not come back as it was written`);
  }
  await remove(rows, deps);
  finished.add(name);
  return rows.length;
}

/** What a death between writing and deleting has left. A part that cannot be read stays as it is, and says so. */
async function finish(name: string, deps: MoveDeps): Promise<number> {
  const bytes = await deps.archive.getBytes(name);
  if (bytes === undefined) return 0;
  let rows: ArchivedRow[];
  try {
    rows = await unpack(bytes);
  } catch (error) {
    deps.log("error", "archive.damaged", `${name} cannot be read, and is left as it is: ${String(error)}`, { name });
    return 0;
  }
  await remove(rows, deps);
  return rows.length;
}

async function remove(rows: readonly ArchivedRow[], { database }: MoveDeps): Promise<void> {
  for (const statement of deletionsOf(rows)) await database.batch([statement]);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
