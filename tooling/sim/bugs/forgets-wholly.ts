import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "pruning leaves no tombstone, so a message that returns late names nothing known",
  foundBy: "what returns late is harmless",
  seed: 20,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/prune.ts",
      from: "      bury(tx, row);",
      to: `      tx.sql.exec("DELETE FROM legs WHERE request_id = ?", row.request_id);
      tx.sql.exec("DELETE FROM signals WHERE request_id = ?", row.request_id);`,
    },
  ],
};
