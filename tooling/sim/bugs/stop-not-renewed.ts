import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a stop is placed once and not again when it did not reach the venue",
  foundBy: "no entry left unprotected",
  seed: 45,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/evidence.ts",
      from: `  tx.updateLeg(leg, {
    status: "planned",
    ...uncut(leg),
    reason: sentence(reason),`,
      to: `  tx.updateLeg(leg, {
    status: leg.role === "stop" ? "dropped" : "planned",
    ...uncut(leg),
    reason: sentence(reason),`,
    },
  ],
};
