import { isNegative, isZero, type Decimal } from "#contracts/decimal";
import type { Side } from "#contracts/signal";
import type { Invariant } from "./invariant.ts";

/**
 * An entry that reverses a position is permitted only once the close before it has filled or was not needed: because it was
 * dropped, or because something else, such as a stop, has closed the position.
 */
export const reversalOrder: Invariant = {
  name: "closes before it opens",
  check(mesh) {
    return mesh.history.permits
      .filter(({ close }) => close !== undefined && close !== "filled" && close !== "dropped")
      .filter(({ close, side, held }) => !isOver(close) || isAgainst(held, side))
      .map(({ clientOrderId, close }) => ({
        expected: `${clientOrderId} waits until its close has filled`,
        found: `permitted while the close was ${close}`,
      }));
  },
};

/** However it ended, its order can do nothing any more. */
function isOver(close: string | undefined): boolean {
  return close === "cancelled" || close === "rejected" || close === "expired";
}

function isAgainst(held: Decimal, side: Side): boolean {
  return !isZero(held) && isNegative(held) === (side === "buy");
}
