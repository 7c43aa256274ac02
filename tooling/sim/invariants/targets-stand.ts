import { compare } from "#contracts/decimal";
import type { PaperOrder } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Finding, Invariant } from "./invariant.ts";
import { isLeftToPerson } from "./left-to-person.ts";
import { legOf, openPositions, requestOf, unfilled, wantedOf } from "./open-positions.ts";

/**
 * What entries with a target have opened and nobody closed has targets of that size at the venue, unless its trader was
 * told that they are given up.
 */
export const targetsStand: Invariant = {
  name: "no entry left without its target",
  check: (mesh) =>
    openPositions(mesh).flatMap((open): Finding[] => {
      const { ledger, symbol, quantity, orders, entries, resting } = open;
      const without = entries.filter((order) => !wantsTarget(mesh, order));
      const { needed, wanted } = wantedOf(open, without);
      const standing = unfilled(resting.filter((order) => legOf(order)?.startsWith("t")));
      if (compare(standing, wanted) >= 0 || isLeftToPerson(mesh, orders)) return [];
      return [
        { expected: `${ledger}: targets for ${needed} of ${quantity} ${symbol}`, found: `targets for ${standing}` },
      ];
    }),
};

/** One that was given up is told. */
function wantsTarget(mesh: Mesh, order: PaperOrder): boolean {
  const requestId = requestOf(order);
  const isGivenUp = mesh.telegram.told.get(requestId)?.some(({ title }) => /\bgiven up\b/.test(title)) ?? false;
  return !isGivenUp && (mesh.history.accepted.get(requestId)?.signal.takeProfits?.length ?? 0) > 0;
}
