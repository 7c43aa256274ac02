import {
  absolute,
  add,
  compare,
  divide,
  isNegative,
  isPositive,
  isZero,
  minimum,
  multiply,
  negate,
  subtract,
} from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import type { Position } from "./order.ts";
import type { Side } from "./signal.ts";

/** Whether it is nothing, or less of the same side. */
export function isLess(quantity: Decimal, than: Decimal): boolean {
  const isSameSide = isZero(quantity) || isNegative(quantity) === isNegative(than);
  return isSameSide && compare(absolute(quantity), absolute(than)) < 0;
}

export function flat(symbol: string): Position {
  return { symbol, quantity: "0", realisedProfit: "0", fees: "0" };
}

/**
 * A position after one fill: adding averages the entry price, reducing realises profit against it,
 * crossing zero does both.
 */
export function applyFill(
  before: Position,
  fill: { side: Side; quantity: Decimal; price: Decimal; fee: Decimal },
): Position {
  const change = fill.side === "buy" ? fill.quantity : negate(fill.quantity);
  const fees = add(before.fees, fill.fee);
  const quantity = add(before.quantity, change);
  const held = before.averagePrice ?? fill.price;
  const opposite = isPositive(before.quantity) === isNegative(change) && !isZero(before.quantity);
  if (!opposite) {
    const cost = add(multiply(before.quantity, held), multiply(change, fill.price));
    return { ...before, quantity, averagePrice: isZero(quantity) ? undefined : divide(cost, quantity), fees };
  }
  const closed = minimum(absolute(before.quantity), fill.quantity);
  const perUnit = isPositive(before.quantity) ? subtract(fill.price, held) : subtract(held, fill.price);
  const realisedProfit = add(before.realisedProfit, multiply(closed, perUnit));
  const crossed = compare(fill.quantity, absolute(before.quantity)) > 0;
  const averagePrice = isZero(quantity) ? undefined : crossed ? fill.price : held;
  return { ...before, quantity, averagePrice, realisedProfit, fees };
}
