import type { Invariant } from "./invariant.ts";
import { BODY_HELD_MS } from "./trades-once.ts";

/** The window of a body's hash counts from the first acceptance: whoever sends the same text after it means it again. */
export const windowHolds: Invariant = {
  name: "a window ends",
  check(mesh) {
    return mesh.sender.posts.flatMap(({ alert, at, answer }) => {
      const first = answer?.said === "duplicate" ? mesh.history.accepted.get(answer.requestId ?? "") : undefined;
      if (first?.keySource !== "body" || at - first.at <= BODY_HELD_MS) return [];
      return [
        {
          expected: `${alert.id} is accepted anew`,
          found: `a duplicate of ${first.requestId}, ${at - first.at} ms older`,
        },
      ];
    });
  },
};
