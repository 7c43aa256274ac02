import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "an order is signed with the time of its POST instead of that of its permit",
  foundBy: "nothing stale trades",
  seed: 2,
  edits: [
    {
      in: "services/trade-worker/src/place-leg.ts",
      from: "new Date(Math.min(go.sentAt.getTime(), since.getTime()) + offsetMs)",
      to: "new Date(clock.now().getTime() + offsetMs)",
    },
  ],
};
