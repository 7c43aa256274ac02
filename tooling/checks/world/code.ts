import type { Worker } from "#contracts/ids";
import { CliError } from "../../cli/errors.ts";
import { DEPLOYED_FROM } from "../../deploy/drift.ts";
import type { AccountView } from "./world.ts";

/** In what this checkout's code is not what runs, as far as anybody can tell; undefined when it is the same. */
export async function codeRemark(account: AccountView, worker: Worker): Promise<string | undefined> {
  try {
    const settings = await account.settings(worker);
    if (settings === undefined) return undefined;
    const was = settings.bindings.find(({ name }) => name === DEPLOYED_FROM)?.text;
    if (was === undefined) return "nobody knows what code runs";
    // The bundler's own errors; a deployment says them in full.
    const { fingerprints } = await import("../../deploy/fingerprint.ts");
    const prints = await fingerprints().catch(() => undefined);
    if (prints === undefined) return "this checkout's code does not build";
    return was === prints.get(worker) ? undefined : "this checkout has other code than runs";
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
