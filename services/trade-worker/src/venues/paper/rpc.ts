import * as z from "zod";
import { decimal, type Decimal } from "#contracts/decimal";
import {
  orderRequest,
  position,
  venueOrder,
  type OrderRequest,
  type Position,
  type VenueOrder,
} from "#contracts/order";
import { symbol } from "#contracts/ids";
import { side } from "#contracts/signal";
import type { OrderKey, VenueRules } from "../venue.ts";
import type { PaperConfig, PaperConfigPatch } from "./config.ts";

/** An order as the paper exchange keeps it. */
export const paperOrder = venueOrder.unwrap().extend({
  /** Counts the orders of this exchange from 1. */
  number: z.int().min(1),
  symbol,
  side,
  type: orderRequest.unwrap().shape.type,
  price: decimal.optional(),
  triggerPrice: decimal.optional(),
  reduceOnly: z.boolean(),
  /** The client id of the order that ends when this one trades or ends. */
  mate: z.string().optional(),
  placedAt: z.date(),
});
export type PaperOrder = z.infer<typeof paperOrder>;

/** An order as it rests before anything has happened to it. */
export function restingOrder(
  request: OrderRequest,
  { now, ...named }: Pick<PaperOrder, "number" | "venueOrderId" | "mate"> & { now: Date },
): PaperOrder {
  const untouched = { status: "working", filledQuantity: "0", fee: "0", placedAt: now, updatedAt: now };
  return paperOrder.parse({ ...request, ...named, ...untouched });
}

export type PaperPlaceReply =
  /** `target`: of an order that was sent with one. */
  | { status: "accepted"; order: VenueOrder; target?: VenueOrder | undefined }
  | { status: "rejected"; reason: string }
  /** An order with this client id exists. */
  | { status: "duplicate"; reason: string }
  | { status: "not_executed"; reason: string; retryAfterMs?: number }
  /** What a lost reply becomes: the caller never learns more. */
  | { status: "no_answer"; reason: string };

export type PaperAnswer<T> = { status: "answered"; value: T } | { status: "no_answer"; reason: string };

export const paperBook = z.object({
  /** Every order ever, in order of placement. */
  orders: z.array(paperOrder),
  positions: z.array(position),
  prices: z.record(symbol, decimal),
});
export type PaperBook = z.infer<typeof paperBook>;

/** What the venue port asks of the paper exchange, wherever it runs. */
export interface PaperCalls {
  place(order: OrderRequest, of: { signedAt: Date }): Promise<PaperPlaceReply>;
  find(key: OrderKey): Promise<PaperAnswer<VenueOrder | undefined>>;
  cancel(key: OrderKey): Promise<PaperAnswer<VenueOrder | undefined>>;
  openOrders(symbol: string): Promise<PaperAnswer<VenueOrder[]>>;
  position(symbol: string): Promise<PaperAnswer<Position>>;
  equity(symbol: string): Promise<PaperAnswer<Decimal>>;
  rules(symbol: string): Promise<PaperAnswer<VenueRules>>;
}

/** RPC surface of the PaperVenue Durable Object, one instance per `account:venue`. */
export interface PaperVenueRpc extends PaperCalls {
  /** For tests and crash checks. */
  book(): Promise<PaperBook>;
  /** Moves the market: resting orders that it reaches are filled. */
  setPrice(symbol: string, price: Decimal): Promise<void>;
  /** Merges and keeps the patch; answers the whole configuration. Throws on one that does not fit. */
  configure(patch: PaperConfigPatch): Promise<PaperConfig>;
}
