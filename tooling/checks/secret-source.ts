import { randomBytes } from "node:crypto";
import type { Worker } from "#contracts/ids";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import { readKept } from "../secrets/kept.ts";
import type { Place } from "../secrets/place.ts";
import { setSecret } from "../secrets/set.ts";
import { canBeMadeUp, isOwnKey } from "../secrets/value.ts";
import type { Hands } from "./hands.ts";

/** `kept`: this machine set it. `terminal`: the key that this terminal uses. `made up`: only the Workers need to know it. */
export type SecretSource = "kept" | "terminal" | "made up" | undefined;

export async function secretSource(context: HooxContext, place: Place, name: string): Promise<SecretSource> {
  if (known(place, name) !== undefined) return "terminal";
  const { values } = place.account ? await readKept(context, place.account.id) : { values: {} };
  if (Object.hasOwn(values, name)) return "kept";
  return canBeMadeUp(name) ? "made up" : undefined;
}

/** To all that are named, so that the same value is everywhere whatever each had; each must prove it. */
export async function giveSecret(hands: Hands, of: { name: string; workers: readonly Worker[] }): Promise<void> {
  const { context, place } = hands;
  const kept = (await readKept(context, (await hands.account()).id)).values[of.name];
  const value = known(place, of.name) ?? kept ?? randomBytes(24).toString("hex");
  const change = await setSecret(context, place, { ...of, value, keep: isOwnKey(of.name), again: "repair secrets" });
  if (change.result === "done") return change.next.forEach((line) => hands.tell(line));
  const problems = change.workers.flatMap(({ worker, problem }) =>
    problem === undefined ? [] : [`${worker}: ${problem}`],
  );
  const why = problems.length > 0 ? problems.join("; ") : "not every Worker has proven it yet";
  throw new CliError(3, `${of.name} is ${change.result}: ${why}`, { hint: change.next.join("; ") });
}

function known({ mesh }: Place, name: string): string | undefined {
  if (name === "OPERATOR_KEY_BINDING") return mesh?.target.operatorKey;
  return name === "WEBHOOK_API_KEY_BINDING" ? mesh?.target.webhookKey : undefined;
}
