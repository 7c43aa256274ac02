import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a ledger takes a leg for filled when it permits to send it",
  foundBy: "positions agree",
  seed: 3,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/sending.ts",
      from: `    status: "sending",
    order_body: body,`,
      to: `    status: "done",
    order_body: body,`,
    },
  ],
};
