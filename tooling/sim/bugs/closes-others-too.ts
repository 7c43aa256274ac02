import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "an emergency close takes what others closed from other entries, and what its own fills later is not closed",
  foundBy: "no entry left unprotected",
  seed: 11024,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/protection.ts",
      from: `    if (compare(row.released, own) > 0) tx.update(row, { released: own });
`,
      to: "",
    },
    {
      in: "services/ledger-worker/src/ledger/leg-size.ts",
      from: "const own = entry ? restOf(tx, row, entry) : open;",
      to: "const own = entry ? open : open;",
    },
  ],
};
