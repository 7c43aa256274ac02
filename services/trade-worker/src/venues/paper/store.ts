import type { Decimal } from "#contracts/decimal";
import { flat } from "#contracts/position";
import type { Position } from "#contracts/order";
import type { PaperConfigPatch } from "./config.ts";
import type { PaperOrder } from "./rpc.ts";

/** What the paper exchange remembers. Synchronous, as SQLite in a Durable Object is. */
export interface PaperStore {
  /** All writes of `run`, or none. */
  commit<T>(run: () => T): T;
  lastNumber(): number;
  /** The newest order with this client id. */
  newest(clientOrderId: string): PaperOrder | undefined;
  /** Orders that rest, in order of placement. */
  working(symbol: string): PaperOrder[];
  orders(): PaperOrder[];
  /** Inserts or replaces by `number`. */
  putOrder(order: PaperOrder): void;
  position(symbol: string): Position;
  positions(): Position[];
  putPosition(position: Position): void;
  price(symbol: string): Decimal | undefined;
  prices(): Record<string, Decimal>;
  putPrice(symbol: string, price: Decimal): void;
  /** What was configured over the variable PAPER. */
  patch(): PaperConfigPatch;
  putPatch(patch: PaperConfigPatch): void;
}

/** For tests and the simulation: the same memory without a disk. */
export function createMemoryStore(): PaperStore {
  const orders = new Map<number, PaperOrder>();
  const newest = new Map<string, number>();
  const working = new Map<string, Set<number>>();
  const positions = new Map<string, Position>();
  const prices = new Map<string, Decimal>();
  let patch: PaperConfigPatch = {};
  const byNumber = (number: number | undefined): PaperOrder | undefined =>
    number === undefined ? undefined : orders.get(number);
  return {
    commit: (run) => run(),
    lastNumber: () => orders.size,
    newest: (clientOrderId) => byNumber(newest.get(clientOrderId)),
    working: (symbol) =>
      [...(working.get(symbol) ?? [])]
        .toSorted((a, b) => a - b)
        .map(byNumber)
        .filter((each) => each !== undefined),
    orders: () => [...orders.values()],
    putOrder(order) {
      orders.set(order.number, order);
      newest.set(order.clientOrderId, Math.max(order.number, newest.get(order.clientOrderId) ?? 0));
      const resting = working.get(order.symbol) ?? new Set();
      if (order.status === "working") resting.add(order.number);
      else resting.delete(order.number);
      working.set(order.symbol, resting);
    },
    position: (symbol) => positions.get(symbol) ?? flat(symbol),
    positions: () => [...positions.values()],
    putPosition: (position) => void positions.set(position.symbol, position),
    price: (symbol) => prices.get(symbol),
    prices: () => Object.fromEntries(prices),
    putPrice: (symbol, price) => void prices.set(symbol, price),
    patch: () => patch,
    putPatch(next) {
      patch = next;
    },
  };
}
