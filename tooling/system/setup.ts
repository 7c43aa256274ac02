import { ensureDevVars } from "../cli/dev-vars.ts";
import { ROOT } from "../sync/paths.ts";

/** Before any test, so that two local meshes never make up secrets at the same time. */
export async function setup(): Promise<void> {
  await ensureDevVars(ROOT);
}
