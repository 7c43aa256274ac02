import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a stop counts as absent and the target that was placed with it does not",
  foundBy: "drains",
  seed: 149,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/evidence.ts",
      from: `  if (mate?.status === "in_doubt" || mate?.status === "sending") toPlanned(tx, row, mate);`,
      to: ``,
    },
  ],
};
