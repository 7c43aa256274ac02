import type { Verdict } from "#contracts/verdict";
import type { Paint } from "../output/paint.ts";

interface Words {
  means: string;
  todo: string;
  colour: "good" | "odd" | "bad" | "dim";
}

/** What a verdict says of a letter, and what to do about it. */
export const verdictWords: Readonly<Record<Verdict, Words>> = {
  SAFE: { means: "nothing speaks against it", todo: "replay executes it", colour: "good" },
  STALE: {
    means: "its validity has passed",
    todo: 'discard it, or give it a new validity: --force STALE --reason "…"',
    colour: "odd",
  },
  SUPERSEDED: {
    means: "a newer signal of its lane has settled",
    todo: 'discard it, or execute it all the same: --force SUPERSEDED --reason "…"',
    colour: "odd",
  },
  NEEDS_FIX: {
    means: "the version that it fails in still runs",
    todo: 'deploy what mends it, then plan again; or --force NEEDS_FIX --reason "…"',
    colour: "odd",
  },
  DUPLICATE: { means: "its effect has happened already", todo: "discard it; it is never forced", colour: "dim" },
  UNCERTAIN: {
    means: "an order of it may have been executed",
    todo: "end the doubt first: npx hoox lanes list; it is never forced",
    colour: "bad",
  },
  MALFORMED: {
    means: "no contract reads its body",
    todo: "discard it, or deploy what reads it; it is never forced",
    colour: "bad",
  },
};

export function verdictText(verdict: Verdict, paint: Paint): string {
  return paint[verdictWords[verdict].colour](verdict);
}
