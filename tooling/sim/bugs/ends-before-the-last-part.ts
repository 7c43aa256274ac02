import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a close is over when its first part has filled",
  foundBy: "what is told as closed is closed",
  seed: 183,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/at-once.ts",
      from: `if (rest === null || leg.order_status !== "filled") return;`,
      to: `if (rest === null || role === "close" || leg.order_status !== "filled") return;`,
    },
  ],
};
