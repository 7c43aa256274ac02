import type { HooxContext } from "../cli/context.ts";
import { readProfiles, writeProfiles, type Profiles } from "../cli/profiles.ts";
import { endRotation, keepValue } from "./kept.ts";

const IN_PROFILES: Readonly<Record<string, "operatorKey" | "webhookKey">> = {
  OPERATOR_KEY_BINDING: "operatorKey",
  WEBHOOK_API_KEY_BINDING: "webhookKey",
};

/** A key that no Worker has any more must not come back with the next deployment. Answers what else there is to know. */
export async function forgetKey(
  context: Pick<HooxContext, "env">,
  { accountId, url, name }: { accountId: string; url: string | undefined; name: string },
): Promise<string[]> {
  await keepValue(context, accountId, { name, value: undefined });
  await endRotation(context, accountId, { name });
  const field = IN_PROFILES[name];
  const file = await readProfiles(context);
  const holding = Object.entries(file.profiles).filter(
    ([, profile]) => profile.url.replace(/\/+$/, "") === url && field !== undefined && profile[field] !== undefined,
  );
  if (field === undefined || holding.length === 0) return [];
  const without = holding.map(([profile, of]): [string, Profiles["profiles"][string]] => [
    profile,
    { ...of, [field]: undefined },
  ]);
  await writeProfiles(context, { ...file, profiles: { ...file.profiles, ...Object.fromEntries(without) } });
  return holding.map(([profile]) => `profile ${profile} does not name it any more either`);
}
