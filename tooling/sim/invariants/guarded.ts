import { compare } from "#contracts/decimal";
import type { PaperOrder } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Finding, Invariant } from "./invariant.ts";
import { isLeftToPerson } from "./left-to-person.ts";
import { legOf, openPositions, requestOf, unfilled, wantedOf } from "./open-positions.ts";

/**
 * What entries with a stop have opened and nobody closed has stops of that size at the venue, unless a person
 * was asked to close it. Of a position that other entries built too, their part needs none.
 */
export const guarded: Invariant = {
  name: "no entry left unprotected",
  check: (mesh) =>
    openPositions(mesh).flatMap((open): Finding[] => {
      const { ledger, symbol, quantity, orders, entries, resting } = open;
      const bare = entries.filter((order) => !hasStop(mesh, order));
      const { needed, wanted } = wantedOf(open, bare);
      const standing = unfilled(resting.filter((order) => legOf(order)?.startsWith("s")));
      if (compare(standing, wanted) >= 0 || isLeftToPerson(mesh, orders)) return [];
      return [{ expected: `${ledger}: stops for ${needed} of ${quantity} ${symbol}`, found: `stops for ${standing}` }];
    }),
};

function hasStop(mesh: Mesh, order: PaperOrder): boolean {
  const requestId = requestOf(order);
  return mesh.history.accepted.get(requestId)?.signal.stopLoss !== undefined;
}
