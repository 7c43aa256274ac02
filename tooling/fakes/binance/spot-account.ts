import { add, compare, divide, isPositive, multiply, negate, subtract, type Decimal } from "#contracts/decimal";
import type { OrderRequest } from "#contracts/order";
import { Book, tradesOf, type Booked, type Terms } from "./book.ts";
import { checkTriggerRoom } from "./filters.ts";
import { listings } from "./listings.ts";
import { refusalFor } from "./refusals.ts";
import { padded, spotCommission, sumOf } from "./shapes.ts";
import type { Wanted } from "./spot-orders.ts";

type Pair = readonly [Wanted, Wanted];

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
  #lists = 0;

  constructor(of: { now: () => Date }) {
    this.book = new Book({ market: "spot", balance: "0", now: of.now });
  }

  get assets(): string[] {
    return [...this.#totals.keys()];
  }

  total(asset: string): Decimal {
    return this.#totals.get(asset) ?? "0";
  }

  /** What resting orders have a claim to; two of a list to the same. */
  locked(asset: string): Decimal {
    const lists = new Set<number>();
    const claimants = this.#working().filter(({ terms: { listId } }) => {
      if (listId === undefined) return true;
      return !lists.has(listId) && lists.add(listId);
    });
    return sumOf(claimants.map((order) => claimOf(order, asset)));
  }

  setBalance(asset: string, total: Decimal): void {
    this.#totals.set(asset, total);
  }

  setPrice(symbol: string, price: Decimal): void {
    this.#tellEngine();
    this.book.setPrice(symbol, price);
    this.#settle();
  }

  /** Fills so much of an order and no more. */
  fillPart(clientOrderId: string, quantity: Decimal): void {
    this.book.fillPart(clientOrderId, quantity);
    this.#settle();
  }

  /** Throws {@link Refused}. */
  place(order: OrderRequest, terms: Terms): Booked {
    checkTriggerRoom(this.book, order);
    this.#checkFree(order);
    this.#tellEngine();
    const booked = this.book.place(order, terms);
    this.#settle();
    return booked;
  }

  /** Two orders of which the first to trade ends the other. Throws {@link Refused} and books neither. */
  placePair(pair: Pair): [Booked, Booked] {
    checkTriggerRoom(this.book, pair[0].order, pair[1].order);
    const ids = pair.map(({ order }) => order.clientOrderId);
    const isTaken = this.#working().some(({ clientOrderId }) => ids.includes(clientOrderId));
    if (isTaken || ids[0] === ids[1]) throw refusalFor("spot", "duplicate");
    const [above, below] = pair
      .map(({ order }) => order.triggerPrice ?? "0")
      .toSorted(compare)
      .toReversed();
    const last = this.book.price(pair[0].order.symbol);
    if (compare(above ?? "0", last) <= 0 || compare(below ?? "0", last) >= 0) throw refusalFor("spot", "wrongPrices");
    this.#checkFree(pair[0].order);
    this.#tellEngine();
    const listId = (this.#lists += 1);
    const booked = ({ order, terms }: Wanted): Booked => this.book.place(order, { ...terms, listId });
    return [booked(pair[0]), booked(pair[1])];
  }

  /** Of a list it ends all. Undefined for an order that does not work any more. */
  cancel(order: Booked): Booked | undefined {
    const ended = this.book.cancel(order);
    if (ended !== undefined) for (const other of this.#listedWith(order)) this.book.cancel(other);
    return ended;
  }

  #checkFree(order: OrderRequest): void {
    const { baseAsset, quoteAsset } = this.book.listing(order.symbol);
    const worth = multiply(order.quantity, order.price ?? this.book.price(order.symbol));
    const needed = order.side === "sell" ? order.quantity : order.type === "stop" ? "0" : worth;
    const asset = order.side === "sell" ? baseAsset : quoteAsset;
    if (compare(needed, subtract(this.total(asset), this.locked(asset))) > 0) throw refusalFor("spot", "tooLittle");
  }

  /** The others of its list that work. */
  #listedWith({ terms, number }: Booked): Booked[] {
    if (terms.listId === undefined) return [];
    return this.#working().filter((each) => each.terms.listId === terms.listId && each.number !== number);
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
      for (const other of this.#listedWith(trade.order)) this.book.expire(other);
    }
  }

  #add(asset: string, change: Decimal): void {
    const total = add(this.total(asset), change);
    // Binance keeps eight places.
    this.#totals.set(asset, divide(padded(total), "1"));
  }
}

function claimOf(order: Booked, asset: string): Decimal {
  const left = subtract(order.quantity, order.filledQuantity);
  if (order.side === "sell") return order.listing.baseAsset === asset ? left : "0";
  const price = order.price ?? "0";
  return order.listing.quoteAsset === asset && isPositive(price) ? multiply(left, price) : "0";
}
