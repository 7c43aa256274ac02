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
  roundToStep,
  subtract,
  type Decimal,
} from "#contracts/decimal";
import { RECEIVE_WINDOW_MS } from "#contracts/ledger";
import { targetOf, venueOrder, type OrderRequest, type Position, type VenueOrder } from "#contracts/order";
import { applyFill, flat } from "#contracts/position";
import { defaultPaperConfig } from "../../../services/trade-worker/src/venues/paper/config.ts";
import type { PaperEngine } from "../../../services/trade-worker/src/venues/paper/engine.ts";
import {
  restingOrder,
  type PaperBook,
  type PaperOrder,
  type PaperPlaceReply,
} from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import type { OrderKey, VenueRules } from "../../../services/trade-worker/src/venues/venue.ts";

/** What the simulated venue needs of whoever keeps its book. */
export type Exchange = Pick<
  PaperEngine,
  "place" | "find" | "cancel" | "openOrders" | "position" | "equity" | "rules"
> & {
  setPrice(symbol: string, price: Decimal, at: { now: Date }): void;
  book(): PaperBook;
};

export interface Manners {
  /** Whether this order is taken now and rejected after so many milliseconds. */
  rejectsAfter(order: OrderRequest): number | undefined;
  /** In how many parts a fill comes, the first at once; milliseconds before each other one. */
  parts(order: PaperOrder): readonly number[];
  later(ms: number, run: () => void): void;
  now(): Date;
  /** Whether an id is free again once its order has ended. */
  readonly idsComeFree: boolean;
  /**
   * As at Binance: filters that turn an order down, of a spot purchase the fee is kept out of what was bought, and a
   * resting spot order locks what it would sell.
   */
  readonly strict: boolean;
}

/** A sale that was refused because what is held is too little, or is locked by other orders. */
export interface ShortOfCoins {
  readonly clientOrderId: string;
  readonly quantity: Decimal;
  readonly held: Decimal;
  /** Orders that rested beside it and lock what they would sell. */
  readonly lockedBy: readonly string[];
}

const CLOCK_AHEAD_MS = 1_000;
const MAKER_FEE = "0.0002";
const TAKER_FEE = "0.0005";
/** Of every symbol here; so small an entry of XRPUSDT is worth less than the least order. */
export const STRICT: VenueRules = {
  quantityStep: "0.0001",
  priceTick: "0.0001",
  minQuantity: "0.0001",
  maxQuantity: "1000",
  /** More than an entry here, less than several of them. */
  maxMarketQuantity: "0.1",
  minNotional: "0.05",
};
const FINEST_PART = "0.00001";

/**
 * An exchange with the manners of real ones: it fills in parts, at different prices, and rejects some orders
 * only after it took them. What it has is one book and one clock, as the paper engine.
 */
export class RoughExchange implements Exchange {
  readonly #manners: Manners;
  readonly #orders = new Map<number, PaperOrder>();
  readonly #newest = new Map<string, number>();
  readonly #positions = new Map<string, Position>();
  readonly #prices = new Map<string, Decimal>();
  /** What was executed of orders of which a part was kept, by number. */
  readonly #executed = new Map<number, Decimal>();
  /** Orders that broke a filter, which nobody should have sent. */
  readonly brokeRules: string[] = [];
  /** Sales that it refused for want of coins. */
  readonly shortOfCoins: ShortOfCoins[] = [];
  /** Orders whose other parts are on their way. */
  readonly #filling = new Set<number>();

  constructor(manners: Manners) {
    this.#manners = manners;
  }

  place(order: OrderRequest, at: { signedAt: Date; now: Date }): PaperPlaceReply {
    const age = at.now.getTime() - at.signedAt.getTime();
    if (age > RECEIVE_WINDOW_MS || age < -CLOCK_AHEAD_MS) {
      return { status: "not_executed", reason: `the timestamp is ${age} ms old, outside of the receive window` };
    }
    const target = targetOf(order);
    if ([order, target].some((each) => each !== undefined && this.#isUsed(each.clientOrderId))) {
      return { status: "duplicate", reason: "this client order id was used before" };
    }
    if (order.referencePrice !== undefined) this.#movePrice(order.symbol, order.referencePrice);
    const price = this.#prices.get(order.symbol);
    const broken = this.#manners.strict ? (brokenRule(order) ?? (target && brokenRule(target))) : undefined;
    // Whether what is left of a coin is worth enough to be sold only the exchange can say.
    if (broken !== undefined && !(broken === TOO_LITTLE && order.reduceOnly))
      this.brokeRules.push(`${order.clientOrderId}: ${broken}`);
    const refusal = broken ?? this.#refusal(order, price) ?? (target && this.#refusal(target, price));
    if (refusal !== undefined) return { status: "rejected", reason: refusal };
    const { number } = this.#book(order, at.now, target?.clientOrderId);
    const alongside = target && this.#book(target, at.now, order.clientOrderId);
    const rejectAfter = this.#manners.rejectsAfter(order);
    if (rejectAfter !== undefined) {
      for (const each of [number, alongside?.number ?? number]) this.#filling.add(each);
      this.#manners.later(rejectAfter, () => this.#reject(number));
    } else if (price !== undefined && reached(order, price)) this.#fillInParts(number, price);
    return { status: "accepted", order: this.#report(number), ...(alongside && { target: reportOf(alongside) }) };
  }

  #isUsed(clientOrderId: string): boolean {
    const known = this.#byId(clientOrderId);
    return known !== undefined && (!this.#manners.idsComeFree || known.status === "working");
  }

  #book(order: OrderRequest, now: Date, mate: string | undefined): PaperOrder {
    const number = this.#orders.size + 1;
    const booked = restingOrder(order, { number, venueOrderId: `rough-${number}`, mate, now });
    this.#orders.set(number, booked);
    this.#newest.set(order.clientOrderId, number);
    return booked;
  }

  #report(number: number): VenueOrder {
    return reportOf(this.#orders.get(number));
  }

  /** What is placed as one ends as one: the other of the two does not trade any more. */
  #endMate({ mate: id }: PaperOrder, how: Pick<PaperOrder, "status" | "reason">): void {
    const mate = id === undefined ? undefined : this.#byId(id);
    if (mate?.status === "working") this.#put({ ...mate, ...how });
  }

  find(key: OrderKey): VenueOrder | undefined {
    const order = this.#byId(key.clientOrderId);
    return order?.symbol === key.symbol ? reportOf(order) : undefined;
  }

  cancel(key: OrderKey): VenueOrder | undefined {
    const order = this.#byId(key.clientOrderId);
    if (order?.symbol !== key.symbol) return undefined;
    if (order.status !== "working") return reportOf(order);
    const how = { status: "cancelled", reason: "cancelled on request" } as const;
    this.#endMate(order, how);
    return reportOf(this.#put({ ...order, ...how }));
  }

  openOrders(symbol: string): VenueOrder[] {
    return this.#working(symbol).map(reportOf);
  }

  position(symbol: string): Position {
    return this.#positions.get(symbol) ?? flat(symbol);
  }

  equity(_symbol: string): Decimal {
    return defaultPaperConfig.balance;
  }

  rules(_symbol: string): VenueRules {
    return this.#manners.strict ? STRICT : defaultPaperConfig.rules;
  }

  setPrice(symbol: string, price: Decimal): void {
    this.#movePrice(symbol, price);
  }

  book(): PaperBook {
    return {
      orders: [...this.#orders.values()],
      positions: [...this.#positions.values()],
      prices: Object.fromEntries(this.#prices),
    };
  }

  #byId(clientOrderId: string): PaperOrder | undefined {
    return this.#orders.get(this.#newest.get(clientOrderId) ?? 0);
  }

  #working(symbol: string): PaperOrder[] {
    return [...this.#orders.values()].filter((order) => order.symbol === symbol && order.status === "working");
  }

  #put(order: PaperOrder): PaperOrder {
    const stored = { ...order, updatedAt: this.#manners.now() };
    this.#orders.set(order.number, stored);
    return stored;
  }

  #movePrice(symbol: string, price: Decimal): void {
    this.#prices.set(symbol, price);
    for (const order of this.#working(symbol)) {
      if (!this.#filling.has(order.number) && reached(order, price)) this.#fillInParts(order.number, price);
    }
  }

  #refusal(order: OrderRequest, price: Decimal | undefined): string | undefined {
    const held = this.position(order.symbol).quantity;
    if (order.reduceOnly && isZero(reducible(held, order.side))) return "ReduceOnly Order is rejected.";
    const binds = this.#manners.strict || !order.reduceOnly;
    const free = this.#manners.strict ? subtract(held, this.#locked(order.symbol)) : held;
    if (binds && sellsTooMuch(order, free)) {
      const { clientOrderId, quantity } = order;
      const lockedBy = this.#locking(order.symbol).map((each) => each.clientOrderId);
      this.shortOfCoins.push({ clientOrderId, quantity, held, lockedBy });
      return "Account has insufficient balance.";
    }
    if (order.type === "market" && price === undefined) return "There is no market.";
    const triggers = order.type === "stop" || order.type === "take_profit";
    return triggers && price !== undefined && reached(order, price) ? "Order would immediately trigger." : undefined;
  }

  /** What resting orders would sell; a stop and its target sell the same. */
  #locked(symbol: string): Decimal {
    return this.#locking(symbol).reduce(
      (sum, { quantity, filledQuantity }) => add(sum, subtract(quantity, filledQuantity)),
      "0",
    );
  }

  #locking(symbol: string): PaperOrder[] {
    return this.#working(symbol).filter(
      ({ side, type, mate }) => side === "sell" && !(type === "take_profit" && mate !== undefined),
    );
  }

  #reject(number: number): void {
    const order = this.#orders.get(number);
    const how = { status: "rejected", reason: "rejected by the risk engine" } as const;
    if (order?.status !== "working") return;
    this.#endMate(order, how);
    this.#put({ ...order, ...how });
  }

  #fillInParts(number: number, price: Decimal): void {
    const order = this.#orders.get(number);
    if (order === undefined) return;
    this.#endMate(order, { status: "expired", reason: `it ended with ${order.clientOrderId}` });
    const pauses = this.#manners.parts(order);
    this.#filling.add(number);
    this.#fill(number, price, pauses.length);
    pauses.forEach((pause, index) =>
      this.#manners.later(pause, () => {
        // The market moves a little between the parts.
        this.#fill(number, multiply(this.#prices.get(order.symbol) ?? price, "1.0001"), pauses.length - 1 - index);
      }),
    );
  }

  /** Fills a share of what is left, all of it when nothing is to come; what cannot be filled is cancelled. */
  #fill(number: number, price: Decimal, toCome: number): void {
    const order = this.#orders.get(number);
    if (toCome === 0) this.#filling.delete(number);
    if (order?.status !== "working") return;
    const position = this.position(order.symbol);
    const executed = this.#executed.get(number) ?? order.filledQuantity;
    const left = subtract(order.quantity, executed);
    const finest = this.#manners.strict ? STRICT.quantityStep : FINEST_PART;
    const share = toCome === 0 ? left : roundToStep(divide(left, String(toCome + 1)), finest);
    const part = order.reduceOnly ? minimum(share, reducible(position.quantity, order.side)) : share;
    if (!order.reduceOnly && sellsTooMuch({ ...order, quantity: part }, position.quantity)) {
      this.#put({ ...order, status: "cancelled", reason: "insufficient balance" });
      return;
    }
    if (!isPositive(part)) {
      if (toCome === 0 || order.reduceOnly) this.#put({ ...order, status: "cancelled", reason: "nothing to reduce" });
      return;
    }
    const own = order.type === "limit" ? (order.price ?? price) : price;
    const rate = order.type === "limit" ? MAKER_FEE : TAKER_FEE;
    const kept = this.#manners.strict && buysSpot(order) ? multiply(part, rate) : "0";
    const came = subtract(part, kept);
    const worth = multiply(part, own);
    const fee = isZero(kept) ? multiply(worth, rate) : "0";
    const filledQuantity = add(order.filledQuantity, came);
    const cost = add(multiply(order.filledQuantity, order.averagePrice ?? own), worth);
    if (!isZero(kept)) this.#executed.set(number, add(executed, part));
    const whole = compare(add(executed, part), order.quantity) === 0;
    const over = toCome === 0 && !whole;
    this.#put({
      ...order,
      filledQuantity,
      averagePrice: divide(cost, filledQuantity),
      fee: add(order.fee, fee),
      status: whole ? "filled" : over ? "cancelled" : "working",
      ...(over ? { reason: "nothing more to reduce" } : {}),
    });
    const fill = { side: order.side, quantity: came, price: isZero(kept) ? own : divide(worth, came), fee };
    this.#positions.set(order.symbol, applyFill(position, fill));
  }
}

type Waiting = Pick<PaperOrder, "type" | "side" | "price" | "triggerPrice">;

function reached(order: Waiting, price: Decimal): boolean {
  if (order.type === "market") return true;
  const level = order.type === "limit" ? order.price : order.triggerPrice;
  if (level === undefined) return false;
  const whenRising = (order.side === "buy") === (order.type === "stop");
  return whenRising ? compare(price, level) >= 0 : compare(price, level) <= 0;
}

function reducible(held: Decimal, side: "buy" | "sell"): Decimal {
  const against = side === "buy" ? isNegative(held) : isPositive(held);
  return against ? absolute(held) : "0";
}

function sellsTooMuch(order: { symbol: string; side: "buy" | "sell"; quantity: Decimal }, held: Decimal): boolean {
  return !order.symbol.endsWith(".P") && order.side === "sell" && compare(order.quantity, held) > 0;
}

function buysSpot(order: { symbol: string; side: "buy" | "sell" }): boolean {
  return !order.symbol.endsWith(".P") && order.side === "buy";
}

const TOO_LITTLE = "Filter failure: NOTIONAL";

/** The filter that turns an order down, in Binance's words. */
function brokenRule(order: OrderRequest): string | undefined {
  const isMultiple = (value: Decimal | undefined, step: Decimal): boolean =>
    value === undefined || compare(roundToStep(value, step), value) === 0;
  const { quantityStep, priceTick, minQuantity = "0", maxMarketQuantity = "0", minNotional = "0" } = STRICT;
  if (order.type !== "limit" && compare(order.quantity, maxMarketQuantity) > 0)
    return "Filter failure: MARKET_LOT_SIZE";
  if (!isMultiple(order.quantity, quantityStep) || compare(order.quantity, minQuantity) < 0)
    return "Filter failure: LOT_SIZE";
  if (!isMultiple(order.price, priceTick) || !isMultiple(order.triggerPrice, priceTick))
    return "Filter failure: PRICE_FILTER";
  const value = order.price ?? order.triggerPrice ?? order.referencePrice;
  const tooSmall = value !== undefined && compare(multiply(order.quantity, value), minNotional) < 0;
  // A spot exchange knows no reduce-only orders that could be exempt.
  const isExempt = order.reduceOnly && order.symbol.endsWith(".P");
  return tooSmall && !isExempt ? TOO_LITTLE : undefined;
}

function reportOf(order: PaperOrder | undefined): VenueOrder {
  return venueOrder.parse(order);
}
