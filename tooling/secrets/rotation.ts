import { randomBytes } from "node:crypto";
import { valuesOf } from "#contracts/secret-proof";
import { readDevVars, writeDevVar } from "../cli/dev-vars.ts";
import type { HooxContext } from "../cli/context.ts";
import { CliError, usageError } from "../cli/errors.ts";
import type { Declared } from "./declared.ts";
import { audited } from "./audited.ts";
import { changeKept, endRotation, readKept, type Rotation } from "./kept.ts";
import { neededAccount, type Place } from "./place.ts";
import { rotate } from "./rotate.ts";
import { RESTART } from "./set.ts";
import { canBeMadeUp, checkedValue, readValue } from "./value.ts";

/** Of which two values are valid wherever they are checked; `true`: somebody outside the mesh sends them. */
const ROTATABLE: Readonly<Record<string, boolean>> = {
  INTERNAL_KEY_BINDING: false,
  OPERATOR_KEY_BINDING: true,
  WEBHOOK_API_KEY_BINDING: true,
};

export interface Rotated {
  result: "done" | "both valid";
  next: string[];
}

export interface Asked {
  secret: Declared;
  keepOld: boolean;
  finish: boolean;
  stdin: boolean;
}

export function checkRotatable(name: string): { outside: boolean } {
  const outside = ROTATABLE[name];
  if (outside !== undefined) return { outside };
  throw usageError(
    `of ${name} only one value can be valid, so it cannot be rotated`,
    `set it anew: npx hoox secrets set ${name}; what can be rotated: ${Object.keys(ROTATABLE).join(", ")}`,
  );
}

/** One file, and all Workers get it at once: what only they send needs no step in between. */
export async function rotateHere(
  context: HooxContext,
  { secret: { name }, keepOld, finish, stdin }: Asked,
): Promise<Rotated> {
  const [first, ...others] = valuesOf((await readDevVars(context.root))[name] ?? "");
  if (first === undefined)
    throw new CliError(1, `.dev.vars has no ${name} yet`, { hint: "make one with: npx hoox init" });
  if (finish && others.length === 0) throw nothingToFinish(name, "");
  const next = finish ? first : await newValue(context, name, stdin);
  await writeDevVar(context.root, name, keepOld ? `${next},${first}` : next);
  return { result: keepOld ? "both valid" : "done", next: [RESTART, ...(keepOld ? [whoNeedsIt(name, "")] : [])] };
}

export async function rotateThere(
  context: HooxContext,
  place: Place,
  of: Asked,
  tell: (step: string) => void,
): Promise<Rotated> {
  const { secret, keepOld } = of;
  const { name } = secret;
  const account = await neededAccount(context, place);
  const kept = await readKept(context, account.id);
  const begun = kept.rotations[name];
  if (begun !== undefined) tell(`goes on with the rotation of ${name} that was begun`);
  if (begun === undefined && of.finish) throw nothingToFinish(name, place.flag);
  const rotation = begun ?? (await begin(context, place, of, kept.values[name]));
  await changeKept(context, account.id, (before) => ({
    ...before,
    rotations: { ...before.rotations, [name]: rotation },
  }));
  try {
    await rotate(context, { place, account, of: { ...rotation, name, workers: secret.workers, keepOld } }, tell);
  } catch (error) {
    // A value that never fitted is no rotation to go on with.
    if (begun === undefined && error instanceof CliError && error.exitCode === 1)
      await endRotation(context, account.id, { name });
    throw error;
  }
  const change = { name, change: "rotate", workers: secret.workers, value: rotation.next } as const;
  if (!keepOld) await endRotation(context, account.id, { name, value: rotation.next });
  const unrecorded = await audited(context, place, change);
  if (keepOld) return { result: "both valid", next: [whoNeedsIt(name, place.flag), ...unrecorded] };
  return { result: "done", next: unrecorded };
}

async function begin(context: HooxContext, place: Place, of: Asked, kept: string | undefined): Promise<Rotation> {
  const { name } = of.secret;
  const old = await currentValue(context, place, { name, kept });
  if (valuesOf(old).length !== 1) {
    throw new CliError(1, `two values of ${name} are valid already, and this machine does not know of a rotation`, {
      hint: `give all one value: npx hoox secrets set ${name}${place.flag}`,
    });
  }
  return { old, next: await newValue(context, name, of.stdin) };
}

/** Somebody else may have set it since this machine did: who says what it is, is believed first. */
async function currentValue(
  context: HooxContext,
  place: Place,
  { name, kept }: { name: string; kept: string | undefined },
): Promise<string> {
  const target = place.mesh?.target;
  const own =
    name === "OPERATOR_KEY_BINDING"
      ? target?.operatorKey
      : name === "WEBHOOK_API_KEY_BINDING"
        ? target?.webhookKey
        : undefined;
  const given = context.env["HOOX_CURRENT_VALUE"] || kept || own;
  if (given) return checkedValue(name, given);
  if (context.interactive) return checkedValue(name, await context.askSecret(`Current value of ${name}, not shown: `));
  throw usageError(
    `the current value of ${name} is not known here, and no Worker can tell it`,
    `give it in HOOX_CURRENT_VALUE; or change it at once, calls failing for seconds: npx hoox secrets set ${name} ${canBeMadeUp(name) ? "--generate" : "--stdin"}${place.flag}`,
  );
}

async function newValue(context: HooxContext, name: string, stdin: boolean): Promise<string> {
  if (!stdin && ROTATABLE[name] === false) return randomBytes(24).toString("hex");
  const value = await readValue(context, { name, given: undefined, stdin, generate: false });
  if (value.includes(",")) throw usageError("the new value is one value, without a comma; nothing was changed");
  return value;
}

function nothingToFinish(name: string, flag: string): CliError {
  return new CliError(1, `no rotation of ${name} was begun here`, {
    hint: `begin one: npx hoox secrets rotate ${name}${flag}`,
  });
}

function whoNeedsIt(name: string, flag: string): string {
  const who =
    name === "WEBHOOK_API_KEY_BINDING"
      ? "put the new key into every alert"
      : "set HOOX_OPERATOR_KEY (or the profile's) to the new key, wherever it is used";
  return `${who}, then: npx hoox secrets rotate ${name} --finish${flag}`;
}
