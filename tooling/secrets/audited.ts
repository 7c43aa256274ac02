import { opsRoutes } from "#contracts/routes/ops";
import type { Worker } from "#contracts/ids";
import { valuesOf } from "#contracts/secret-proof";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import type { Place } from "./place.ts";
import { speakingWith } from "./write.ts";

/** Has the mesh write down what was changed on its account. Answers why it could not, in words for people. */
export async function audited(
  context: HooxContext,
  place: Place,
  of: { name: string; change: "set" | "rotate" | "delete"; workers: readonly Worker[]; value?: string },
): Promise<string[]> {
  const { name, change, workers, value = "" } = of;
  if (workers.length === 0) return [];
  const { mesh } = speakingWith(context, place, { name, values: valuesOf(value) });
  if (mesh === undefined) return ["not in the audit log: nobody knows the address of the mesh"];
  const body = { name, change, workers: [...workers], reason: `hoox secrets ${change}` };
  try {
    const { problems = [] } = await mesh.call(opsRoutes.secretChanged, { body });
    return problems.map((problem) => `not in the audit log: ${problem}`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [`not in the audit log: ${error.message}`];
  }
}
