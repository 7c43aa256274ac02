import type { Worker } from "#contracts/ids";
import { valuesOf } from "#contracts/secret-proof";
import type { Account } from "../cloudflare/index.ts";
import { writeDevVar } from "../cli/dev-vars.ts";
import type { HooxContext } from "../cli/context.ts";
import { audited } from "./audited.ts";
import { endRotation, keepValue } from "./kept.ts";
import { neededAccount, type Place } from "./place.ts";
import { awaitProofs, resultOf, writeSecret, type Result, type Written } from "./write.ts";

/** What `secrets set` and `secrets delete` answer. */
export interface Change {
  target: string;
  name: string;
  result: Result | "not proven";
  /** `proven`: it showed that it has the value; undefined when it could not be asked. */
  workers: (Written & { proven?: boolean })[];
  next: string[];
}

export const RESTART = "the running mesh has the secrets that it was started with: restart npm start";

export async function setSecret(
  context: HooxContext,
  place: Place,
  of: { name: string; value: string; workers: readonly Worker[]; keep: boolean; again: string },
): Promise<Change> {
  const { name, value } = of;
  if (place.local) {
    await writeDevVar(context.root, name, value);
    return { target: place.name, name, result: "done", workers: [], next: [RESTART] };
  }
  const account = await neededAccount(context, place);
  const written = await writeKept(context, account, of);
  const done = written.filter(({ status }) => status === "done").map(({ worker }) => worker);
  const change = { name, change: "set", workers: done } as const;
  const result = resultOf(written);
  if (result !== "done") {
    const next = [
      wayOn(result, written, of.again + place.flag),
      ...(await audited(context, place, { ...change, value })),
    ];
    return { target: place.name, name, result, workers: written, next };
  }
  const { waiting, problem } = await awaitProofs(context, place, { name, values: valuesOf(value), workers: done });
  const asked = problem === undefined || waiting.length < done.length;
  return {
    target: place.name,
    name,
    result: waiting.length > 0 && asked ? "not proven" : "done",
    workers: written.map((each) => (asked ? { ...each, proven: !waiting.includes(each.worker) } : each)),
    next: [
      ...(asked ? [] : [`not verified, no Worker could be asked: ${problem}`]),
      ...(waiting.length > 0 && asked
        ? [`not seen on ${waiting.join(", ")} yet; look again: npx hoox secrets check${place.flag}`]
        : []),
      ...(name === "OPERATOR_KEY_BINDING"
        ? ["this terminal needs it too: set HOOX_OPERATOR_KEY, or mend the profile"]
        : []),
      ...(await audited(context, place, { ...change, value })),
    ],
  };
}

/** Kept before the first write: a value that was made up and whose answer got lost nobody could read back. */
async function writeKept(
  context: HooxContext,
  account: Account,
  of: { name: string; value: string; workers: readonly Worker[]; keep: boolean },
): Promise<Written[]> {
  if (!of.keep) return writeSecret(account, of);
  const before = await keepValue(context, account.id, of);
  const written = await writeSecret(account, of);
  if (resultOf(written) === "not done") await keepValue(context, account.id, { name: of.name, value: before });
  else await endRotation(context, account.id, of);
  return written;
}

function wayOn(result: Result, written: readonly Written[], again: string): string {
  const doubtful = written.filter(({ status }) => status === "in doubt").map(({ worker }) => worker);
  const doubt = doubtful.length === 0 ? "" : `nobody knows whether ${doubtful.join(", ")} got the value; `;
  if (result === "not done") return `nothing was changed; mend that, then run it again: npx hoox ${again}`;
  return `${doubt}it writes to all Workers again, so the same value gets everywhere: npx hoox ${again}`;
}
