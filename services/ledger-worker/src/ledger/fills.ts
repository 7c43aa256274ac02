import { add, compare, divide, isPositive, isZero, multiply, subtract, type Decimal } from "#contracts/decimal";
import type { Fill, VenueOrder } from "#contracts/order";
import { book, bookFee, positionOf, writeOff } from "./positions.ts";
import { clientIdOf, locksBalance, type LegRow } from "./rows.ts";
import type { Tx } from "./tx.ts";

/**
 * Books what a venue's cumulative figures add to those known: answers the fill, if the quantity grew.
 * Only the quantity, price and fee columns of the leg are moved.
 */
export function bookGrowth(tx: Tx, leg: LegRow, order: VenueOrder): { fills: Fill[]; grown: Decimal } {
  const grown = subtract(order.filledQuantity, leg.filled_quantity);
  const fee = subtract(order.fee, leg.fee);
  if (compare(grown, "0") <= 0) {
    if (!isZero(fee)) bookFee(tx, leg.symbol, fee);
    tx.updateLeg(leg, { fee: order.fee });
    return { fills: [], grown: "0" };
  }
  const average = order.averagePrice ?? fallbackPrice(tx, leg);
  const price = growthPrice(leg, order.filledQuantity, average, grown);
  const { profit } = book(tx, leg.symbol, { side: leg.side, quantity: grown, price, fee });
  if (order.status === "filled") forgetDust(tx, leg);
  tx.updateLeg(leg, {
    filled_quantity: order.filledQuantity,
    average_price: average,
    fee: order.fee,
    profit: add(leg.profit, profit),
    fills: leg.fills + 1,
  });
  const fill: Fill = { id: `${clientIdOf(leg)}/${leg.fills}`, quantity: grown, price, fee, filledAt: order.updatedAt };
  return { fills: [fill], grown };
}

/**
 * Of a spot coin fees leave fractions that no order can sell, because all are multiples of the venue's step. Less than
 * one of them, left by a sale, is not open any more, or it would count as a position for ever.
 */
function forgetDust(tx: Tx, { side, symbol, quantity_step: step }: LegRow): void {
  if (side !== "sell" || step === null || !locksBalance(symbol)) return;
  const { quantity } = positionOf(tx, symbol);
  if (isPositive(quantity) && compare(quantity, step) < 0) writeOff(tx, symbol);
}

/** Price of the growth alone: delta of the notional through delta of the quantity. */
function growthPrice(leg: LegRow, filled: Decimal, average: Decimal, grown: Decimal): Decimal {
  if (leg.average_price === null || isZero(leg.filled_quantity) || leg.average_price === average) return average;
  const before = multiply(leg.filled_quantity, leg.average_price);
  const price = divide(subtract(multiply(filled, average), before), grown);
  // Averages that a venue rounds can imply a price that cannot be.
  return compare(price, "0") > 0 ? price : average;
}

function fallbackPrice(tx: Tx, leg: LegRow): Decimal {
  const order = tx.orderOf(leg);
  return order?.price ?? order?.triggerPrice ?? order?.referencePrice ?? leg.average_price ?? "0";
}
