import { isExchangeCredential, venueParts } from "#contracts/account-variable";
import { workers, worker as workerName, type Worker } from "#contracts/ids";
import { isSecretName } from "#contracts/secret-proof";
import { usageError } from "../cli/errors.ts";
import { nearest } from "../cli/nearest.ts";
import { credential, declaredSecrets, isCredential, type Declared } from "./declared.ts";

/** `NAME`, `NAME VALUE`, `<worker> NAME` or `<worker> NAME VALUE`. */
export async function secretNamed(
  words: readonly (string | undefined)[],
  flag: string | undefined,
): Promise<{ secret: Declared; only: Worker | undefined; rest: string | undefined }> {
  const [first = "", ...others] = words;
  const leads = workerName.safeParse(first);
  const [name = "", rest, surplus] = leads.success ? others : [first, ...others];
  if (name === "") throw usageError(`which secret of ${first}?`, `it takes one of ${await namesText()}`);
  if (surplus !== undefined) throw usageError("that is one word too many", "take NAME VALUE, or <worker> NAME VALUE");
  const flagged = workerName.optional().safeParse(flag);
  if (!flagged.success) {
    throw usageError(`--worker: there is no Worker "${flag}"`, `it takes one of ${workers.join(", ")}`);
  }
  const secret = await declared(name);
  const only = leads.success ? leads.data : flagged.data;
  if (only !== undefined && !secret.workers.includes(only)) {
    throw usageError(`${only} has no ${name}`, `it belongs to ${secret.workers.join(", ")}`);
  }
  return { secret, only, rest };
}

/** Throws for a credential of no exchange: nobody would read it. One that is there already can be listed and deleted. */
export function knownExchange(name: string): void {
  if (!isCredential(name) || isExchangeCredential(name)) return;
  throw usageError(
    `${name} is of no exchange that Hoox knows`,
    `it takes <ACCOUNT>_<VENUE>_API_KEY and _API_SECRET; the venues are ${venueParts.join(", ")}`,
  );
}

async function declared(name: string): Promise<Declared> {
  const all = await declaredSecrets();
  const known =
    all.find((each) => each.name === name) ?? (isCredential(name) && isSecretName(name) ? credential(name) : undefined);
  if (known !== undefined) return known;
  const near = nearest(
    name,
    all.map((each) => each.name),
  );
  throw usageError(
    `there is no secret "${name}"${near === undefined ? "" : `; did you mean ${near}?`}`,
    `it takes one of ${await namesText()}`,
  );
}

async function namesText(): Promise<string> {
  const names = (await declaredSecrets()).map(({ name }) => name);
  return `${names.join(", ")}, or <ACCOUNT>_<VENUE>_API_KEY and _API_SECRET such as MAIN_BINANCE_API_KEY`;
}
