import { add, compare, isPositive, maximum, minimum, subtract, type Decimal } from "#contracts/decimal";
import type { OrderRequest } from "#contracts/order";
import type { Side } from "#contracts/signal";
import type { Random } from "../../../../tooling/fakes/random.ts";
import { locksBalance } from "../ledger/rows.ts";

export interface BookedOrder {
  readonly order: OrderRequest;
  readonly venueOrderId: string;
  filled: Decimal;
  status: "working" | "filled" | "cancelled" | "expired";
  /** Its cancellation was taken and has not happened yet: until then it may fill. */
  isGoing: boolean;
}

const STEP: Decimal = "0.1";
/** So many stops and targets of those that are looked at trade. */
const TRIGGERED = 0.25;

/**
 * An exchange of one symbol with a book that is always right: what can only reduce never opens, spot sales sell what is
 * there and what no other order locks, fills come in parts, and a cancellation may take effect later than it is answered.
 */
export class HonestVenue {
  position: Decimal = "0";
  readonly #random: Random;
  readonly #orders = new Map<string, BookedOrder>();

  constructor(random: Random) {
    this.#random = random;
  }

  get resting(): BookedOrder[] {
    return [...this.#orders.values()].filter(({ status }) => status === "working");
  }

  find(clientOrderId: string): BookedOrder | undefined {
    return this.#orders.get(clientOrderId);
  }

  /** Undefined for an order that it refuses, of which it keeps nothing. */
  place(order: OrderRequest): BookedOrder | undefined {
    const { clientOrderId, type } = order;
    if (this.#orders.has(clientOrderId)) throw new Error(`${clientOrderId} was sent twice`);
    if (!this.#isCovered(order)) return undefined;
    const venueOrderId = `v${this.#orders.size + 1}`;
    const booked: BookedOrder = { order, venueOrderId, filled: "0", status: "working", isGoing: false };
    if (type === "market") {
      this.#fill(booked, order.quantity);
      if (!isPositive(booked.filled)) return undefined;
      if (booked.status === "working") booked.status = "cancelled";
    }
    this.#orders.set(clientOrderId, booked);
    return booked;
  }

  /** Undefined for an order that it does not know. */
  cancel(clientOrderId: string, { later }: { later: boolean }): BookedOrder | undefined {
    const booked = this.find(clientOrderId);
    if (booked?.status !== "working") return booked;
    if (later) booked.isGoing = true;
    else booked.status = "cancelled";
    return booked;
  }

  /** The market moves: something of what rests may trade, and some of what is to be cancelled is. */
  trade(): void {
    const [first, ...others] = this.resting;
    if (first === undefined) return;
    const booked = this.#random.pick([first, ...others]);
    if (booked.order.type === "limit") this.#fill(booked, this.#partOf(booked));
    else if (this.#random.chance(TRIGGERED)) this.#trigger(booked);
    for (const each of this.resting) if (each.isGoing && this.#random.chance(0.5)) each.status = "cancelled";
  }

  endCancellations(): void {
    for (const each of this.resting) if (each.isGoing) each.status = "cancelled";
  }

  #trigger(booked: BookedOrder): void {
    this.#fill(booked, this.#random.chance(0.7) ? booked.order.quantity : this.#partOf(booked));
    if (booked.status !== "working") return;
    if (!isPositive(booked.filled)) booked.status = "expired";
    else if (this.#random.chance(0.5)) booked.status = "cancelled";
  }

  #partOf({ order, filled }: BookedOrder): Decimal {
    const steps = Math.round(Number(subtract(order.quantity, filled)) / Number(STEP));
    return (this.#random.integer(1, Math.max(1, steps)) * Number(STEP)).toFixed(1);
  }

  #fill(booked: BookedOrder, wanted: Decimal): void {
    const { order } = booked;
    const left = minimum(wanted, subtract(order.quantity, booked.filled));
    const part = order.reduceOnly || sellsSpot(order) ? minimum(left, this.#openAgainst(order.side)) : left;
    if (!isPositive(part)) return;
    booked.filled = add(booked.filled, part);
    this.position = order.side === "buy" ? add(this.position, part) : subtract(this.position, part);
    if (compare(booked.filled, order.quantity) >= 0) booked.status = "filled";
  }

  #openAgainst(side: Side): Decimal {
    return maximum(side === "sell" ? this.position : subtract("0", this.position), "0");
  }

  #isCovered(order: OrderRequest): boolean {
    if (!sellsSpot(order)) return true;
    const locked = this.resting
      .filter((each) => sellsSpot(each.order))
      .reduce((sum, each) => add(sum, subtract(each.order.quantity, each.filled)), "0");
    return compare(order.quantity, subtract(this.position, locked)) <= 0;
  }
}

function sellsSpot({ symbol, side }: OrderRequest): boolean {
  return locksBalance(symbol) && side === "sell";
}
