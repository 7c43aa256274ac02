import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "the database lets an older revision of an order win",
  foundBy: "the database shows what the venue did",
  seed: 1,
  edits: [
    {
      in: "services/d1-worker/src/rows.ts",
      from: 'when: "excluded.rev > orders.rev"',
      to: 'when: "true"',
    },
  ],
};
