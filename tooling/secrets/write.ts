import type { Worker } from "#contracts/ids";
import { proofsOfAll } from "#contracts/secret-proof";
import type { Account } from "../cloudflare/index.ts";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import { connectTo } from "../cli/mesh-client.ts";
import { askProofs } from "./look.ts";
import type { Place } from "./place.ts";

const NO_SUCH_SECRET = 10_056;

/** What became of one Worker. */
export interface Written {
  worker: Worker;
  status: "done" | "failed" | "in doubt" | "not deployed";
  problem?: string;
}

/** `in doubt`: nobody knows whether any Worker was changed. */
export type Result = "done" | "half done" | "in doubt" | "not done";

export function resultOf(written: readonly Written[]): Result {
  const some = (wanted: Written["status"]): boolean => written.some(({ status }) => status === wanted);
  if (written.every(({ status }) => status === "done")) return "done";
  return some("done") ? "half done" : some("in doubt") ? "in doubt" : "not done";
}

/** Sets (or, with undefined, deletes) a secret of each Worker in turn; one that fails does not keep the others. */
export async function writeSecret(
  account: Account,
  of: { name: string; value: string | undefined; workers: readonly Worker[] },
): Promise<Written[]> {
  const { AccountError, isMissing } = await import("../cloudflare/index.ts");
  const written: Written[] = [];
  for (const worker of of.workers) {
    try {
      if (of.value === undefined) await account.secrets.delete(worker, of.name);
      else await account.secrets.put(worker, of.name, of.value);
      written.push({ worker, status: "done" });
    } catch (error) {
      if (!(error instanceof AccountError)) throw error;
      if (of.value === undefined && error.codes.includes(NO_SUCH_SECRET)) {
        written.push({ worker, status: "done" });
        continue;
      }
      const problem = [error.message, error.hint].filter(Boolean).join("; ");
      const status = isMissing(error) ? "not deployed" : error.inDoubt ? "in doubt" : "failed";
      written.push({ worker, status, problem });
    }
  }
  return written;
}

/** A new version is everywhere within seconds, as a rule. */
const WAIT_MS = 45_000;
/** Ten wrong operator keys a minute are answered; while that key itself changes, ours is wrong for a while. */
const EVERY_MS = 5_000;

/**
 * Waits until each Worker proves these values, in their order. Answers who does not, and why nobody could be asked.
 */
export async function awaitProofs(
  context: HooxContext,
  place: Place,
  of: { name: string; values: readonly string[]; workers: readonly Worker[] },
): Promise<{ waiting: Worker[]; problem: string | undefined }> {
  const asking = speakingWith(context, place, of);
  for (let waited = 0; ; waited += EVERY_MS) {
    const found = await unproven(asking, of);
    const over = waited >= WAIT_MS || place.mesh === undefined;
    if (found.waiting.length === 0 || over) return found;
    await context.sleep(EVERY_MS);
  }
}

/** With the operator key that is valid before and after: of two, both are. */
export function speakingWith(
  context: HooxContext,
  place: Place,
  { name, values }: { name: string; values: readonly string[] },
): Place {
  const target = place.mesh?.target;
  if (name !== "OPERATOR_KEY_BINDING" || target === undefined || values.includes(target.operatorKey ?? ""))
    return place;
  return { ...place, mesh: connectTo(context, { ...target, operatorKey: values[0] }) };
}

async function unproven(
  place: Place,
  { name, values, workers }: { name: string; values: readonly string[]; workers: readonly Worker[] },
): Promise<{ waiting: Worker[]; problem: string | undefined }> {
  try {
    const proofs = await askProofs(place, [name]);
    const wanted = await proofsOfAll(values, { name, nonce: proofs.nonce });
    const proves = (worker: Worker): boolean => proofs.of.get(worker)?.get(name)?.join() === wanted.join();
    return { waiting: workers.filter((worker) => !proves(worker)), problem: proofs.problems.join("; ") || undefined };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { waiting: [...workers], problem: error.message };
  }
}
