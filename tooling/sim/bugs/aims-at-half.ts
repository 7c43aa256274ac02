import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a target takes what was filled first and not what is filled later",
  foundBy: "no entry left without its target",
  seed: 15,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/protection.ts",
      from: "if (compare(stands, wanted) >= 0 && compare(stands, alone ? most : wanted) <= 0) continue;",
      to: "if (standing.length > 0) continue;",
    },
  ],
};
