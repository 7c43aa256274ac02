import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a signal whose attempts lost their words fails although its legs have ended",
  foundBy: "one outcome",
  seed: 2206,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/attempt.ts",
      from: `  if (main.length > 0 && main.every((leg) => leg.status !== "planned")) return;
`,
      to: "",
    },
  ],
};
