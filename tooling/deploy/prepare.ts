import type { Worker } from "#contracts/ids";
import type { HooxContext } from "../cli/context.ts";
import { DATABASE } from "../cli/migrations.ts";
import type { Account } from "../cloudflare/index.ts";
import { pendingThere } from "./database.ts";
import { lookAt, type Found } from "./found.ts";
import { gatewayUrl, knownKeys } from "./gateway.ts";
import { planOf } from "./plan.ts";
import { checkGround, checkToken, type Problem } from "./preflight.ts";
import { planSecrets, type SecretsPlan } from "./secrets.ts";
import type { Step } from "./step.ts";
import { readWanted, type Wanted } from "./wanted.ts";

export interface Prepared {
  steps: Step[];
  /** While there are any, nothing may be done. */
  problems: Problem[];
  notes: string[];
  secrets: SecretsPlan;
  url: string;
}

/** Looks at everything and changes nothing. */
export async function prepare(
  context: HooxContext,
  account: Account,
  of: {
    chosen: readonly Worker[];
    force: boolean;
    prints: () => Promise<ReadonlyMap<Worker, string>>;
  },
): Promise<Prepared | { problems: Problem[]; notes: string[] }> {
  const token = await checkToken(account, context.now());
  // What may not be read cannot be planned with.
  if (token.problems.length > 0) return token;
  const wanted = await readWanted();
  const found = await lookAt(account, wanted);
  const ground = await checkGround(found);
  const { subdomain } = found;
  const url = subdomain === undefined ? undefined : gatewayUrl(subdomain);
  const keys = url === undefined ? {} : await knownKeys(context, { accountId: account.id, url });
  const { chosen, force } = of;
  const secrets = await planSecrets(context, { accountId: account.id, wanted, found, chosen, keys, url });
  const problems = [...ground, ...secrets.problems, ...unmetNeeds(wanted.workers, found, chosen)];
  if (problems.length > 0 || url === undefined) return { problems, notes: token.notes };
  const [pending, prints] = await Promise.all([
    pendingThere(context, account, found.databases.get(DATABASE)),
    of.prints(),
  ]);
  const steps = planOf({ wanted, found, pending, prints, secrets, chosen, force });
  const unset = secrets.unset.map(
    ({ name, without }) => `${name} is not set: ${without}; set it with: npx hoox secrets set ${name} --remote`,
  );
  return { steps, problems, notes: [...token.notes, ...unset, ...pausedQueues(wanted, found)], secrets, url };
}

/** Somebody paused them, so nothing here resumes them; whoever hears that all is in order has to know. */
function pausedQueues({ queues }: Wanted, found: Found): string[] {
  return queues
    .filter(({ name }) => found.queues.get(name)?.deliveryPaused === true)
    .map(({ name }) => `queue ${name} is paused, and delivers nothing; to go on: npx hoox repair queues --remote`);
}

/** With some Workers chosen, what they are bound to may be missing. */
function unmetNeeds(
  workers: readonly { name: Worker; needs: readonly Worker[] }[],
  found: Found,
  chosen: readonly Worker[],
): Problem[] {
  return workers.flatMap(({ name, needs }) => {
    const missing = needs.filter((each) => !found.workers.has(each) && !chosen.includes(each));
    if (!chosen.includes(name) || missing.length === 0) return [];
    return [
      {
        message: `${name} is bound to ${missing.join(", ")}, which is not deployed`,
        todo: "deploy what is missing, in order: npx hoox deploy all",
      },
    ];
  });
}
