import type { Invariant } from "./invariant.ts";

/** A body's hash is held this long (services/ledger-worker/wrangler.jsonc); the scenario stays within it. */
const HELD_MS = 30_000;

/** The same alert, however often it comes, is accepted once. */
export const tradesOnce: Invariant = {
  name: "an alert is accepted once",
  check(mesh) {
    const byKey = Map.groupBy(mesh.history.accepted.values(), (each) => `${each.ledger} ${each.alertKey}`);
    return [...byKey.values()].flatMap((all) => {
      const [first, ...others] = all.toSorted((a, b) => a.at - b.at);
      const again = others.filter((each) => first !== undefined && each.at - first.at < HELD_MS);
      return again.map((each) => ({
        expected: `the copies of ${first?.requestId} are duplicates`,
        found: `${each.requestId} was accepted ${each.at - (first?.at ?? 0)} ms later`,
      }));
    });
  },
};
