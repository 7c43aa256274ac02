import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a reversal is called superseded while the close before its entry rests",
  foundBy: "one outcome",
  seed: 1,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/outcome.ts",
      from: `  if (resting) return resting;
`,
      to: "",
    },
  ],
};
