import { absolute, add, isPositive, isZero, minimum, subtract, type Decimal } from "#contracts/decimal";
import { parseClientOrderId } from "#contracts/ids";
import type { Side } from "#contracts/signal";
import type { PaperOrder } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { SimVenue } from "../mesh/venue.ts";

export interface OpenPosition {
  readonly ledger: string;
  readonly venue: SimVenue;
  readonly symbol: string;
  readonly quantity: Decimal;
  /** All orders of its symbol. */
  readonly orders: readonly PaperOrder[];
  /** Those of entries of its side. */
  readonly entries: readonly PaperOrder[];
  /** Those that rest and would reduce it. */
  readonly resting: readonly PaperOrder[];
}

/** What every venue has open, with the orders about it. */
export function openPositions(mesh: Mesh): OpenPosition[] {
  return [...mesh.venues].flatMap(([ledger, venue]) => {
    const book = venue.book();
    return book.positions.flatMap(({ symbol, quantity }): OpenPosition[] => {
      if (isZero(quantity)) return [];
      const orders = book.orders.filter((order) => order.symbol === symbol);
      const side: Side = isPositive(quantity) ? "buy" : "sell";
      const entries = orders.filter((order) => order.side === side && legOf(order) === "e");
      const resting = orders.filter((order) => order.status === "working" && order.side !== side);
      return [{ ledger, venue, symbol, quantity, orders, entries, resting }];
    });
  });
}

/** What of a position wants orders of its own beside what entries without have built, and how much of it can have them. */
export function wantedOf(
  { venue, symbol, quantity, resting }: OpenPosition,
  without: readonly PaperOrder[],
): { needed: Decimal; wanted: Decimal } {
  const needed = subtract(absolute(quantity), sum(without.map((order) => order.filledQuantity)));
  // What a resting sale of a spot coin, or what guards the others, would sell, no other order can sell too.
  const others = new Set(without.map(requestOf));
  const locks = (order: PaperOrder): boolean => /^[ecx]/.test(legOf(order) ?? "") || others.has(requestOf(order));
  const locking = symbol.endsWith(".P") ? [] : resting.filter(locks);
  const free = minimum(needed, subtract(absolute(quantity), unfilled(locking)));
  return { needed, wanted: subtract(free, venue.dustOf(symbol)) };
}

export function legOf(order: PaperOrder): string | undefined {
  return parseClientOrderId(order.clientOrderId)?.leg;
}

/** The alert that an order belongs to; "" for one that no alert asked for. */
export function requestOf({ clientOrderId }: Pick<PaperOrder, "clientOrderId">): string {
  return parseClientOrderId(clientOrderId)?.requestId ?? "";
}

export function unfilled(orders: readonly PaperOrder[]): Decimal {
  return sum(orders.map((order) => subtract(order.quantity, order.filledQuantity)));
}

export function sum(all: readonly Decimal[]): Decimal {
  return all.reduce((total, each) => add(total, each), "0");
}
