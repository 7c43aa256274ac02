import { add, compare, multiply, type Decimal } from "#contracts/decimal";
import type { OrderRequest, Position } from "#contracts/order";
import { applyFill } from "#contracts/position";
import type { Market } from "../../../services/trade-worker/src/venues/binance/faults.ts";
import { PaperEngine } from "../../../services/trade-worker/src/venues/paper/engine.ts";
import type { PaperOrder } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import { createMemoryStore } from "../../../services/trade-worker/src/venues/paper/store.ts";
import { Refused } from "./http.ts";
import { listings, type Listing } from "./listings.ts";
import { refusalOf } from "./refusals.ts";

/** What an order was sent as, where the engine has other words or none. */
export interface Terms {
  type: string;
  timeInForce: string;
  /** Of an order that was placed in a list with another one. */
  listId?: number;
}

/** What was filled at once, with its fee in the quote currency. */
export interface Part {
  price: Decimal;
  quantity: Decimal;
  fee: Decimal;
  time: Date;
}

export interface Booked extends PaperOrder {
  orderId: bigint;
  listing: Listing;
  terms: Terms;
  /** Everything that it has filled. */
  parts: readonly Part[];
}

export interface Trade extends Part {
  id: number;
  order: Booked;
  quoteQuantity: Decimal;
  maker: boolean;
}

/** Where Binance shows orders: it does not show a new one everywhere at once. */
export type View = "lookup" | "lists" | "trades";

export const TAKER_FEE: Readonly<Record<Market, Decimal>> = { spot: "0.001", usdm: "0.0005" };

/** Every order that one market ever booked, filled by the paper engine at the prices that tests set. */
export class Book {
  readonly market: Market;
  readonly #store = createMemoryStore();
  readonly #engine: PaperEngine;
  readonly #terms = new Map<number, Terms>();
  /** Of the orders that are filled by name. */
  readonly #parts = new Map<number, Part[]>();
  readonly #changes = new Map<string, Partial<Listing>>();
  readonly #now: () => Date;
  #lag: { views: ReadonlySet<View>; since: number } = { views: new Set(), since: 0 };

  constructor(of: { market: Market; balance: Decimal; now: () => Date }) {
    this.market = of.market;
    this.#now = of.now;
    const fee = TAKER_FEE[of.market];
    this.#engine = new PaperEngine({
      store: this.#store,
      settings: () => ({
        idMode: "unique_while_open",
        balance: of.balance,
        takerFeeRate: fee,
        makerFeeRate: fee,
        // Binance's own filters are asked first; these let everything through.
        rules: { quantityStep: "0.00000000000000000001", priceTick: "0.00000000000000000001" },
        symbolRules: {},
      }),
    });
    for (const { symbol, price } of listings[of.market]) this.setPrice(symbol, price);
  }

  /** Every pair of the market, as it is listed now. */
  get listings(): Listing[] {
    return listings[this.market].map((each) => ({ ...each, ...this.#changes.get(each.symbol) }));
  }

  /** From now on the pair is listed so. */
  change(symbol: string, to: Partial<Listing>): void {
    this.#changes.set(symbol, { ...this.#changes.get(symbol), ...to });
  }

  listing(symbol: string): Listing {
    const found = this.listings.find((each) => each.symbol === symbol);
    if (found === undefined) throw new Refused(-1121, "Invalid symbol.");
    return found;
  }

  place(order: OrderRequest, terms: Terms): Booked {
    const now = this.#now();
    const reply = this.#engine.place({ ...order, symbol: this.#inEngine(order.symbol) }, { signedAt: now, now });
    if (reply.status !== "accepted") throw refusalOf(this.market, reply);
    const number = this.#store.lastNumber();
    this.#terms.set(number, terms);
    return this.#booked(number);
  }

  /**
   * Fills so much of a working order and no more, at its own price or at its trigger. The engine knows only whole fills, so
   * until the order has ended the price of its pair must stay where it is.
   */
  fillPart(clientOrderId: string, quantity: Decimal): Booked {
    const order = this.orders().find((each) => each.clientOrderId === clientOrderId && each.status === "working");
    if (order === undefined) throw new Error(`no order ${clientOrderId} works`);
    const filledQuantity = add(order.filledQuantity, quantity);
    const left = compare(order.quantity, filledQuantity);
    const stored = this.#store.newest(clientOrderId);
    if (left < 0 || stored?.number !== order.number) throw new Error(`order ${clientOrderId} cannot fill ${quantity}`);
    const { symbol } = order.listing;
    const price = order.price ?? order.triggerPrice ?? this.price(symbol);
    const fee = multiply(multiply(quantity, price), TAKER_FEE[this.market]);
    const now = this.#now();
    this.#parts.set(order.number, [...order.parts, { price, quantity, fee, time: now }]);
    this.#store.putOrder({
      ...stored,
      status: left === 0 ? "filled" : "working",
      filledQuantity,
      averagePrice: price,
      fee: add(order.fee, fee),
      updatedAt: now,
    });
    this.#store.putPosition(applyFill(this.position(symbol), { side: order.side, quantity, price, fee }));
    return this.#booked(order.number);
  }

  /** Ends an order that works; undefined when it does not any more. */
  cancel(order: Booked): Booked | undefined {
    if (order.status !== "working") return undefined;
    this.#engine.cancel({ clientOrderId: order.clientOrderId, symbol: order.symbol }, { now: this.#now() });
    return this.#booked(order.number);
  }

  /** Ends an order of a list because the other one has traded. */
  expire(order: Booked): void {
    this.cancel(order);
    const ended = this.#store.newest(order.clientOrderId);
    if (ended?.number === order.number) this.#store.putOrder({ ...ended, status: "expired" });
  }

  /** Every order ever booked, in order of placement. */
  orders(): Booked[] {
    return this.#store.orders().map((order) => {
      const listing = this.listing(order.symbol.replace(/\.P$/, ""));
      const terms = this.#terms.get(order.number) ?? { type: "?", timeInForce: "GTC" };
      const parts = this.#parts.get(order.number) ?? wholeOf(order);
      return { ...order, listing, terms, parts, orderId: listing.firstOrderId + BigInt(order.number) };
    });
  }

  of(symbol: string): Booked[] {
    return this.orders().filter((each) => each.listing.symbol === symbol);
  }

  /** Those of a pair that a view shows. */
  seen(view: View, symbol: string): Booked[] {
    const { views, since } = this.#lag;
    return this.of(symbol).filter((each) => !views.has(view) || each.number <= since);
  }

  trades(symbol: string): Trade[] {
    return this.seen("trades", symbol).flatMap((order) => tradesOf(order));
  }

  /** From now on new orders stand and these views do not show them, until `catchUp`; fewer views are a step on the way. */
  lag(...views: View[]): void {
    const { views: lagging, since } = this.#lag;
    this.#lag = { views: new Set(views), since: lagging.size > 0 ? since : this.#store.lastNumber() };
  }

  catchUp(): void {
    this.#lag = { views: new Set(), since: 0 };
  }

  position(symbol: string): Position {
    return this.#engine.position(this.#inEngine(symbol));
  }

  /** A spot holding is whatever the balances say: it may have come from another pair. */
  hold(symbol: string, quantity: Decimal): void {
    this.#store.putPosition({ ...this.position(symbol), quantity });
  }

  equity(symbol: string): Decimal {
    return this.#engine.equity(this.#inEngine(symbol));
  }

  price(symbol: string): Decimal {
    return this.#store.price(this.#inEngine(symbol)) ?? this.listing(symbol).price;
  }

  setPrice(symbol: string, price: Decimal): void {
    const begun = this.of(symbol).find((order) => order.status === "working" && order.parts.length > 0);
    if (begun !== undefined) throw new Error(`fill the rest of ${begun.clientOrderId} before the price moves`);
    this.#engine.setPrice(this.#inEngine(symbol), price, { now: this.#now() });
  }

  #booked(number: number): Booked {
    const booked = this.orders().find((each) => each.number === number);
    if (booked === undefined) throw new Error(`the engine took order ${number} and does not have it`);
    return booked;
  }

  #inEngine(symbol: string): string {
    return this.market === "usdm" ? `${symbol}.P` : symbol;
  }
}

/** What the engine has filled it has filled in full. */
function wholeOf({ status, averagePrice: price, filledQuantity: quantity, fee, updatedAt: time }: PaperOrder): Part[] {
  return status === "filled" && price !== undefined ? [{ price, quantity, fee, time }] : [];
}

/** Each part that an order has filled is a trade. */
export function tradesOf(order: Booked): Trade[] {
  return order.parts.map((part, index) => ({
    ...part,
    id: 70_000 + index * 100_000 + order.number,
    order,
    quoteQuantity: multiply(part.quantity, part.price),
    maker: order.type === "limit" && part.price === order.price,
  }));
}
