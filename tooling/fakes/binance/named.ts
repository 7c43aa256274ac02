import type { Book, Booked, Trade } from "./book.ts";
import { Refused } from "./http.ts";
import type { Parameters } from "./parameters.ts";

const DEFAULT_LIMIT = 500n;

/** The pair that a request names; refused when the market does not list it. */
export function pairOf(book: Book, parameters: Parameters): string {
  return book.listing(parameters.text("symbol")).symbol;
}

/** The order that a request names by `orderId` or else by `origClientOrderId`, the newest of that id; undefined for none. */
export function namedOrder(orders: readonly Booked[], parameters: Parameters): Booked | undefined {
  const byId = parameters.has("orderId") ? parameters.long("orderId") : undefined;
  const byName = parameters.has("origClientOrderId") ? parameters.text("origClientOrderId") : undefined;
  if (byId === undefined && byName === undefined) {
    throw new Refused(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
  }
  return orders.findLast((each) => (byId === undefined ? each.clientOrderId === byName : each.orderId === byId));
}

/** The newest of a list, oldest first; with an `orderId`, trades of that order and orders from it on. */
export function listed<T extends Booked | Trade>(all: readonly T[], parameters: Parameters): T[] {
  const limit = parameters.has("limit") ? parameters.long("limit") : DEFAULT_LIMIT;
  if (limit > 1_000n) throw new Refused(-1130, "Data sent for parameter 'limit' is not valid.");
  const from = parameters.has("orderId") ? parameters.long("orderId") : undefined;
  const wanted = all.filter((each) =>
    from === undefined ? true : "order" in each ? each.order.orderId === from : each.orderId >= from,
  );
  return wanted.slice(-Number(limit));
}
