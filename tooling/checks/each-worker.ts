import type { Worker } from "#contracts/ids";
import type { WantedWorker } from "../deploy/wanted.ts";
import { CliError } from "../cli/errors.ts";
import type { Seen } from "./check.ts";
import type { World } from "./world/world.ts";

/** Looks at every deployed Worker; one that cannot be looked at does not hide the others. */
export async function eachDeployed(world: World, look: (wanted: WantedWorker) => Promise<Seen[]>): Promise<Seen[]> {
  const [{ workers }, deployed] = await Promise.all([world.wanted(), world.account.workers()]);
  const seen = workers
    .filter(({ name }) => deployed.has(name))
    .map((each) => look(each).catch((error: unknown) => unseen(error, each.name)));
  return (await Promise.all(seen)).flat();
}

/** What could not be looked at, and why; anything but an expected failure goes on its way. */
export function unseen(error: unknown, worker?: Worker): Seen[] {
  if (!(error instanceof CliError)) throw error;
  const of = worker === undefined ? {} : { worker };
  return [{ unseen: { ...of, why: error.message, ...(error.hint === undefined ? {} : { next: error.hint }) } }];
}
