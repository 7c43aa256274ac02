import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "an emergency close sells all that is open, whoever opened it",
  foundBy: "an emergency takes its own",
  seed: 4,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/leg-size.ts",
      from: "return { quantity: minimum(due, left) };",
      to: "return { quantity: left };",
    },
  ],
};
