import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "an alarm throws for one signal and keeps all others from their turn",
  foundBy: "drains",
  seed: 1,
  edits: [
    {
      in: "services/ledger-worker/src/ledger.ts",
      from: "...due.map(wakeOne),",
      to: "...due.map((requestId) => commit((tx) => wake(tx, requestId))),",
    },
    {
      in: "services/ledger-worker/src/ledger/alarm.ts",
      from: "  tellPassed(tx, row);",
      to: `  if (row.attempts > 1 && row.ended === 1) throw new Error("an attempt too many");
  tellPassed(tx, row);`,
    },
  ],
};
