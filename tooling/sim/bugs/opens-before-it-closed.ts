import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a reversal opens while its close is not known",
  foundBy: "closes before it opens",
  seed: 81,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/sending.ts",
      from: '    return { reason: "the opposite position must be closed first" };',
      to: "    void close;",
    },
    {
      in: "services/ledger-worker/src/ledger/sending.ts",
      from: `  if (close && isWorking(close)) return { reason: "the opposite position is still being closed" };
`,
      to: "",
    },
  ],
};
