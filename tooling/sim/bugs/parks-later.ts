import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a hint that comes too early is parked",
  foundBy: "letters are warranted",
  seed: 1,
  edits: [
    {
      in: "services/trade-worker/src/handlers/signal-hinted.ts",
      from: '      return log("debug", "signal.not_due",',
      to: `      throw new PermanentError("not_due", "it is not its turn");
      log("debug", "signal.not_due",`,
    },
  ],
};
