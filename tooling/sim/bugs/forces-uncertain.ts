import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "an operator may force what may have been executed",
  foundBy: "only dead letters are revived",
  seed: 27,
  edits: [
    {
      in: "services/ops-worker/src/replays/verdict.ts",
      from: "if (signal.uncertainLegs.length === 0) return undefined;",
      to: "if (signal.uncertainLegs.length >= 0) return undefined;",
    },
    {
      in: "services/ledger-worker/src/ledger/revive.ts",
      from: "if (uncertain.length > 0) {",
      to: "if (uncertain.length > 0 && force.length === 0) {",
    },
    {
      in: "services/ledger-worker/src/ledger/revive.ts",
      from: "if (row.ended === 0) return",
      to: "if (row.ended === 0 && uncertain.length === 0) return",
    },
  ],
};
