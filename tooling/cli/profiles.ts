import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { HooxContext } from "./context.ts";
import { CliError, usageError } from "./errors.ts";
import { writePrivate } from "./private-file.ts";

const profile = z.object({ url: z.url(), operatorKey: z.string().optional(), webhookKey: z.string().optional() });
/** `profiles.json`: the meshes a person knows by name, and which of them is meant when none is named. */
const profilesFile = z.object({ active: z.string().optional(), profiles: z.record(z.string(), profile) });
export type Profiles = z.infer<typeof profilesFile>;

/** `local` is the mesh of this machine, which needs no profile. */
export const profileName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, "must be 1-32 of a-z, 0-9 and -, beginning with a letter")
  .refine((name) => name !== "local", "must not be local, which is the mesh on this machine");

export function profilesPath(context: Pick<HooxContext, "env">): string {
  return join(context.env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "hoox", "profiles.json");
}

export async function readProfiles(context: Pick<HooxContext, "env">): Promise<Profiles> {
  const path = profilesPath(context);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return { profiles: {} };
  try {
    return profilesFile.parse(JSON.parse(text));
  } catch (error) {
    throw new CliError(2, `${path} is not a file of profiles`, { hint: "mend or remove it", cause: error });
  }
}

export async function writeProfiles(context: Pick<HooxContext, "env">, profiles: Profiles): Promise<void> {
  await writePrivate(profilesPath(context), `${JSON.stringify(profiles, undefined, 2)}\n`);
}

export function knownProfile(file: Profiles, name: string, path: string): Profiles["profiles"][string] {
  const known = Object.hasOwn(file.profiles, name) ? file.profiles[name] : undefined;
  if (known !== undefined) return known;
  const names = ["local", ...Object.keys(file.profiles)].join(", ");
  throw usageError(`there is no profile "${name}"`, `profiles in ${path}: ${names}`);
}
