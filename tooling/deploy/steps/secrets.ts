import { CliError } from "../../cli/errors.ts";
import type { StepKind, StepOf } from "../step.ts";

export const secrets: StepKind<StepOf<"secrets">> = {
  words: ({ worker, names }) => ({ what: `secrets of ${worker}`, why: `lacks ${names.join(", ")}` }),
  async run({ worker, names }, { account, values }) {
    await account.secrets.putAll(worker, valuesFor(names, values));
  },
};

/** Throws when one of them has no value. */
export function valuesFor(names: readonly string[], values: ReadonlyMap<string, string>): Record<string, string> {
  const pairs = names.map((name): [string, string] => {
    const value = values.get(name);
    if (value === undefined) throw new CliError(3, `there is no value for ${name}`, { hint: "run it again" });
    return [name, value];
  });
  return Object.fromEntries(pairs);
}
