import type { Worker } from "#contracts/ids";
import type { Account, Deployment } from "../cloudflare/index.ts";
import { CliError, usageError } from "../cli/errors.ts";
import { DEPLOYED_FROM } from "./drift.ts";

export interface Rollback {
  worker: Worker;
  from: string;
  to: { id: string; createdAt: string | undefined; message: string | undefined };
  /** What whoever says yes has to know. */
  warnings: string[];
}

/** Made anew: a version has the secrets of its time, and a rotation ends in another one. */
const SECRETS = "secrets were set since then, and that version has the values of its own time";

/** The version to go back to: the one that is named, else the last one that was made from something else. */
export async function planRollback(account: Account, worker: Worker, named: string | undefined): Promise<Rollback> {
  const deployments = (await account.workers.deployments(worker)) ?? [];
  const from = deployments[0]?.versions[0]?.id;
  if (from === undefined) {
    throw new CliError(1, `${worker} is not deployed`, { hint: "deploy what is missing: npx hoox deploy all" });
  }
  const versions = (await account.workers.versions(worker)) ?? [];
  const id = named ?? (await lastOther(account, worker, { from, deployments }));
  const found = versions.find((each) => each.id === id);
  if (found === undefined) {
    const list = versions.slice(0, 5).map((each) => `  ${each.id}  ${each.createdAt ?? ""}`);
    throw usageError(`${worker} has no version ${id}`, `its latest:\n${list.join("\n")}`);
  }
  if (id === from) throw new CliError(1, `${worker} runs that version already`, { hint: history(worker) });
  const since = deployments.filter(({ createdAt = "" }) => createdAt > (found.createdAt ?? ""));
  const touched = since.some(({ cause }) => cause === "secret");
  const { createdAt, message } = found;
  return { worker, from, to: { id, createdAt, message }, warnings: touched ? [SECRETS] : [] };
}

async function lastOther(
  account: Account,
  worker: Worker,
  { from, deployments }: { from: string; deployments: readonly Deployment[] },
): Promise<string> {
  const now = await madeFrom(account, worker, from);
  const others = deployments.flatMap(({ versions }) => versions[0]?.id ?? []).filter((each) => each !== from);
  for (const id of new Set(others)) {
    const then = await madeFrom(account, worker, id);
    if (then === undefined || then !== now) return id;
  }
  throw new CliError(1, `${worker} has no earlier version that was made from something else`, {
    hint: `what there was: ${history(worker)}; what is checked out here is deployed with: npx hoox deploy ${worker}`,
  });
}

async function madeFrom(account: Account, worker: Worker, id: string): Promise<string | undefined> {
  const bindings = await account.workers.bindingsOf(worker, id);
  return bindings?.find(({ name }) => name === DEPLOYED_FROM)?.text;
}

function history(worker: Worker): string {
  return `npx hoox deploy history ${worker}`;
}
