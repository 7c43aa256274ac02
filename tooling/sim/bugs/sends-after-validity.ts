import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "validity is looked at when a signal is claimed and not when it is sent",
  foundBy: "nothing stale trades",
  seed: 1,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/sending.ts",
      from: `  if (row.valid_until <= tx.now) return { reason: expiredReason(row), drop: { outcome: "expired" } };
`,
      to: "",
    },
  ],
};
