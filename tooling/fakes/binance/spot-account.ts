import { add, compare, divide, isPositive, multiply, negate, subtract, type Decimal } from "#contracts/decimal";
import type { OrderRequest } from "#contracts/order";
import { Book, tradesOf, type Booked, type Terms } from "./book.ts";
import { listings } from "./listings.ts";
import { refusalFor } from "./refusals.ts";
import { padded, spotCommission, sumOf } from "./shapes.ts";

/** What one account holds at spot; every fill moves two assets and takes its fee out of the one received. */
export class SpotAccount {
  readonly book: Book;
  /** What its key may do, in both markets. */
  keyMay: Record<string, boolean | number> = {
    ipRestrict: false,
    enableReading: true,
    enableWithdrawals: false,
    enableSpotAndMarginTrading: true,
    enableFutures: true,
  };
  readonly #totals = new Map<string, Decimal>();
  readonly #settled = new Set<number>();

  constructor(of: { now: () => Date }) {
    this.book = new Book({ market: "spot", balance: "0", now: of.now });
  }

  get assets(): string[] {
    return [...this.#totals.keys()];
  }

  total(asset: string): Decimal {
    return this.#totals.get(asset) ?? "0";
  }

  /** What resting orders have a claim to. */
  locked(asset: string): Decimal {
    return sumOf(this.#working().map((order) => claimOf(order, asset)));
  }

  setBalance(asset: string, total: Decimal): void {
    this.#totals.set(asset, total);
  }

  setPrice(symbol: string, price: Decimal): void {
    this.#tellEngine();
    this.book.setPrice(symbol, price);
    this.#settle();
  }

  /** Throws {@link Refused}. */
  place(order: OrderRequest, terms: Terms): Booked {
    const { baseAsset, quoteAsset } = this.book.listing(order.symbol);
    const worth = multiply(order.quantity, order.price ?? this.book.price(order.symbol));
    const needed = order.side === "sell" ? order.quantity : order.type === "stop" ? "0" : worth;
    const asset = order.side === "sell" ? baseAsset : quoteAsset;
    if (compare(needed, subtract(this.total(asset), this.locked(asset))) > 0) throw refusalFor("spot", "tooLittle");
    this.#tellEngine();
    const booked = this.book.place(order, terms);
    this.#settle();
    return booked;
  }

  #working(): Booked[] {
    return this.book.orders().filter((order) => order.status === "working");
  }

  /** The engine refuses to sell what it does not know of. */
  #tellEngine(): void {
    for (const { symbol, baseAsset } of listings.spot) this.book.hold(symbol, this.total(baseAsset));
  }

  #settle(): void {
    for (const trade of this.book.orders().flatMap((order) => tradesOf(order))) {
      if (this.#settled.has(trade.id)) continue;
      this.#settled.add(trade.id);
      const { baseAsset, quoteAsset } = trade.order.listing;
      const buys = trade.order.side === "buy";
      this.#add(baseAsset, buys ? trade.quantity : negate(trade.quantity));
      this.#add(quoteAsset, buys ? negate(trade.quoteQuantity) : trade.quoteQuantity);
      const { amount, asset } = spotCommission(trade);
      this.#add(asset, negate(amount));
    }
  }

  #add(asset: string, change: Decimal): void {
    const total = add(this.total(asset), change);
    // Binance keeps eight places.
    this.#totals.set(asset, divide(padded(total), "1"));
  }
}

function claimOf(order: Booked, asset: string): Decimal {
  if (order.side === "sell") return order.listing.baseAsset === asset ? order.quantity : "0";
  const price = order.price ?? "0";
  return order.listing.quoteAsset === asset && isPositive(price) ? multiply(order.quantity, price) : "0";
}
