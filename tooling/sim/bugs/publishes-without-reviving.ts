import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a replay publishes the hint of the next generation and leaves the ledger as it is",
  foundBy: "a replay does what it says",
  seed: 1,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/revive.ts",
      from: "  enqueue(tx, row, request);\n",
      to: `  tx.update(row, { generation: row.generation + 1, replay_id: request.replayId });
  tx.hint({ requestId: row.request_id, generation: row.generation, purpose: "execute" });
`,
    },
  ],
};
