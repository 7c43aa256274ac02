import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "an exit leaves the entries that rest, and they open again what it closed",
  foundBy: "the last word closes everything",
  seed: 17,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/tasks.ts",
      from: `(leg.role === "entry" && mayOpenAgain(tx, leg, of))`,
      to: `(leg.role === "entry" && of.action === "target" && mayOpenAgain(tx, leg, of))`,
    },
  ],
};
