import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a stop of spot coins that was planned before a sale is sent when the sale rests and locks them",
  foundBy: "no sale lacks coins",
  seed: 29,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/protection.ts",
      from: "  else if (isPositive(own)) dropPlanned(tx, protective);",
      to: "  void dropPlanned;",
    },
  ],
};
