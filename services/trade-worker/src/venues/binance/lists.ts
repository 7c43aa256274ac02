import * as z from "zod";
import { VenueUnavailable } from "../venue.ts";
import { milliseconds, venueId, type listedOrder } from "./shapes.ts";

/** The most that Binance lists at once. */
export const LIST_LIMIT = "1000";

/** What is younger may still be on its way into a list. */
export const SETTLED_AFTER_MS = 60 * 60_000;

export const listedTrade = z.object({ orderId: venueId, time: milliseconds });

/**
 * The order in Binance's list of orders, which must have been asked for after the trades, still to be read by {@link
 * readListed}. Undefined only when both say that it is not there: "not found" right after a time-out proves nothing.
 * Throws {@link VenueUnavailable} for a young trade of an order that is in no list yet.
 */
export function inLists<Order extends z.infer<typeof listedOrder>>(
  clientOrderId: string,
  of: { trades: readonly z.infer<typeof listedTrade>[]; orders: readonly Order[]; symbol: string; now: Date },
): Order | undefined {
  const order = of.orders.find((each) => each.clientOrderId === clientOrderId);
  if (order !== undefined) return order;
  const listed = new Set(of.orders.map((each) => each.orderId));
  const since = of.now.getTime() - SETTLED_AFTER_MS;
  const stray = of.trades.find((each) => each.time.getTime() >= since && !listed.has(each.orderId));
  if (stray === undefined) return undefined;
  throw new VenueUnavailable(`order ${stray.orderId} has traded ${of.symbol} and is in no list of Binance's yet`);
}

/** The whole of an entry that was recognised in a list. */
export function readListed<S extends z.ZodType>(clientOrderId: string, entry: unknown, schema: S): z.infer<S> {
  const parsed = schema.safeParse(entry);
  if (parsed.success) return parsed.data;
  throw new VenueUnavailable(`order ${clientOrderId} is in Binance's list in words that cannot be read`);
}
