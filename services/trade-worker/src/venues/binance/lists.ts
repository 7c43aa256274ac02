import * as z from "zod";
import { add, compare, type Decimal } from "#contracts/decimal";
import { VenueUnavailable } from "../venue.ts";
import { milliseconds, venueId, type listedOrder } from "./shapes.ts";

/** The most that Binance lists at once. */
export const LIST_LIMIT = "1000";

/** Younger trades may belong to an order that is still on its way into the list. */
const SETTLED_AFTER_MS = 60 * 60_000;

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

/**
 * Throws {@link VenueUnavailable} while the trades of an order lack some of what it has filled: their fees would be too
 * low. Of an old order it takes what there is, because Binance forgets.
 */
export function checkComplete(
  trades: readonly { qty: Decimal }[],
  of: { orderId: string; filled: Decimal; updatedAt: Date; now: Date },
): void {
  const listed = trades.reduce((sum, { qty }) => add(sum, qty), "0");
  const full = compare(listed, of.filled) >= 0 || String(trades.length) === LIST_LIMIT;
  if (full || of.now.getTime() - of.updatedAt.getTime() > SETTLED_AFTER_MS) return;
  throw new VenueUnavailable(`order ${of.orderId} has filled ${of.filled} and its trades come to ${listed} yet`);
}
