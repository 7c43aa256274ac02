import { absolute, add, compare, isPositive, isZero, minimum, subtract, type Decimal } from "#contracts/decimal";
import { parseClientOrderId } from "#contracts/ids";
import type { PaperOrder } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Finding, Invariant } from "./invariant.ts";
import { isLeftToPerson } from "./left-to-person.ts";

/**
 * What entries with a target have opened and nobody closed has targets of that size at the venue, unless its trader was
 * told that they are given up.
 */
export const targetsStand: Invariant = {
  name: "no entry left without its target",
  check(mesh) {
    return [...mesh.venues].flatMap(([ledger, venue]) => {
      const { orders, positions } = venue.book();
      return positions.flatMap(({ symbol, quantity }): Finding[] => {
        if (isZero(quantity)) return [];
        const own = orders.filter((order) => order.symbol === symbol);
        const side = isPositive(quantity) ? "buy" : "sell";
        const without = own.filter((order) => order.side === side && legOf(order) === "e" && !wantsTarget(mesh, order));
        const needed = subtract(absolute(quantity), sum(without.map((order) => order.filledQuantity)));
        const resting = own.filter((order) => order.status === "working" && order.side !== side);
        const standing = unfilled(resting.filter((order) => legOf(order)?.startsWith("t")));
        // What a resting sale of a spot coin would sell, no target can sell too.
        const sales = symbol.endsWith(".P") ? [] : resting.filter((order) => /^[ecx]/.test(legOf(order) ?? ""));
        const free = minimum(needed, subtract(absolute(quantity), unfilled(sales)));
        const wanted = subtract(free, venue.dustOf(symbol));
        if (compare(standing, wanted) >= 0 || isLeftToPerson(mesh, own)) return [];
        return [
          { expected: `${ledger}: targets for ${needed} of ${quantity} ${symbol}`, found: `targets for ${standing}` },
        ];
      });
    });
  },
};

function legOf(order: PaperOrder): string | undefined {
  return parseClientOrderId(order.clientOrderId)?.leg;
}

/** One that was given up is told. */
function wantsTarget(mesh: Mesh, order: PaperOrder): boolean {
  const requestId = parseClientOrderId(order.clientOrderId)?.requestId ?? "";
  const isGivenUp = mesh.telegram.told.get(requestId)?.some(({ title }) => /\bgiven up\b/.test(title)) ?? false;
  return !isGivenUp && (mesh.history.accepted.get(requestId)?.signal.takeProfits?.length ?? 0) > 0;
}

function unfilled(orders: readonly PaperOrder[]): Decimal {
  return sum(orders.map((order) => subtract(order.quantity, order.filledQuantity)));
}

function sum(all: readonly Decimal[]): Decimal {
  return all.reduce((total, each) => add(total, each), "0");
}
