import { randomBytes } from "node:crypto";
import type { Worker } from "#contracts/ids";
import type { HooxContext } from "../cli/context.ts";
import type { Declared } from "../secrets/declared.ts";
import { agreedValue, valueAmid } from "../secrets/agreed.ts";
import { readKept } from "../secrets/kept.ts";
import { askProofs, type Proofs } from "../secrets/look.ts";
import { checkRotatable } from "../secrets/rotation.ts";
import { canBeMadeUp } from "../secrets/value.ts";
import { CliError } from "../cli/errors.ts";
import { gatewayOf, type KnownKeys } from "./gateway.ts";
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

/** Reads what this machine keeps, and has the mesh prove that it is still so; changes nothing. */
export async function planSecrets(
  context: HooxContext,
  of: {
    accountId: string;
    wanted: Wanted;
    found: Found;
    chosen: readonly Worker[];
    keys: KnownKeys;
    /** The mesh's; it says whether the Workers have what this machine keeps. */
    url: string | undefined;
  },
): Promise<SecretsPlan> {
  const { wanted, found, chosen, keys } = of;
  const kept = await readKept(context, of.accountId);
  const values = new Map<string, string>();
  const lacking = new Map<Worker, string[]>();
  const plan: SecretsPlan = { lacking, values, made: [], unset: [], problems: [] };
  const open = wanted.secrets.flatMap((secret) => {
    const has = (worker: Worker): boolean => found.workers.get(worker)?.secrets.includes(secret.name) ?? false;
    const without = secret.workers.filter((worker) => !has(worker) && chosen.includes(worker));
    return without.length === 0 ? [] : [{ secret, without, having: secret.workers.filter(has) }];
  });
  const shared = open.filter(({ having }) => having.length > 0).map(({ secret }) => secret.name);
  const proofs = await provenThere(context, of, shared);
  for (const { secret, without, having } of open) {
    const { name } = secret;
    const rotation = kept.rotations[name];
    const known = [keys[name], kept.values[name]].filter((value) => value !== undefined);
    const value = rotation
      ? await valueAmid(rotation, { name, having, proofs })
      : ((await agreedValue(known, { name, having, proofs })) ?? madeUp(plan, secret, having.length > 0));
    if (value === undefined) {
      if (rotation) plan.problems.push(amid(name, without));
      else noValue(plan, { secret, lacking: without, having, known: known.length > 0 });
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

/** Undefined where nobody needs to be asked, or the mesh cannot be: then what is kept goes for what they have. */
async function provenThere(
  context: HooxContext,
  { accountId, url }: { accountId: string; url: string | undefined },
  names: readonly string[],
): Promise<Proofs | undefined> {
  if (names.length === 0 || url === undefined) return undefined;
  const mesh = await gatewayOf(context, { accountId, url });
  return askProofs({ mesh }, names).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    return undefined;
  });
}

function amid(name: string, lacking: readonly Worker[]): Problem {
  const finish = checkRotatable(name).outside ? " --finish" : "";
  return {
    message: `${lacking.join(", ")} lacks ${name}, which is being rotated, and nobody could see how far that is`,
    todo: `end the rotation first: npx hoox secrets rotate ${name}${finish} --remote`,
  };
}

function noValue(
  plan: SecretsPlan,
  of: { secret: Declared; lacking: readonly Worker[]; having: readonly Worker[]; known: boolean },
): void {
  const { name, without, workers } = of.secret;
  if (without !== undefined) {
    plan.unset.push({ name, without });
    return;
  }
  const lacking = of.lacking.join(", ");
  const how = canBeMadeUp(name) ? "--generate" : "--stdin";
  const why = of.known
    ? `the value that is known here is not what ${of.having.join(", ")} has`
    : `nobody can read the value that ${workers.filter((each) => !of.lacking.includes(each)).join(", ")} has`;
  plan.problems.push({
    message: `${lacking} lacks ${name}, and ${why}`,
    todo: `give the others one that is kept here, then deploy again: npx hoox secrets set ${name} ${how} --remote`,
  });
}
