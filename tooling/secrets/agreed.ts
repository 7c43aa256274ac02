import type { Worker } from "#contracts/ids";
import { proofsOfAll } from "#contracts/secret-proof";
import type { Rotation } from "./kept.ts";
import type { Proofs } from "./look.ts";
import { stagesOf } from "./rotate.ts";

/**
 * Which of these all Workers that have the secret prove to have; undefined when they have another, or not the same.
 * The first, where nobody can be asked.
 */
export async function agreedValue(
  values: readonly string[],
  of: { name: string; having: readonly Worker[]; proofs: Proofs | undefined },
): Promise<string | undefined> {
  const { name, having, proofs } = of;
  if (proofs === undefined) return values[0];
  for (const value of values) {
    const marks = await proofsOfAll(value.split(","), { name, nonce: proofs.nonce });
    if (provenBy(having, { name, proofs }).every((proven) => proven.join() === marks.join())) return value;
  }
  return undefined;
}

/**
 * What a Worker without the secret gets while it is being rotated: nobody of those that have it then sends what
 * another refuses. Undefined when one of them has a value that has no part in this rotation, or none could be asked.
 */
export async function valueAmid(
  rotation: Rotation,
  of: { name: string; having: readonly Worker[]; proofs: Proofs | undefined },
): Promise<string | undefined> {
  const { name, having, proofs } = of;
  const stages = stagesOf(rotation);
  if (having.length === 0) return stages[1]?.join(",");
  if (proofs === undefined) return undefined;
  const marks = await Promise.all(stages.map((values) => proofsOfAll(values, { name, nonce: proofs.nonce })));
  const reached = provenBy(having, { name, proofs }).map((proven) =>
    marks.findIndex((each) => each.join() === proven.join()),
  );
  if (reached.length === 0 || reached.includes(-1)) return undefined;
  return stages[Math.min(Math.max(1, Math.min(...reached)), 2)]?.join(",");
}

/** Only of those that could be asked and have it. */
function provenBy(
  having: readonly Worker[],
  { name, proofs }: { name: string; proofs: Proofs },
): (readonly string[])[] {
  return having.flatMap((worker) => {
    const proven = proofs.of.get(worker)?.get(name) ?? [];
    return proven.length === 0 ? [] : [proven];
  });
}
