import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "the outbox publishes once and then waits for ever",
  foundBy: "drains",
  seed: 2,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/outbox.ts",
      from: "FROM outbox WHERE due_at <= ? ORDER BY",
      to: "FROM outbox WHERE tries < 1 AND due_at <= ? ORDER BY",
    },
  ],
};
