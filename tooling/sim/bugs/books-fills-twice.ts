import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "the figures of a venue are booked as if they were new each time",
  foundBy: "positions agree",
  seed: 4,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/fills.ts",
      from: "const grown = subtract(order.filledQuantity, leg.filled_quantity);",
      to: 'const grown = compare(order.filledQuantity, leg.filled_quantity) === 0 ? "0" : order.filledQuantity;',
    },
  ],
};
