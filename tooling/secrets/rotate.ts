import type { Worker } from "#contracts/ids";
import { proofsOfAll } from "#contracts/secret-proof";
import type { Account } from "../cloudflare/index.ts";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import { askProofs } from "./look.ts";
import type { Place } from "./place.ts";
import type { Rotation } from "./kept.ts";
import { awaitProofs, writeSecret } from "./write.ts";

export interface RotationOf extends Rotation {
  name: string;
  workers: readonly Worker[];
  /** Ends with two valid values: whoever sends the old one lives outside the mesh. */
  keepOld: boolean;
}

/** Isolates of other cities may be older than those that were asked, for about so long. */
const SETTLE_MS = 5_000;

/**
 * What a Worker has at each stage; the first is sent, all are accepted. Between two neighbours nobody sends what
 * somebody refuses, whichever of them each Worker has; that is why there are three steps, not two.
 */
export function stagesOf({ old, next }: Rotation): string[][] {
  return [[old], [old, next], [next, old], [next]];
}

/** Goes on where it stopped, whoever stopped it: the Workers themselves say how far each is. */
export async function rotate(
  context: HooxContext,
  { place, account, of }: { place: Place; account: Account; of: RotationOf },
  tell: (step: string) => void,
): Promise<void> {
  const stages = stagesOf(of);
  const last = of.keepOld ? 2 : 3;
  const reached = await stagesReached(place, of);
  for (let stage = 1; stage <= last; stage += 1) {
    const behind = of.workers.filter((worker) => (reached.get(worker) ?? 0) < stage);
    if (behind.length === 0) continue;
    const values = stages[stage] ?? [];
    tell(`step ${stage} of ${last}: ${WORDS[stage]} (${behind.join(", ")})`);
    const written = await writeSecret(account, { name: of.name, value: values.join(","), workers: behind });
    const failed = written.filter(({ status }) => status !== "done");
    if (failed.length > 0)
      throw halfDone(
        of,
        place,
        failed.map(({ worker, problem }) => `${worker}: ${problem}`),
      );
    const { waiting, problem } = await awaitProofs(context, place, { name: of.name, values, workers: behind });
    if (waiting.length > 0) {
      throw halfDone(of, place, [`${waiting.join(", ")} did not prove the new state${problem ? ` (${problem})` : ""}`]);
    }
    if (stage < last) await context.sleep(SETTLE_MS);
  }
}

const WORDS = ["", "accept the new value too", "send the new value, accept the old one still", "drop the old value"];

/** Throws when a Worker has a value that has no part in this rotation. */
async function stagesReached(place: Place, of: RotationOf): Promise<Map<Worker, number>> {
  const { name } = of;
  const proofs = await askProofs(place, [name]);
  if (proofs.problems.length > 0)
    throw new CliError(3, `not every Worker could be asked: ${proofs.problems.join("; ")}`);
  const marks = await Promise.all(stagesOf(of).map((values) => proofsOfAll(values, { name, nonce: proofs.nonce })));
  const found = of.workers.map((worker): [Worker, number] => {
    const proven = proofs.of.get(worker)?.get(name)?.join();
    // One that has none of it begins with both, like those that have the old one.
    return [worker, proven === "" ? 0 : marks.findIndex((each) => each.join() === proven)];
  });
  const strange = found.filter(([, stage]) => stage === -1).map(([worker]) => worker);
  if (strange.length === 0) return new Map(found);
  throw new CliError(1, `${strange.join(", ")}: the value of ${name} is not the current one that was given`, {
    hint: `nothing was changed; who set it elsewhere gives it in HOOX_CURRENT_VALUE; see: npx hoox secrets check${place.flag}; to give all one value, calls failing for seconds: npx hoox secrets set ${name}${place.flag}`,
  });
}

function halfDone({ name }: RotationOf, { flag }: Place, why: readonly string[]): CliError {
  return new CliError(3, `the rotation is half done: ${why.join("; ")}`, {
    hint: `every Worker still accepts what the others send; go on with: npx hoox secrets rotate ${name}${flag}`,
  });
}
