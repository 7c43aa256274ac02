import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a notification is told again although its ledger knows that it was told",
  foundBy: "what returns late is harmless",
  seed: 20,
  edits: [
    {
      in: "services/telegram-worker/src/unconfirmed.ts",
      from: "for (const id of ids) if (!open.has(id)) done.add(id);",
      to: "void open;",
    },
  ],
};
