import { workers, type Worker } from "#contracts/ids";
import { isSecretName } from "#contracts/secret-proof";
import { readDevVars } from "../cli/dev-vars.ts";
import type { HooxContext } from "../cli/context.ts";
import { declaredSecrets, isCredential } from "./declared.ts";
import { neededAccount, type Place } from "./place.ts";

export interface Listed {
  worker: Worker;
  name: string;
  /** Whether the Worker has a use for it. */
  declared: boolean;
}

export async function listSecrets(context: HooxContext, place: Place): Promise<Listed[]> {
  const all = await declaredSecrets();
  const uses = (worker: Worker, name: string): boolean =>
    isCredential(name)
      ? worker === "trade-worker"
      : all.some((each) => each.name === name && each.workers.includes(worker));
  if (place.local) {
    const vars = await readDevVars(context.root);
    const names = Object.keys(vars).filter((name) => isSecretName(name) && vars[name] !== "");
    return workers.flatMap((worker) =>
      names.filter((name) => uses(worker, name)).map((name) => ({ worker, name, declared: true })),
    );
  }
  const account = await neededAccount(context, place);
  const lists = await Promise.all(
    workers.map(async (worker) => {
      const names = (await account.secrets.names(worker)) ?? [];
      return names.toSorted().map((name) => ({ worker, name, declared: uses(worker, name) }));
    }),
  );
  return lists.flat();
}
