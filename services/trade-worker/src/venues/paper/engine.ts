import {
  absolute,
  add,
  compare,
  isNegative,
  isPositive,
  isZero,
  minimum,
  multiply,
  subtract,
  type Decimal,
} from "#contracts/decimal";
import { RECEIVE_WINDOW_MS } from "#contracts/ledger";
import { targetOf, venueOrder, type OrderRequest, type Position, type VenueOrder } from "#contracts/order";
import { applyFill } from "#contracts/position";
import { quoteOf } from "#contracts/quote";
import { fitToRules } from "../../rounding.ts";
import type { OrderKey, VenueRules } from "../venue.ts";
import type { PaperConfig } from "./config.ts";
import { restingOrder, type PaperBook, type PaperOrder, type PaperPlaceReply } from "./rpc.ts";
import type { PaperStore } from "./store.ts";

export type EngineSettings = Pick<
  PaperConfig,
  "idMode" | "balance" | "takerFeeRate" | "makerFeeRate" | "rules" | "symbolRules"
>;

/** As at Binance: how far a signature may lie in the future. */
const CLOCK_AHEAD_MS = 1_000;

/**
 * A small exchange. Its only market data are the prices that alerts carry: orders fill in full at the
 * last known price, resting ones when a later price reaches them. No clock, no I/O but its store.
 */
export class PaperEngine {
  readonly #store: PaperStore;
  readonly #settings: () => EngineSettings;

  constructor(of: { store: PaperStore; settings: () => EngineSettings }) {
    this.#store = of.store;
    this.#settings = of.settings;
  }

  place(order: OrderRequest, at: { signedAt: Date; now: Date }): PaperPlaceReply {
    const age = at.now.getTime() - at.signedAt.getTime();
    if (age > RECEIVE_WINDOW_MS || age < -CLOCK_AHEAD_MS) {
      return {
        status: "not_executed",
        reason: `signed ${age} ms ago, outside the receive window of ${RECEIVE_WINDOW_MS} ms`,
      };
    }
    const target = targetOf(order);
    const used = [order, target].find((each) => each !== undefined && this.#isUsed(each.clientOrderId));
    if (used) return { status: "duplicate", reason: `order ${used.clientOrderId} was sent before` };
    return this.#store.commit(() => {
      if (order.referencePrice !== undefined) this.#movePrice(order.symbol, order.referencePrice, at.now);
      const refusal = this.#refusal(order) ?? (target && this.#refusal(target));
      if (refusal !== undefined) return { status: "rejected", reason: refusal };
      const booked = toVenueOrder(this.#book(order, at.now, target?.clientOrderId));
      if (target === undefined) return { status: "accepted", order: booked };
      const alongside = toVenueOrder(this.#book(target, at.now, order.clientOrderId));
      return { status: "accepted", order: booked, target: alongside };
    });
  }

  #isUsed(clientOrderId: string): boolean {
    const known = this.#store.newest(clientOrderId);
    return known !== undefined && (this.#settings().idMode === "unique" || known.status === "working");
  }

  find(key: OrderKey): VenueOrder | undefined {
    const order = this.#store.newest(key.clientOrderId);
    return order?.symbol === key.symbol ? toVenueOrder(order) : undefined;
  }

  cancel(key: OrderKey, at: { now: Date }): VenueOrder | undefined {
    const order = this.#store.newest(key.clientOrderId);
    if (order?.symbol !== key.symbol) return undefined;
    if (order.status !== "working") return toVenueOrder(order);
    return toVenueOrder(this.#end(order, { status: "cancelled", reason: "cancelled on request", now: at.now }));
  }

  openOrders(symbol: string): VenueOrder[] {
    return this.#store.working(symbol).map(toVenueOrder);
  }

  position(symbol: string): Position {
    return this.#store.position(symbol);
  }

  /** The balance in the symbol's quote currency, after what was realised and paid in it. */
  equity(symbol: string): Decimal {
    const quote = quoteOf(symbol);
    return this.#store
      .positions()
      .filter((each) => each.symbol === symbol || (quote !== undefined && quoteOf(each.symbol) === quote))
      .reduce((sum, { realisedProfit, fees }) => subtract(add(sum, realisedProfit), fees), this.#settings().balance);
  }

  rules(symbol: string): VenueRules {
    const { rules, symbolRules } = this.#settings();
    return { ...rules, ...symbolRules[symbol] };
  }

  setPrice(symbol: string, price: Decimal, at: { now: Date }): void {
    this.#store.commit(() => this.#movePrice(symbol, price, at.now));
  }

  book(): PaperBook {
    return { orders: this.#store.orders(), positions: this.#store.positions(), prices: this.#store.prices() };
  }

  #movePrice(symbol: string, price: Decimal, now: Date): void {
    this.#store.putPrice(symbol, price);
    for (const order of this.#store.working(symbol)) if (reached(order, price)) this.#fill(order, price, now);
  }

  #refusal(order: OrderRequest): string | undefined {
    const fitted = fitToRules(order, this.rules(order.symbol));
    if (!fitted.fits) return fitted.reason;
    if (compare(fitted.order.quantity, order.quantity) !== 0) {
      return `${order.symbol}: quantity ${order.quantity} is not a multiple of the quantity step`;
    }
    const held = this.#store.position(order.symbol).quantity;
    if (order.reduceOnly && isZero(reducible(held, order.side))) {
      return `${order.symbol}: reduce-only, but nothing is open that a ${order.side} would reduce`;
    }
    if (!order.reduceOnly && shortsSpot(order, held)) return cannotShort(order, held);
    const price = this.#store.price(order.symbol);
    if (order.type === "market" && price === undefined) {
      return `no price is known for ${order.symbol}: put a price into the alert, such as "price": "{{close}}", and the paper venue fills at it`;
    }
    if (order.type === "limit" && order.price === undefined) return `${order.symbol}: a limit order needs a price`;
    if (order.timeInForce === "post_only" && price !== undefined && reached(order, price)) {
      return `${order.symbol}: a post-only order at ${order.price} would fill at once, the price is ${price}`;
    }
    if (order.type !== "stop" && order.type !== "take_profit") return undefined;
    if (order.triggerPrice === undefined) return `${order.symbol}: a ${order.type} order needs a trigger price`;
    if (price !== undefined && reached(order, price)) {
      return `${order.symbol}: the ${order.type} at ${order.triggerPrice} would trigger at once, the price is ${price}`;
    }
    return undefined;
  }

  #book(request: OrderRequest, now: Date, mate?: string): PaperOrder {
    const number = this.#store.lastNumber() + 1;
    const order = restingOrder(request, { number, venueOrderId: `paper-${number}`, mate, now });
    const { symbol, type, price } = order;
    const market = this.#store.price(symbol);
    if (market !== undefined && (type === "market" || reached(order, market)))
      return this.#fill(order, market, now, "taker");
    if (request.timeInForce === "ioc" || request.timeInForce === "fok") {
      const where = market === undefined ? "no price is known" : `the price is ${market}`;
      return this.#end(order, { status: "expired", reason: `nothing filled at once at ${price}: ${where}`, now });
    }
    this.#store.putOrder(order);
    return order;
  }

  /** Fills what the order may still do; the rest of a reduce-only order falls away, as at real venues. */
  #fill(order: PaperOrder, market: Decimal, now: Date, as: "maker" | "taker" = "maker"): PaperOrder {
    const position = this.#store.position(order.symbol);
    const quantity = order.reduceOnly
      ? minimum(order.quantity, reducible(position.quantity, order.side))
      : order.quantity;
    if (isZero(quantity)) return this.#end(order, { status: "cancelled", reason: "nothing is open to reduce", now });
    if (!order.reduceOnly && shortsSpot(order, position.quantity)) {
      return this.#end(order, { status: "cancelled", reason: cannotShort(order, position.quantity), now });
    }
    // A resting limit order gets its own price, everything else the market's.
    const making = as === "maker" && order.type === "limit";
    const price = making ? (order.price ?? market) : market;
    const { makerFeeRate, takerFeeRate } = this.#settings();
    const fee = multiply(multiply(quantity, price), making ? makerFeeRate : takerFeeRate);
    const filled: PaperOrder = {
      ...order,
      quantity,
      status: "filled",
      filledQuantity: quantity,
      averagePrice: price,
      fee: add(order.fee, fee),
      updatedAt: now,
    };
    this.#store.putOrder(filled);
    this.#store.putPosition(applyFill(position, { side: order.side, quantity, price, fee }));
    this.#endMate(filled, "expired");
    return filled;
  }

  #end(order: PaperOrder, how: { status: "cancelled" | "expired"; reason: string; now: Date }): PaperOrder {
    const ended: PaperOrder = { ...order, status: how.status, reason: how.reason, updatedAt: how.now };
    this.#store.putOrder(ended);
    this.#endMate(ended, how.status);
    return ended;
  }

  #endMate({ mate: id, clientOrderId, updatedAt: now }: PaperOrder, status: "cancelled" | "expired"): void {
    const mate = id === undefined ? undefined : this.#store.newest(id);
    if (mate?.status === "working") this.#end(mate, { status, reason: `it ended with ${clientOrderId}`, now });
  }
}

type Waiting = Pick<PaperOrder, "type" | "side" | "price" | "triggerPrice">;

/** Whether the market at `price` executes the order. */
function reached(order: Waiting, price: Decimal): boolean {
  const rising = order.side === "buy";
  switch (order.type) {
    case "market":
      return true;
    case "limit":
      return order.price !== undefined && crossed(price, order.price, { rising: !rising });
    case "stop":
      return order.triggerPrice !== undefined && crossed(price, order.triggerPrice, { rising });
    case "take_profit":
      return order.triggerPrice !== undefined && crossed(price, order.triggerPrice, { rising: !rising });
    default:
      return order.type satisfies never;
  }
}

function crossed(price: Decimal, level: Decimal, direction: { rising: boolean }): boolean {
  return direction.rising ? compare(price, level) >= 0 : compare(price, level) <= 0;
}

/** How much of the position an order of this side can take away. */
function reducible(held: Decimal, side: "buy" | "sell"): Decimal {
  const against = side === "buy" ? isNegative(held) : isPositive(held);
  return against ? absolute(held) : "0";
}

function shortsSpot(order: { symbol: string; side: "buy" | "sell"; quantity: Decimal }, held: Decimal): boolean {
  return !order.symbol.endsWith(".P") && order.side === "sell" && compare(order.quantity, held) > 0;
}

function cannotShort(order: { symbol: string; quantity: Decimal }, held: Decimal): string {
  return `${order.symbol} is a spot symbol and cannot go short: ${held} is held and ${order.quantity} was to be sold; ${order.symbol}.P can`;
}

function toVenueOrder(order: PaperOrder): VenueOrder {
  return venueOrder.parse(order);
}
