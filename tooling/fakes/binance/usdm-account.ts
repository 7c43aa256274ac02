import { add, compare, divide, isZero, subtract, type Decimal } from "#contracts/decimal";
import type { OrderRequest } from "#contracts/order";
import { Book, type Booked, type Terms } from "./book.ts";
import { checkTriggerRoom } from "./filters.ts";
import { Refused } from "./http.ts";
import { listings } from "./listings.ts";
import { refusalFor } from "./refusals.ts";
import { sumOf, worthOf } from "./shapes.ts";

const LEVERAGE_AT_FIRST = 20;
const MOST_LEVERAGE = 125;

export type MarginType = "CROSSED" | "ISOLATED";

/** A USD-M account in one-way mode, its wallet in USDT. */
export class UsdmAccount {
  readonly book: Book;
  readonly #leverage = new Map<string, number>();
  readonly #marginType = new Map<string, MarginType>();
  #deposit: Decimal = "10000";

  constructor(of: { now: () => Date }) {
    this.book = new Book({ market: "usdm", balance: "0", now: of.now });
  }

  /** The wallet: what was put in, what was realised, fees taken off. */
  get balance(): Decimal {
    return add(this.#deposit, this.#gained);
  }

  get available(): Decimal {
    const { book } = this;
    const margins = listings.usdm.map(({ symbol }) => {
      const { quantity, averagePrice } = book.position(symbol);
      return this.#marginOf(symbol, worthOf(quantity, averagePrice ?? "0"));
    });
    return subtract(this.balance, sumOf(margins));
  }

  setBalance(asset: string, total: Decimal): void {
    if (asset !== "USDT") throw new Error(`the wallet is in USDT, not in ${asset}`);
    this.#deposit = subtract(total, this.#gained);
  }

  setPrice(symbol: string, price: Decimal): void {
    this.book.setPrice(symbol, price);
  }

  /** Fills so much of an order and no more; one that waits is triggered. */
  fillPart(clientOrderId: string, quantity: Decimal): void {
    this.book.fillPart(clientOrderId, quantity);
  }

  /** Throws {@link Refused}. */
  place(order: OrderRequest, terms: Terms): Booked {
    checkTriggerRoom(this.book, order);
    const market = this.book.price(order.symbol);
    const price = order.price ?? order.triggerPrice ?? market;
    const margin = this.#marginOf(order.symbol, worthOf(order.quantity, price));
    if (!order.reduceOnly && compare(margin, this.available) > 0) throw refusalFor("usdm", "tooLittle");
    const away = order.side === "buy" ? compare(market, price) > 0 : compare(market, price) < 0;
    if (order.timeInForce === "fok" && away) throw refusalFor("usdm", "cannotFill");
    return this.book.place(order, terms);
  }

  leverageOf(symbol: string): number {
    return this.#leverage.get(symbol) ?? LEVERAGE_AT_FIRST;
  }

  setLeverage(symbol: string, leverage: bigint): void {
    const wanted = Number(leverage);
    if (wanted < 1 || wanted > MOST_LEVERAGE) throw new Refused(-4028, `Leverage ${wanted} is not valid`);
    const isolated = this.#marginTypeOf(symbol) === "ISOLATED";
    if (isolated && wanted < this.leverageOf(symbol) && this.#isOpen(symbol)) {
      throw new Refused(-4161, "Leverage reduction is not supported in Isolated Margin Mode with open positions.");
    }
    this.#leverage.set(symbol, wanted);
  }

  setMarginType(symbol: string, type: MarginType): void {
    if (this.#marginTypeOf(symbol) === type) throw new Refused(-4046, "No need to change margin type.");
    if (this.book.of(symbol).some((order) => order.status === "working")) {
      throw new Refused(-4047, "Margin type cannot be changed if there exists open orders.");
    }
    if (this.#isOpen(symbol)) throw new Refused(-4048, "Margin type cannot be changed if there exists position.");
    this.#marginType.set(symbol, type);
  }

  get #gained(): Decimal {
    // Every pair is paid in USDT, so any of them tells the whole.
    return this.book.equity("BTCUSDT");
  }

  #marginTypeOf(symbol: string): MarginType {
    return this.#marginType.get(symbol) ?? "CROSSED";
  }

  #isOpen(symbol: string): boolean {
    return !isZero(this.book.position(symbol).quantity);
  }

  #marginOf(symbol: string, worth: Decimal): Decimal {
    return divide(worth, String(this.leverageOf(symbol)));
  }
}
