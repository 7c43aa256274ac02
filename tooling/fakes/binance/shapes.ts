import { absolute, add, divide, multiply, type Decimal } from "#contracts/decimal";
import type { Booked, Trade } from "./book.ts";

/** With eight places, as Binance writes amounts; what is beyond them is cut off. */
export function padded(value: Decimal): string {
  const [whole = "0", fraction = ""] = value.split(".");
  return `${whole}.${fraction.padEnd(8, "0").slice(0, 8)}`;
}

/** Both markets have the same words for how an order stands. */
export function statusOf(order: Booked): "NEW" | "PARTIALLY_FILLED" | "FILLED" | "CANCELED" | "EXPIRED" {
  const status = {
    working: order.parts.length > 0 ? "PARTIALLY_FILLED" : "NEW",
    filled: "FILLED",
    cancelled: "CANCELED",
    expired: "EXPIRED",
    // The engine refuses before it books.
    rejected: "EXPIRED",
  } as const;
  return status[order.status];
}

export function filledQuote(order: Booked): Decimal {
  return order.averagePrice === undefined ? "0" : multiply(order.filledQuantity, order.averagePrice);
}

/** Spot takes its fee out of what is received. */
export function spotCommission({ order, price, fee }: Trade): { amount: Decimal; asset: string } {
  const { baseAsset, quoteAsset } = order.listing;
  return order.side === "buy" ? { amount: divide(fee, price), asset: baseAsset } : { amount: fee, asset: quoteAsset };
}

export function sumOf(values: readonly Decimal[]): Decimal {
  return values.reduce((sum, each) => add(sum, each), "0");
}

/** What a position is worth, whichever way it points. */
export function worthOf(quantity: Decimal, price: Decimal): Decimal {
  return multiply(absolute(quantity), price);
}
