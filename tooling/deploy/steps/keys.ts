import { valuesOf } from "#contracts/secret-proof";
import { changeKept } from "../../secrets/kept.ts";
import { noteKeys } from "../gateway.ts";
import type { StepKind, StepOf } from "../step.ts";

/** Before the first Worker gets one: a killed deployment goes on with the same keys. */
export const keys: StepKind<StepOf<"keys">> = {
  words: ({ names }) => ({ what: `keep ${names.join(", ")}`, why: "made up, and needed again" }),
  async run({ names }, { context, account, values, url }) {
    const made = Object.fromEntries(names.map((name) => [name, values.get(name) ?? ""]));
    // First where they are looked for again too: whoever is killed in between has not lost one.
    const first = [...values].map(([name, value]) => [name, valuesOf(value)[0]]);
    const profile = await noteKeys(context, url, Object.fromEntries(first));
    await changeKept(context, account.id, (kept) => ({ ...kept, values: { ...kept.values, ...made } }));
    return `noted in profile ${profile}`;
  },
};
