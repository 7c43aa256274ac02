import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "an order that is not found at once counts as never sent",
  foundBy: "the database shows what the venue did",
  seed: 341,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/evidence.ts",
      from: `  if (at.getTime() < quiet || tx.now < quiet) return;
`,
      to: "",
    },
  ],
};
