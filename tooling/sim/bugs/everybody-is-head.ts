import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a signal does not wait for the older ones of its lane",
  foundBy: "order within a lane",
  seed: 2,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/accept.ts",
      from: "const hint = oldest && freeSlots(tx) > 0;",
      to: "const hint = freeSlots(tx) > 0;",
    },
    {
      in: "services/ledger-worker/src/ledger/lane.ts",
      from: "  if (oldest === row) return true;",
      to: "  return true;",
    },
  ],
};
