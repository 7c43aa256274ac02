import type { Worker } from "#contracts/ids";
import type { World } from "./world/world.ts";

/** A Worker is deployed as it stands in this checkout: whoever says yes to a setting must know that code comes with it. */
export async function deployPlan(world: World, worker: Worker): Promise<string> {
  const remark = await world.codeRemark(worker);
  return remark === undefined ? `deploy ${worker}` : `deploy ${worker}: ${remark}`;
}
