import { join, resolve } from "node:path";
import type { Worker } from "#contracts/ids";

/** The repository's root. */
export const ROOT = resolve(import.meta.dirname, "../..");

export function configPathOf(worker: Worker): string {
  return join(ROOT, "services", worker, "wrangler.jsonc");
}
