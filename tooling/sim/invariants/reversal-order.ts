import type { Invariant } from "./invariant.ts";

/** An entry that reverses a position is permitted only once the close before it has filled or was not needed. */
export const reversalOrder: Invariant = {
  name: "closes before it opens",
  check(mesh) {
    return mesh.history.permits
      .filter(({ close }) => close !== undefined && close !== "filled" && close !== "dropped")
      .map(({ clientOrderId, close }) => ({
        expected: `${clientOrderId} waits until its close has filled`,
        found: `permitted while the close was ${close}`,
      }));
  },
};
