import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a revived signal keeps its old place in the lane",
  foundBy: "only dead letters are revived",
  seed: 1,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/revive.ts",
      from: "seq: nextSeq(tx, row.symbol),",
      to: "seq: row.seq,",
    },
  ],
};
