import type { Worker } from "#contracts/ids";
import { writeDevVar } from "../cli/dev-vars.ts";
import type { HooxContext } from "../cli/context.ts";
import { audited } from "./audited.ts";
import { neededAccount, type Place } from "./place.ts";
import { RESTART, type Change } from "./set.ts";
import { writeSecret } from "./write.ts";

/** A Worker that does not have it is done already. */
export async function deleteSecret(
  context: HooxContext,
  place: Place,
  { name, workers }: { name: string; workers: readonly Worker[] },
): Promise<Change> {
  if (place.local) {
    await writeDevVar(context.root, name, undefined);
    return { target: place.name, name, result: "done", workers: [], next: [RESTART] };
  }
  const account = await neededAccount(context, place);
  const lists = await Promise.all(
    workers.map(async (worker) => ({ worker, names: await account.secrets.names(worker) })),
  );
  const having = lists.filter(({ names }) => names?.includes(name)).map(({ worker }) => worker);
  const written = await writeSecret(account, { name, value: undefined, workers: having });
  const failed = written.filter(({ status }) => status !== "done");
  const done = written.filter(({ status }) => status === "done").map(({ worker }) => worker);
  const unrecorded = await audited(context, place, { name, change: "delete", workers: done });
  if (failed.length === 0) return { target: place.name, name, result: "done", workers: written, next: unrecorded };
  return {
    target: place.name,
    name,
    result: failed.length < written.length ? "half done" : "not done",
    workers: written,
    next: [`it goes on where it stopped: npx hoox secrets delete ${name} --yes${place.flag}`, ...unrecorded],
  };
}
