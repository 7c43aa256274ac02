import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

/** `mesh.json`, written by `hoox start`: who runs on this state and where it answers. */
export const meshFile = z.object({
  /** The `hoox start` itself. */
  pid: z.int(),
  /** Process group of wrangler and workerd; absent until they are started. */
  group: z.int().optional(),
  url: z.string(),
  port: z.int(),
  startedAt: z.iso.datetime(),
  without: z.array(z.string()),
});
export type MeshFile = z.infer<typeof meshFile>;

export function meshFilePath(state: string): string {
  return join(state, "mesh.json");
}

/** Where wrangler keeps the databases, Durable Objects, buckets and keys. */
export function persistPath(state: string): string {
  return join(state, "state");
}

export async function readMesh(state: string): Promise<MeshFile | undefined> {
  const text = await readFile(meshFilePath(state), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return meshFile.parse(JSON.parse(text));
  } catch {
    // Half a file is what a crash leaves behind: nobody runs there.
    return undefined;
  }
}
