import { add, compare, isPositive, multiply, roundToStep, type Decimal } from "#contracts/decimal";
import type { OrderRequest } from "#contracts/order";
import type { VenueRules } from "./venues/venue.ts";

export type Fitted = { fits: true; order: OrderRequest } | { fits: false; reason: string };

/** True for less than the venue trades in any way, by the price that is known of it. */
export function isTooSmall(order: OrderRequest, rules: VenueRules): boolean {
  const takesMarket = order.type !== "limit";
  const quantity = roundToStep(order.quantity, takesMarket ? marketStepOf(rules) : rules.quantityStep);
  const least = [rules.minQuantity, takesMarket ? rules.minMarketQuantity : undefined];
  if (!isPositive(quantity) || least.some((each) => each !== undefined && compare(quantity, each) < 0)) return true;
  const value = order.price ?? order.triggerPrice ?? order.referencePrice;
  if (rules.minNotional === undefined || value === undefined || isExemptMarket(order, rules)) return false;
  return compare(multiply(quantity, value), rules.minNotional) < 0;
}

function isExemptMarket({ type }: OrderRequest, { minNotionalOfMarket }: VenueRules): boolean {
  return type === "market" && minNotionalOfMarket === false;
}

/**
 * The order as the venue will take it: quantity down to the step, a limit price to the tick on the
 * passive side (never worse than asked), or the rule that it breaks.
 */
export function fitToRules(order: OrderRequest, rules: VenueRules): Fitted {
  const no = (reason: string): Fitted => ({ fits: false, reason: `${order.symbol}: ${reason}` });
  const takesMarket = order.type !== "limit";
  const step = takesMarket ? marketStepOf(rules) : rules.quantityStep;
  const quantity = roundToStep(order.quantity, step);
  if (!isPositive(quantity)) {
    return no(`quantity ${order.quantity} is below the quantity step ${step}`);
  }
  if (rules.minQuantity !== undefined && compare(quantity, rules.minQuantity) < 0) {
    return no(`quantity ${quantity} is below the minimum quantity ${rules.minQuantity}`);
  }
  if (rules.maxQuantity !== undefined && compare(quantity, rules.maxQuantity) > 0) {
    return no(`quantity ${quantity} is above the maximum quantity ${rules.maxQuantity}`);
  }
  if (takesMarket && rules.minMarketQuantity !== undefined && compare(quantity, rules.minMarketQuantity) < 0) {
    return no(`quantity ${quantity} is below the minimum quantity of a market order ${rules.minMarketQuantity}`);
  }
  if (takesMarket && rules.maxMarketQuantity !== undefined && compare(quantity, rules.maxMarketQuantity) > 0) {
    return no(`quantity ${quantity} is above the maximum quantity of a market order ${rules.maxMarketQuantity}`);
  }
  const price = order.price === undefined ? undefined : passivePrice(order.price, order, rules.priceTick);
  if (price !== undefined && !isPositive(price)) {
    return no(`price ${order.price} is below the price tick ${rules.priceTick}`);
  }
  const triggerPrice = order.triggerPrice === undefined ? undefined : roundToStep(order.triggerPrice, rules.priceTick);
  if (triggerPrice !== undefined && !isPositive(triggerPrice)) {
    return no(`trigger price ${order.triggerPrice} is below the price tick ${rules.priceTick}`);
  }
  const value = price ?? triggerPrice ?? order.referencePrice;
  const isExempt = order.reduceOnly || isExemptMarket(order, rules);
  if (rules.minNotional !== undefined && value !== undefined && !isExempt) {
    const notional = multiply(quantity, value);
    if (compare(notional, rules.minNotional) < 0) {
      return no(`an order of ${notional} is below the minimum value ${rules.minNotional} (quantity × price)`);
    }
  }
  const target = order.target && {
    ...order.target,
    triggerPrice: roundToStep(order.target.triggerPrice, rules.priceTick),
  };
  if (target !== undefined && !isPositive(target.triggerPrice)) {
    return no(`trigger price ${order.target?.triggerPrice} of its target is below the price tick ${rules.priceTick}`);
  }
  return { fits: true, order: { ...order, quantity, price, triggerPrice, ...(target && { target }) } };
}

/** The step of an order that takes what the market offers: what fits the coarser of the two is sold in any way. */
export function marketStepOf({ quantityStep, marketQuantityStep = quantityStep }: VenueRules): Decimal {
  return compare(marketQuantityStep, quantityStep) > 0 ? marketQuantityStep : quantityStep;
}

function passivePrice(price: Decimal, of: { side: "buy" | "sell" }, tick: Decimal): Decimal {
  const down = roundToStep(price, tick);
  return of.side === "buy" || compare(down, price) === 0 ? down : add(down, tick);
}
