import { DATABASE } from "../cli/migrations.ts";
import { wayBack } from "../deploy/database.ts";
import type { Mend } from "./check.ts";
import { deployPlan } from "./deploy-plan.ts";
import type { World } from "./world/world.ts";

/** All Workers anew in the order of deployment, behind a point to come back to. Nothing is deleted. */
export async function rebuildSteps(
  world: World,
  tell: (line: string) => void,
): Promise<{ before: Mend[]; after: Mend[] }> {
  const { workers } = await world.wanted();
  const bookmark: Mend = {
    plan: "note a bookmark of the database",
    async do(hands) {
      const { databases } = await hands.account();
      const database = await databases.byName(DATABASE);
      if (database === undefined) return;
      const point = await databases.bookmark(database);
      tell(`the way back: ${wayBack(point)}`);
    },
  };
  const after = workers.map(async ({ name }): Promise<Mend> => ({
    plan: await deployPlan(world, name),
    do: (hands) => hands.deploy(name),
  }));
  return { before: [bookmark], after: await Promise.all(after) };
}
