import type { HooxContext } from "../cli/context.ts";
import { connectTo, type MeshClient } from "../cli/mesh-client.ts";
import { readProfiles, writeProfiles, type Profiles } from "../cli/profiles.ts";
import { readKept } from "../secrets/kept.ts";

/** Keys of an account's mesh that are known on this machine, by the name of the secret. */
export type KnownKeys = Readonly<Record<string, string | undefined>>;

export function gatewayUrl(subdomain: string): string {
  return `https://hoox.${subdomain}.workers.dev`;
}

/** Whoever sets one in the environment means it; then the profile's of this address, then what this machine keeps. */
export async function knownKeys(
  context: Pick<HooxContext, "env">,
  { accountId, url }: { accountId: string; url: string },
): Promise<KnownKeys> {
  const [profiles, { values }] = await Promise.all([readProfiles(context), readKept(context, accountId)]);
  const profile = profileOf(profiles, url);
  const { HOOX_OPERATOR_KEY: operator, HOOX_WEBHOOK_KEY: webhook } = context.env;
  return {
    OPERATOR_KEY_BINDING: operator || profile?.operatorKey || values["OPERATOR_KEY_BINDING"],
    WEBHOOK_API_KEY_BINDING: webhook || profile?.webhookKey || values["WEBHOOK_API_KEY_BINDING"],
  };
}

/** The mesh behind an account's gateway, with the keys that this machine knows of it. */
export async function gatewayOf(
  context: HooxContext,
  { accountId, url }: { accountId: string; url: string },
): Promise<MeshClient> {
  const keys = await knownKeys(context, { accountId, url });
  // Two stand there during a rotation.
  const key = (name: string): string | undefined => keys[name]?.split(",")[0]?.trim();
  return connectTo(context, {
    name: "remote",
    url,
    local: false,
    operatorKey: key("OPERATOR_KEY_BINDING"),
    webhookKey: key("WEBHOOK_API_KEY_BINDING"),
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
