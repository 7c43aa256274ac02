import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import { profilesPath } from "../cli/profiles.ts";

const rotation = z.object({ old: z.string(), next: z.string() });
const ofAccount = z.object({
  /** Shared keys that this machine has set: a rotation needs the one that it replaces, and nobody can read it back. */
  values: z.record(z.string(), z.string()).default({}),
  /** Rotations that have begun and not ended. */
  rotations: z.record(z.string(), rotation).default({}),
});
const file = z.record(z.string(), ofAccount);

export type Kept = z.infer<typeof ofAccount>;
export type Rotation = z.infer<typeof rotation>;

/** Beside the profiles, which hold keys as well; for nobody else to read. */
export function keptPath(context: Pick<HooxContext, "env">): string {
  return join(dirname(profilesPath(context)), "secrets.json");
}

export async function readKept(context: Pick<HooxContext, "env">, accountId: string): Promise<Kept> {
  return (await readAll(context))[accountId] ?? { values: {}, rotations: {} };
}

export async function changeKept(
  context: Pick<HooxContext, "env">,
  accountId: string,
  change: (kept: Kept) => Kept,
): Promise<void> {
  const all = await readAll(context);
  const changed = { ...all, [accountId]: change(all[accountId] ?? { values: {}, rotations: {} }) };
  const path = keptPath(context);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(changed, undefined, 2), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function readAll(context: Pick<HooxContext, "env">): Promise<z.infer<typeof file>> {
  const path = keptPath(context);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw error;
  });
  try {
    return file.parse(JSON.parse(text));
  } catch {
    // Its text is secret, and so are the words about it.
    throw new CliError(2, `${path} is no file of kept secrets`, { hint: "mend or remove it" });
  }
}
