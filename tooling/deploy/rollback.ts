import type { Worker } from "#contracts/ids";
import { AccountError, SECRETS_CHANGED } from "../cloudflare/errors.ts";
import type { Account, Deployment, Version } from "../cloudflare/index.ts";
import { CliError, usageError } from "../cli/errors.ts";
import { DEPLOYED_FROM } from "./drift.ts";

const BACK_FROM = "hoox rollback from";
const WENT_BACK = new RegExp(`^${BACK_FROM} (\\S+)$`);

export interface Rollback {
  worker: Worker;
  from: string;
  to: { id: string; createdAt: string | undefined; message: string | undefined };
  /** What whoever says yes has to know. */
  warnings: string[];
}

/** Made anew: a version has the secrets of its time, and a rotation ends in another one. */
const SECRETS = "secrets were set since then, and that version has the values of its own time";

/**
 * The version to go back to: the one that is named, else the last one before this that was made from something else, and
 * that nobody went back from, for whatever reason that was.
 */
export async function planRollback(account: Account, worker: Worker, named: string | undefined): Promise<Rollback> {
  const deployments = (await account.workers.deployments(worker)) ?? [];
  const from = deployments[0]?.versions[0]?.id;
  if (from === undefined) {
    throw new CliError(1, `${worker} is not deployed`, { hint: "deploy what is missing: npx hoox deploy all" });
  }
  const versions = (await account.workers.versions(worker)) ?? [];
  const id = named ?? (await lastOther(account, worker, { from, deployments, versions }));
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

/** Answers the warnings, with one that the plan did not know when Cloudflare does: that one is asked about. */
export async function goBack(
  account: Account,
  { worker, from, to, warnings }: Rollback,
  agree: (warning: string) => Promise<void>,
): Promise<{ warnings: string[] }> {
  const message = `${BACK_FROM} ${from}`;
  try {
    await account.workers.deployVersion(worker, to.id, { message });
    return { warnings };
  } catch (error) {
    if (!(error instanceof AccountError) || !error.codes.includes(SECRETS_CHANGED)) throw error;
    if (warnings.length === 0) await agree(SECRETS);
    await account.workers.deployVersion(worker, to.id, { message, force: true });
    return { warnings: [SECRETS] };
  }
}

async function lastOther(
  account: Account,
  worker: Worker,
  of: { from: string; deployments: readonly Deployment[]; versions: readonly Version[] },
): Promise<string> {
  const { from, deployments, versions } = of;
  const ids = versions.map(({ id }) => id);
  const older = ids.slice(ids.indexOf(from) + 1);
  const wereDeployed = deployments.flatMap((each) => each.versions.map(({ id }) => id));
  const left = deployments.flatMap(({ message = "" }) => WENT_BACK.exec(message)?.[1] ?? []);
  const madeOf = (id: string): Promise<string | undefined> => madeFrom(account, worker, id);
  const unwanted = await Promise.all([from, ...new Set(left)].map(madeOf));
  for (const id of older.filter((each) => wereDeployed.includes(each) && !left.includes(each))) {
    const then = await madeOf(id);
    if (then === undefined || !unwanted.includes(then)) return id;
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
