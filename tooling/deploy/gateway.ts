import type { HooxContext } from "../cli/context.ts";
import { connectTo, type MeshClient } from "../cli/mesh-client.ts";
import { readProfiles, writeProfiles, type Profiles } from "../cli/profiles.ts";
import { readKept } from "../secrets/kept.ts";

/** Keys of an account's mesh that are known on this machine, by the name of the secret. */
export type KnownKeys = Readonly<Record<string, string | undefined>>;

export function gatewayUrl(subdomain: string): string {
  return `https://hoox.${subdomain}.workers.dev`;
}

/** The profile's of this address, else the environment's. */
export async function knownKeys(context: Pick<HooxContext, "env">, url: string): Promise<KnownKeys> {
  const profile = profileOf(await readProfiles(context), url);
  return {
    OPERATOR_KEY_BINDING: profile?.operatorKey ?? (context.env["HOOX_OPERATOR_KEY"] || undefined),
    WEBHOOK_API_KEY_BINDING: profile?.webhookKey ?? (context.env["HOOX_WEBHOOK_KEY"] || undefined),
  };
}

/** The mesh behind an account's gateway, with the keys that this machine knows of it. */
export async function gatewayOf(
  context: HooxContext,
  { accountId, url }: { accountId: string; url: string },
): Promise<MeshClient> {
  const { values } = await readKept(context, accountId);
  const keys = await knownKeys(context, url);
  // Two stand there during a rotation.
  const key = (own: string, name: string): string | undefined =>
    (context.env[own] || keys[name] || values[name])?.split(",")[0]?.trim();
  return connectTo(context, {
    name: "remote",
    url,
    local: false,
    operatorKey: key("HOOX_OPERATOR_KEY", "OPERATOR_KEY_BINDING"),
    webhookKey: key("HOOX_WEBHOOK_KEY", "WEBHOOK_API_KEY_BINDING"),
  });
}

/** Notes the keys that a deployment made under the mesh's profile; without one it makes one. Answers its name. */
export async function noteKeys(context: HooxContext, url: string, keys: KnownKeys): Promise<string> {
  const file = await readProfiles(context);
  const name = profileNameFor(file, url);
  const operatorKey = keys["OPERATOR_KEY_BINDING"];
  const webhookKey = keys["WEBHOOK_API_KEY_BINDING"];
  const profile = {
    ...file.profiles[name],
    url,
    ...(operatorKey === undefined ? {} : { operatorKey }),
    ...(webhookKey === undefined ? {} : { webhookKey }),
  };
  await writeProfiles(context, { ...file, profiles: { ...file.profiles, [name]: profile } });
  return name;
}

/** The name under which commands mean this mesh, as far as there is one. */
export async function profileFor(context: Pick<HooxContext, "env">, url: string): Promise<string | undefined> {
  return nameOf(await readProfiles(context), url);
}

function profileNameFor(file: Profiles, url: string): string {
  const known = nameOf(file, url);
  if (known !== undefined) return known;
  if (!Object.hasOwn(file.profiles, "production")) return "production";
  const taken = Object.keys(file.profiles).filter((each) => /^production(?:-\d+)?$/.test(each)).length;
  return `production-${taken + 1}`;
}

function nameOf({ profiles }: Profiles, url: string): string | undefined {
  return Object.keys(profiles).find((name) => profiles[name]?.url.replace(/\/+$/, "") === url);
}

function profileOf(file: Profiles, url: string): Profiles["profiles"][string] | undefined {
  const name = nameOf(file, url);
  return name === undefined ? undefined : file.profiles[name];
}
