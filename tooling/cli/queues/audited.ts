import { opsRoutes } from "#contracts/routes/ops";
import type { QueueChange } from "#contracts/routes/queue-changes";
import type { Place } from "../../secrets/place.ts";
import { CliError } from "../errors.ts";

/** Has the mesh write down what was changed on its account. Answers why it could not, in words for people. */
export async function audited(
  { mesh }: Place,
  body: { queue: string; change: QueueChange; reason: string },
): Promise<string[]> {
  if (mesh === undefined) return ["not in the audit log: nobody knows the address of the mesh"];
  try {
    const { problems = [] } = await mesh.call(opsRoutes.queueChanged, { body });
    return problems.map((problem) => `not in the audit log: ${problem}`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [`not in the audit log: ${error.message}`];
  }
}
