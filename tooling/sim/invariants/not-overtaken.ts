import type { Invariant } from "./invariant.ts";

/** A revived signal sends nothing once a newer one of its lane has settled, unless its operator forced it. */
export const notOvertaken: Invariant = {
  name: "nothing superseded trades",
  check(mesh) {
    return mesh.history.permits
      .filter(({ role, overtakenBy }) => (role === "entry" || role === "close") && overtakenBy.length > 0)
      .map(({ clientOrderId, overtakenBy }) => ({
        expected: `${clientOrderId} of a revived signal is not permitted`,
        found: `permitted after ${overtakenBy.join(", ")} had settled`,
      }));
  },
};
