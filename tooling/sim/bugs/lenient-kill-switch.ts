import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "of two words about the kill switch the more lenient one counts",
  foundBy: "a stop stops",
  seed: 25,
  edits: [
    {
      in: "services/trade-worker/src/kill-switch.ts",
      from: "strictness[b.mode] - strictness[a.mode]",
      to: "strictness[a.mode] - strictness[b.mode]",
    },
  ],
};
