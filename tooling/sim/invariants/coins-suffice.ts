import { compare, isPositive } from "#contracts/decimal";
import type { Invariant } from "./invariant.ts";

/**
 * No sale of a spot coin is refused because what it would sell is not there, or is locked by another order of ours, unless
 * the venue had sold some of it since the ledger looked.
 */
export const coinsSuffice: Invariant = {
  name: "no sale lacks coins",
  check: (mesh) =>
    [...mesh.venues].flatMap(([ledger, venue]) =>
      venue.shortOfCoins.flatMap(({ clientOrderId, quantity, held, lockedBy }) => {
        const permit = mesh.history.permits.findLast((each) => each.clientOrderId === clientOrderId);
        if (permit === undefined || !isPositive(permit.held) || compare(held, permit.held) < 0) return [];
        return [
          {
            expected: `${ledger} can sell ${quantity} of the ${permit.held} that it holds (${clientOrderId})`,
            found: `of ${held} the venue had locked some for ${lockedBy.join(", ") || "nobody"}`,
          },
        ];
      }),
    ),
};
