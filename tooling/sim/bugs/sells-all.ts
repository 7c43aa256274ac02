import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a sale that was filled leaves the position flat, however much of it was left",
  foundBy: "positions agree",
  seed: 3,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/fills.ts",
      from: `  if (isPositive(quantity) && compare(quantity, step) < 0) writeOff(tx, symbol);`,
      to: `  if (isPositive(quantity)) writeOff(tx, symbol);`,
    },
  ],
};
