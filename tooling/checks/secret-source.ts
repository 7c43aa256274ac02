import { randomBytes } from "node:crypto";
import type { Worker } from "#contracts/ids";
import { proofsOfAll, valuesOf } from "#contracts/secret-proof";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import { readKept } from "../secrets/kept.ts";
import { askProofs } from "../secrets/look.ts";
import type { Place } from "../secrets/place.ts";
import { setSecret } from "../secrets/set.ts";
import { canBeMadeUp, isOwnKey } from "../secrets/value.ts";
import type { Hands } from "./hands.ts";

/** `kept`: this machine set it. `terminal`: the key that this terminal uses. `made up`: only the Workers need to know it. */
export type SecretSource = "kept" | "terminal" | "made up" | undefined;

export async function secretSource(context: HooxContext, place: Place, name: string): Promise<SecretSource> {
  return (await valueFor(context, place, name)).source;
}

async function valueFor(
  context: HooxContext,
  place: Place,
  name: string,
): Promise<{ source: SecretSource; value?: string }> {
  const own = known(place, name);
  if (own !== undefined) return { source: "terminal", value: own };
  const kept = place.account && (await readKept(context, place.account.id)).values[name];
  if (kept !== undefined && (await isStillValid(place, { name, value: kept }))) return { source: "kept", value: kept };
  return { source: canBeMadeUp(name) ? "made up" : undefined };
}

/**
 * Another machine may have set or rotated it since: a key that was taken away must not come back. What most Workers
 * accept is valid; where none has any, nothing speaks against it.
 */
async function isStillValid(place: Place, { name, value }: { name: string; value: string }): Promise<boolean> {
  const proofs = await askProofs(place, [name]).catch((error: unknown) => {
    if (error instanceof CliError) return undefined;
    throw error;
  });
  if (proofs === undefined) return !canBeMadeUp(name);
  const own = await proofsOfAll(valuesOf(value), { name, nonce: proofs.nonce });
  const counts = new Map<string, number>();
  for (const secrets of proofs.of.values())
    for (const proof of new Set(secrets.get(name))) counts.set(proof, (counts.get(proof) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return own.some((proof) => (counts.get(proof) ?? 0) === most);
}

/** To all that are named, so that the same value is everywhere whatever each had; each must prove it. */
export async function giveSecret(hands: Hands, of: { name: string; workers: readonly Worker[] }): Promise<void> {
  const { context, place } = hands;
  const { value = randomBytes(24).toString("hex") } = await valueFor(context, place, of.name);
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
