import { multiply, type Decimal } from "#contracts/decimal";
import type { OrderRequest, Position } from "#contracts/order";
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

export interface Booked extends PaperOrder {
  orderId: bigint;
  listing: Listing;
  terms: Terms;
}

export interface Trade {
  id: number;
  order: Booked;
  price: Decimal;
  quantity: Decimal;
  quoteQuantity: Decimal;
  /** In the quote currency. */
  fee: Decimal;
  maker: boolean;
  time: Date;
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

  listing(symbol: string): Listing {
    const found = listings[this.market].find((each) => each.symbol === symbol);
    if (found === undefined) throw new Refused(-1121, "Invalid symbol.");
    return found;
  }

  place(order: OrderRequest, terms: Terms): Booked {
    const now = this.#now();
    const reply = this.#engine.place({ ...order, symbol: this.#inEngine(order.symbol) }, { signedAt: now, now });
    if (reply.status !== "accepted") throw refusalOf(this.market, reply);
    const number = this.#store.lastNumber();
    this.#terms.set(number, terms);
    const booked = this.orders().find((each) => each.number === number);
    if (booked === undefined) throw new Error(`the engine took order ${order.clientOrderId} and does not have it`);
    return booked;
  }

  /** Ends an order that works; undefined when it does not any more. */
  cancel(order: Booked): Booked | undefined {
    if (order.status !== "working") return undefined;
    this.#engine.cancel({ clientOrderId: order.clientOrderId, symbol: order.symbol }, { now: this.#now() });
    return this.orders().find((each) => each.number === order.number);
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
      return { ...order, listing, terms, orderId: listing.firstOrderId + BigInt(order.number) };
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
    this.#engine.setPrice(this.#inEngine(symbol), price, { now: this.#now() });
  }

  #inEngine(symbol: string): string {
    return this.market === "usdm" ? `${symbol}.P` : symbol;
  }
}

/** The engine fills in full, so an order has one trade or none. */
export function tradesOf(order: Booked): Trade[] {
  const { averagePrice: price, filledQuantity: quantity, fee } = order;
  if (order.status !== "filled" || price === undefined) return [];
  const maker = order.type === "limit" && price === order.price;
  const quoteQuantity = multiply(quantity, price);
  return [{ id: 70_000 + order.number, order, price, quantity, quoteQuantity, fee, maker, time: order.updatedAt }];
}
