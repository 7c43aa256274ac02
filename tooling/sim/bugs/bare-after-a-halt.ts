import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "protection that made way for a close stays away when the close is halted",
  foundBy: "no entry left unprotected",
  seed: 1350,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/tx.ts",
      from: `legs: ["status", `,
      to: `legs: [`,
    },
  ],
};
