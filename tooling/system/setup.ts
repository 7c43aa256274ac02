import { ensureDevVars } from "../cli/dev-vars.ts";
import { ROOT } from "../sync/paths.ts";
import { buildWorkers } from "./built.ts";

/** Before any test, so that two local meshes never make up secrets at the same time. Answers the teardown. */
export async function setup(): Promise<() => Promise<void>> {
  await ensureDevVars(ROOT);
  return buildWorkers();
}
