import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "the end of validity also ends a leg that is in doubt",
  foundBy: "the database shows what the venue did",
  seed: 4,
  edits: [
    {
      in: "services/ledger-worker/src/ledger/outcome.ts",
      from: 'if (isMain(leg) && leg.status === "planned") dropLeg(tx, leg, "expired"',
      to: 'if (isMain(leg) && (leg.status === "planned" || leg.status === "in_doubt")) dropLeg(tx, leg, "expired"',
    },
  ],
};
