import { CliError } from "../cli/errors.ts";
import type { WorkerHealth } from "../cli/health.ts";
import { diagnose, type Diagnosis } from "./diagnose.ts";
import { checkViews } from "./views.ts";
import type { World } from "./world/world.ts";

/** Every Worker's word, and what else there is to find about a mesh's health. Throws when nobody can say anything. */
export async function lookAtHealth(world: World): Promise<{ workers: WorkerHealth[]; diagnosis: Diagnosis }> {
  const workers = await world.mesh.health().catch(async (error: unknown) => {
    if (world.local || !(error instanceof CliError)) throw error;
    return asDeployed(world, error);
  });
  return { workers, diagnosis: await diagnose(world, checkViews.health) };
}

/** A gateway that does not answer may be the one that is missing: the account knows. */
async function asDeployed(world: World, silence: CliError): Promise<WorkerHealth[]> {
  const [{ workers }, deployed] = await Promise.all([world.wanted(), world.account.workers()]).catch(
    (error: unknown) => {
      if (error instanceof CliError) throw silence;
      throw error;
    },
  );
  return workers.map(({ name: worker }) => ({
    worker,
    status: "down",
    ...(deployed.has(worker)
      ? { connectivity: "unknown", error: silence.message }
      : { connectivity: "not deployed", error: "it is not deployed" }),
    dependencies: [],
  }));
}
