import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "what an entry seemed to close stays taken from its guard when a stop turns out to have closed it",
  foundBy: "no entry left unprotected",
  seed: 21,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/evidence.ts",
      from: `  if (leg.role !== "entry") giveBack(tx, leg, grown);
`,
      to: "",
    },
  ],
};
