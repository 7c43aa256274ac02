import type { Invariant } from "./invariant.ts";

/** However many operators have the same life of a letter replayed, and however often, it is revived once. */
export const replayedOnce: Invariant = {
  name: "a letter replayed twice executes once",
  check(mesh) {
    const { revivals } = mesh.history;
    return [...Map.groupBy(revivals, ({ requestId, of }) => `${requestId} in generation ${of}`)]
      .filter(([, all]) => all.length > 1)
      .map(([letter, all]) => ({
        expected: `${letter} is revived once`,
        found: all.map(({ replayId, seq }) => `${replayId} as number ${seq}`).join(", "),
      }));
  },
};
