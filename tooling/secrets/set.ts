import type { Worker } from "#contracts/ids";
import { valuesOf } from "#contracts/secret-proof";
import { writeDevVar } from "../cli/dev-vars.ts";
import type { HooxContext } from "../cli/context.ts";
import { audited } from "./audited.ts";
import { endRotation } from "./kept.ts";
import { neededAccount, type Place } from "./place.ts";
import { awaitProofs, writeSecret, type Written } from "./write.ts";

/** What `secrets set` and `secrets delete` answer. */
export interface Change {
  target: string;
  name: string;
  result: "done" | "half done" | "not done" | "not proven";
  /** `proven`: it showed that it has the value; undefined when it could not be asked. */
  workers: (Written & { proven?: boolean })[];
  next: string[];
}

export const RESTART = "the running mesh has the secrets that it was started with: restart npm start";

export async function setSecret(
  context: HooxContext,
  place: Place,
  of: { name: string; value: string; workers: readonly Worker[]; keep: boolean },
): Promise<Change> {
  const { name, value } = of;
  if (place.local) {
    await writeDevVar(context.root, name, value);
    return { target: place.name, name, result: "done", workers: [], next: [RESTART] };
  }
  const account = await neededAccount(context, place);
  const written = await writeSecret(account, of);
  const done = written.filter(({ status }) => status === "done").map(({ worker }) => worker);
  if (of.keep && done.length > 0) await endRotation(context, account.id, { name, value });
  const change = { name, change: "set", workers: done } as const;
  if (done.length < written.length) {
    const { next, ...rest } = partly(place, name, written, done);
    return { ...rest, target: place.name, next: [...next, ...(await audited(context, place, { ...change, value }))] };
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

function partly(place: Place, name: string, written: Written[], done: Worker[]): Omit<Change, "target"> {
  const again = `npx hoox secrets set ${name}${place.flag}`;
  return {
    name,
    result: done.length === 0 ? "not done" : "half done",
    workers: written,
    next:
      done.length === 0
        ? [`nothing was changed; mend that, then run it again: ${again}`]
        : [`half done: it writes to all Workers again, so the same value gets everywhere: ${again}`],
  };
}
