import type { Invariant } from "./invariant.ts";

/** A body's hash is held this long (services/ledger-worker/wrangler.jsonc). */
export const BODY_HELD_MS = 30_000;

/** The same alert, however often it comes, is accepted once: within the window of its body, for a day by its key. */
export const tradesOnce: Invariant = {
  name: "an alert is accepted once",
  check(mesh) {
    const byKey = Map.groupBy(mesh.history.accepted.values(), (each) => `${each.ledger} ${each.alertKey}`);
    return [...byKey.values()].flatMap((all) => {
      const ordered = all.toSorted((a, b) => a.acceptedAt.getTime() - b.acceptedAt.getTime());
      return ordered.flatMap((each, index) => {
        const before = ordered[index - 1];
        if (before === undefined) return [];
        const after = each.acceptedAt.getTime() - before.acceptedAt.getTime();
        if (each.keySource === "body" && after >= BODY_HELD_MS) return [];
        return [
          {
            expected: `a copy of ${before.requestId} is a duplicate`,
            found: `${each.requestId} accepted ${after} ms later`,
          },
        ];
      });
    });
  },
};
