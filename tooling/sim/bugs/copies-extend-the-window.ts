import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "each copy of an alert extends the time for which its body is recognised",
  foundBy: "a window ends",
  seed: 1,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/accept.ts",
      from: '  tx.log("info", "signal.duplicate",',
      to: `  tx.sql.exec("UPDATE signals SET accepted_at = ? WHERE request_id = ?", tx.now, known.request_id);
  tx.log("info", "signal.duplicate",`,
    },
  ],
};
