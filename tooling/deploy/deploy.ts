import type { Worker } from "#contracts/ids";
import type { HooxContext } from "../cli/context.ts";
import type { Account } from "../cloudflare/index.ts";
import { execute, type Executed, type Watcher } from "./execute.ts";
import { gatewayOf } from "./gateway.ts";
import type { Prepared } from "./prepare.ts";
import { onlyLooks } from "./step.ts";

/** Does what was prepared, step by step. */
export function deploy(
  context: HooxContext,
  account: Account,
  of: { prepared: Pick<Prepared, "steps" | "secrets" | "url">; tell: (text: string) => void; watcher: Watcher },
): Promise<Executed> {
  const { steps, secrets, url } = of.prepared;
  const { values } = secrets;
  const mesh = () => gatewayOf(context, { accountId: account.id, url });
  return execute(steps, { context, account, values, mesh, url, tell: of.tell }, of.watcher);
}

/** What the deployment means for each Worker that it was about. */
export interface WorkerResult {
  worker: Worker;
  status: "deployed" | "mended" | "unchanged" | "failed" | "not reached";
  version?: string;
  url?: string;
}

export async function resultsOf(
  account: Account,
  of: { chosen: readonly Worker[]; prepared: Pick<Prepared, "steps" | "url">; executed: Executed },
): Promise<WorkerResult[]> {
  const { chosen, prepared, executed } = of;
  return Promise.all(
    chosen.map(async (worker) => {
      const mine = executed.steps.filter((_, index) => isAbout(prepared.steps[index], worker));
      const deployment = await account.workers.deployment(worker).catch(() => undefined);
      const version = deployment?.versions[0]?.id;
      return {
        worker,
        status: statusOf(mine),
        ...(version === undefined ? {} : { version }),
        ...(worker === "hoox" && version !== undefined ? { url: prepared.url } : {}),
      };
    }),
  );
}

function isAbout(step: Prepared["steps"][number] | undefined, worker: Worker): boolean {
  if (step === undefined || !("worker" in step)) return false;
  return (typeof step.worker === "string" ? step.worker : step.worker.name) === worker;
}

function statusOf(steps: Executed["steps"]): WorkerResult["status"] {
  if (steps.some(({ status }) => status === "failed")) return "failed";
  if (steps.some(({ status }) => status === "not reached")) return "not reached";
  if (steps.every(onlyLooks)) return "unchanged";
  return steps.some(({ kind }) => kind === "worker") ? "deployed" : "mended";
}
