import type { Account } from "../../cloudflare/index.ts";
import type { WorkerResult } from "../../deploy/deploy.ts";
import type { Executed } from "../../deploy/execute.ts";
import { profileFor } from "../../deploy/gateway.ts";
import type { Prepared } from "../../deploy/prepare.ts";
import { onlyLooks } from "../../deploy/step.ts";
import type { HooxContext } from "../context.ts";
import { NOTHING_TO_DO } from "./deploy-plan.ts";
import type { Paint } from "./paint.ts";
import type { Column } from "./table.ts";

/** What `deploy` answers. */
export interface Outcome {
  account: string;
  result: "done" | "unchanged" | "failed";
  steps: Executed["steps"];
  workers: WorkerResult[];
  problem?: string;
  /** What to do about it, one sentence each. */
  next: string[];
}

export async function outcomeOf(
  context: HooxContext,
  of: {
    account: Account;
    prepared: Pick<Prepared, "url" | "steps">;
    executed: Executed;
    workers: WorkerResult[];
    again: string;
  },
): Promise<Outcome> {
  const { account, prepared, executed, workers } = of;
  const { steps, failure } = executed;
  const base = { account: account.name, steps, workers };
  if (failure !== undefined) {
    const left = steps.filter(({ status }) => status !== "done").length;
    const resume = `${steps.length - left} of ${steps.length} steps are done; go on where it stopped: ${of.again}`;
    const next = [...(failure.hint === undefined ? [] : [failure.hint]), resume];
    return { ...base, result: "failed", problem: failure.message, next };
  }
  const profile = await profileFor(context, prepared.url);
  const flag = profile === undefined ? "" : ` --target ${profile}`;
  const look =
    profile === undefined ? `HOOX_URL=${prepared.url} npx hoox check health` : `npx hoox check health${flag}`;
  return {
    ...base,
    result: steps.every(onlyLooks) ? "unchanged" : "done",
    next: [
      `is it well? ${look}`,
      ...(steps.some(({ kind }) => kind === "keys") && profile !== undefined
        ? [`make it the mesh that commands mean: npx hoox profile use ${profile}`]
        : []),
    ],
  };
}

export function resultText(
  { result, workers, problem }: Outcome,
  of: {
    paint: Paint;
    table: (columns: readonly Column<WorkerResult>[], rows: readonly WorkerResult[]) => string;
  },
): string {
  const { paint, table } = of;
  const status = (row: WorkerResult): string => {
    if (row.status === "failed" || row.status === "not reached") return paint.bad(row.status);
    return row.status === "unchanged" ? paint.dim(row.status) : paint.good(row.status);
  };
  const rows = table(
    [
      { title: "worker", value: ({ worker }) => worker },
      { title: "status", value: status },
      { title: "version", value: ({ version }) => version ?? "-" },
      { title: "url", value: ({ url }) => url ?? "" },
    ],
    workers,
  );
  if (result === "failed") return `${rows}\n\n${paint.bad("failed")}: ${problem}`;
  return result === "unchanged" ? `${rows}\n\n${NOTHING_TO_DO}` : rows;
}
