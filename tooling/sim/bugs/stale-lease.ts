import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a stale lease still moves a signal",
  foundBy: "drains",
  seed: 5,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/attempt.ts",
      from: "const holdsLease = row !== undefined && row.lease === request.lease && isLeased(row, tx.now);",
      to: "const holdsLease = row !== undefined;",
    },
  ],
};
