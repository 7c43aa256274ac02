import { absolute, add, compare, isPositive, isZero, minimum, subtract, type Decimal } from "#contracts/decimal";
import { parseClientOrderId } from "#contracts/ids";
import type { PaperOrder } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Finding, Invariant } from "./invariant.ts";
import { isLeftToPerson } from "./left-to-person.ts";

/**
 * What entries with a stop have opened and nobody closed has stops of that size at the venue, unless a person
 * was asked to close it. Of a position that other entries built too, their part needs none.
 */
export const guarded: Invariant = {
  name: "no entry left unprotected",
  check(mesh) {
    return [...mesh.venues].flatMap(([ledger, venue]) => {
      const { orders, positions } = venue.book();
      return positions.flatMap(({ symbol, quantity }): Finding[] => {
        if (isZero(quantity)) return [];
        const own = orders.filter((order) => order.symbol === symbol);
        const side = isPositive(quantity) ? "buy" : "sell";
        const bare = own.filter((order) => order.side === side && legOf(order) === "e" && !hasStop(mesh, order));
        const needed = subtract(absolute(quantity), sum(bare.map((order) => order.filledQuantity)));
        const stops = own.filter((order) => order.status === "working" && legOf(order)?.startsWith("s"));
        const standing = sum(
          stops.filter((order) => order.side !== side).map((order) => subtract(order.quantity, order.filledQuantity)),
        );
        // What a resting sale of a spot coin would sell, no stop can sell too.
        const sales = own.filter((order) => order.status === "working" && /^[ecx]/.test(legOf(order) ?? ""));
        const locked = symbol.endsWith(".P")
          ? "0"
          : sum(
              sales
                .filter((order) => order.side !== side)
                .map((order) => subtract(order.quantity, order.filledQuantity)),
            );
        const free = minimum(needed, subtract(absolute(quantity), locked));
        const guardable = subtract(free, venue.dustOf(symbol));
        if (compare(standing, guardable) >= 0 || isLeftToPerson(mesh, own)) return [];
        return [
          { expected: `${ledger}: stops for ${needed} of ${quantity} ${symbol}`, found: `stops for ${standing}` },
        ];
      });
    });
  },
};

function legOf(order: PaperOrder): string | undefined {
  return parseClientOrderId(order.clientOrderId)?.leg;
}

function hasStop(mesh: Mesh, order: PaperOrder): boolean {
  const requestId = parseClientOrderId(order.clientOrderId)?.requestId ?? "";
  return mesh.history.accepted.get(requestId)?.signal.stopLoss !== undefined;
}

function sum(all: readonly Decimal[]): Decimal {
  return all.reduce((total, each) => add(total, each), "0");
}
