import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a signal ends while an order works of which a part is still to follow",
  foundBy: "drains",
  seed: 166,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/outcome.ts",
      from: `  if (status === "done") return order_status === "working" && rest !== null;`,
      to: `  if (status === "done") return false;`,
    },
  ],
};
