import type { Worker } from "#contracts/ids";
import { writeDevVar } from "../cli/dev-vars.ts";
import type { HooxContext } from "../cli/context.ts";
import { audited } from "./audited.ts";
import { forgetKey } from "./forget.ts";
import { neededAccount, type Place } from "./place.ts";
import { RESTART, type Change } from "./set.ts";
import { resultOf, writeSecret } from "./write.ts";

/** A Worker that does not have it is done already. */
export async function deleteSecret(
  context: HooxContext,
  place: Place,
  { name, workers, everywhere }: { name: string; workers: readonly Worker[]; everywhere: boolean },
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
  const result = resultOf(written);
  const done = written.filter(({ status }) => status === "done").map(({ worker }) => worker);
  const unrecorded = await audited(context, place, { name, change: "delete", workers: done });
  const change = { target: place.name, name, result, workers: written };
  if (result !== "done") {
    const only = everywhere ? "" : `${workers.join(" ")} `;
    const again = `npx hoox secrets delete ${only}${name} --yes${place.flag}`;
    return { ...change, next: [`it goes on where it stopped: ${again}`, ...unrecorded] };
  }
  const forgotten = everywhere
    ? await forgetKey(context, { accountId: account.id, url: place.mesh?.target.url, name })
    : [];
  return { ...change, next: [...forgotten, ...unrecorded] };
}
