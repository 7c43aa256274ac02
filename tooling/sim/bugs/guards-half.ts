import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a stop guards what was filled first and not what is filled later",
  foundBy: "no entry left unprotected",
  seed: 6,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/protection.ts",
      from: "compare(sumUnfilled(standing), quantity) === 0 || !replace",
      to: "standing.length > 0 || !replace",
    },
  ],
};
