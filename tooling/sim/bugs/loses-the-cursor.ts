import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a replay moves on before its letters are executed",
  foundBy: "a replay does what it says",
  seed: 1,
  edits: [
    {
      in: "services/ops-worker/src/replays/turn.ts",
      from: "  const results = await execute(",
      to: `  store.record(
    job.seq,
    items.map(({ position }) => ({ position, state: "sent" })),
  );
  const results = await execute(`,
    },
  ],
};
