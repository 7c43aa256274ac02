import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a copy of an alert is recognised only once the first has ended",
  foundBy: "an alert is accepted once",
  seed: 1,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/accept.ts",
      from: "if (known) return repeated",
      to: "if (known && known.outcome !== null) return repeated",
    },
  ],
};
