import { randomBytes } from "node:crypto";
import type { Worker } from "#contracts/ids";
import type { HooxContext } from "../cli/context.ts";
import type { Declared } from "../secrets/declared.ts";
import { readKept } from "../secrets/kept.ts";
import { canBeMadeUp } from "../secrets/value.ts";
import type { KnownKeys } from "./gateway.ts";
import type { Found } from "./found.ts";
import type { Problem } from "./preflight.ts";
import type { Wanted } from "./wanted.ts";

/** Which secrets which Workers lack, and where their values come from. Values are in `values` and nowhere else. */
export interface SecretsPlan {
  lacking: ReadonlyMap<Worker, readonly string[]>;
  values: ReadonlyMap<string, string>;
  /** Made up now: they must be kept before the first Worker gets one. */
  made: string[];
  /** Optional ones that nobody has given, and what is so without them. */
  unset: { name: string; without: string }[];
  problems: Problem[];
}

/** Somebody outside has to know these, and can: they are noted in the mesh's profile. */
const NOTED = ["OPERATOR_KEY_BINDING", "WEBHOOK_API_KEY_BINDING"];

/** Reads what this machine keeps; changes nothing. */
export async function planSecrets(
  context: HooxContext,
  of: { accountId: string; wanted: Wanted; found: Found; chosen: readonly Worker[]; keys: KnownKeys },
): Promise<SecretsPlan> {
  const { wanted, found, chosen, keys } = of;
  const kept = await readKept(context, of.accountId);
  const values = new Map<string, string>();
  const lacking = new Map<Worker, string[]>();
  const plan: SecretsPlan = { lacking, values, made: [], unset: [], problems: [] };
  for (const secret of wanted.secrets) {
    const { name } = secret;
    const has = (worker: Worker): boolean => found.workers.get(worker)?.secrets.includes(name) ?? false;
    const without = secret.workers.filter((worker) => !has(worker) && chosen.includes(worker));
    if (without.length === 0) continue;
    if (kept.rotations[name] !== undefined) {
      plan.problems.push({
        message: `${without.join(", ")} lacks ${name}, which is being rotated`,
        todo: `end the rotation first: npx hoox secrets rotate ${name} --remote`,
      });
      continue;
    }
    const value = keys[name] ?? kept.values[name] ?? madeUp(plan, secret, secret.workers.some(has));
    if (value === undefined) {
      noValue(plan, secret, without);
      continue;
    }
    values.set(name, value);
    for (const worker of without) lacking.set(worker, [...(lacking.get(worker) ?? []), name]);
  }
  return plan;
}

function madeUp(plan: SecretsPlan, { name }: Declared, somebodyHasIt: boolean): string | undefined {
  if (somebodyHasIt || !(canBeMadeUp(name) || NOTED.includes(name))) return undefined;
  plan.made.push(name);
  return randomBytes(24).toString("hex");
}

function noValue(plan: SecretsPlan, { name, without, workers }: Declared, lacking: readonly Worker[]): void {
  if (without !== undefined) {
    plan.unset.push({ name, without });
    return;
  }
  const others = workers.filter((each) => !lacking.includes(each));
  const how = canBeMadeUp(name) ? "--generate" : "--stdin";
  plan.problems.push({
    message: `${lacking.join(", ")} lacks ${name}, and nobody can read the value that ${others.join(", ")} has`,
    todo: `give the others one that is kept here, then deploy again: npx hoox secrets set ${name} ${how} --remote`,
  });
}
