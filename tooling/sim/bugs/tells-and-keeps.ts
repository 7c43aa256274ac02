import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "what filled after its exit is told as being closed, and is not",
  foundBy: "what could not be guarded is closed",
  seed: 105,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/evidence.ts",
      from: "      planEmergency(tx, row, grown, { against: leg });",
      to: "",
    },
  ],
};
