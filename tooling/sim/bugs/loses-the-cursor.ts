import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a replay moves its cursor before the letter is revived",
  foundBy: "a replay does what it says",
  seed: 1,
  edits: [
    {
      in: "tooling/sim/mesh/replay-job.ts",
      from: "              const { cursor } = stored;\n",
      to: "              const cursor = stored.cursor++;\n",
    },
  ],
};
