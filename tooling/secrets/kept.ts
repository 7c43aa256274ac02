import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import { writePrivate } from "../cli/private-file.ts";
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
function keptPath(context: Pick<HooxContext, "env">): string {
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
  await writePrivate(keptPath(context), JSON.stringify(changed, undefined, 2));
}

/** Undefined: nothing of it is kept any more. Answers what was kept before. */
export async function keepValue(
  context: Pick<HooxContext, "env">,
  accountId: string,
  of: { name: string; value: string | undefined },
): Promise<string | undefined> {
  let before: string | undefined;
  await changeKept(context, accountId, ({ values: { [of.name]: known, ...values }, rotations }) => {
    before = known;
    return { values: of.value === undefined ? values : { ...values, [of.name]: of.value }, rotations };
  });
  return before;
}

/** No rotation of it is under way any more; with a value, that one is valid now. */
export async function endRotation(
  context: Pick<HooxContext, "env">,
  accountId: string,
  of: { name: string; value?: string | undefined },
): Promise<void> {
  await changeKept(context, accountId, ({ values, rotations: { [of.name]: _ended, ...rotations } }) => ({
    values: of.value === undefined ? values : { ...values, [of.name]: of.value },
    rotations,
  }));
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
