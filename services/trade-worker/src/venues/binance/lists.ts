import { VenueUnavailable } from "../venue.ts";

/** Younger trades may belong to an order that is still on its way into the list. */
const SETTLED_AFTER_MS = 60 * 60_000;

/**
 * The order in Binance's list of orders, which must have been asked for after the trades. Undefined only when both say
 * that it is not there: "not found" right after a time-out proves nothing. Throws {@link VenueUnavailable} for a young
 * trade of an order that is in no list yet.
 */
export function inLists<Order extends { clientOrderId: string; orderId: string }>(
  clientOrderId: string,
  of: { trades: readonly { orderId: string; time: Date }[]; orders: readonly Order[]; symbol: string; now: Date },
): Order | undefined {
  const order = of.orders.find((each) => each.clientOrderId === clientOrderId);
  if (order !== undefined) return order;
  const listed = new Set(of.orders.map((each) => each.orderId));
  const since = of.now.getTime() - SETTLED_AFTER_MS;
  const stray = of.trades.find((each) => each.time.getTime() >= since && !listed.has(each.orderId));
  if (stray === undefined) return undefined;
  throw new VenueUnavailable(`order ${stray.orderId} has traded ${of.symbol} and is in no list of Binance's yet`);
}
