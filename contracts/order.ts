import * as z from "zod";
import { decimal, positiveDecimal } from "./decimal.ts";
import { defineContract } from "./envelope.ts";
import { account, legId, symbol, venue } from "./ids.ts";
import { side, timeInForce } from "./signal.ts";

export const legRole = z.enum(["entry", "close", "stop", "target", "emergency"]);
export type LegRole = z.infer<typeof legRole>;

/** What to place at a venue, complete: nothing is left for the adapter to decide but formats. */
export const orderRequest = z.lazy(() =>
  z.object({
    clientOrderId: z.string(),
    symbol,
    side,
    /** `stop` and `take_profit` become market orders when the market reaches `triggerPrice`. */
    type: z.enum(["market", "limit", "stop", "take_profit"]),
    quantity: positiveDecimal,
    price: positiveDecimal.optional(),
    /** Of a limit order; absent: `gtc`. */
    timeInForce: timeInForce.optional(),
    triggerPrice: positiveDecimal.optional(),
    /** The alert's price: what the paper venue fills a market order at. */
    referencePrice: positiveDecimal.optional(),
    reduceOnly: z.boolean(),
    leverage: positiveDecimal.optional(),
    /**
     * Of a stop: a take-profit of the same side and quantity that is placed in the same request. Whichever trades first ends
     * the other, because both would sell the same coins.
     */
    target: z.object({ clientOrderId: z.string(), triggerPrice: positiveDecimal }).optional(),
  }),
);
export type OrderRequest = z.infer<typeof orderRequest>;

/** The target that goes with a stop, as an order of its own. */
export function targetOf({ target, ...stop }: OrderRequest): OrderRequest | undefined {
  return target && { ...stop, ...target, type: "take_profit" };
}

/** An order as a venue reports it. All figures are cumulative since it was placed. */
export const venueOrder = z.lazy(() =>
  z.object({
    clientOrderId: z.string(),
    venueOrderId: z.string(),
    status: z.enum(["working", "filled", "cancelled", "rejected", "expired"]),
    quantity: decimal,
    filledQuantity: decimal,
    /** Absent until something is filled. */
    averagePrice: decimal.optional(),
    /** In the quote currency; negative is a rebate. */
    fee: decimal,
    /** The venue's words for a rejection or cancellation. */
    reason: z.string().optional(),
    updatedAt: z.date(),
  }),
);
export type VenueOrder = z.infer<typeof venueOrder>;

export const fill = z.lazy(() =>
  z.object({
    /** `clientOrderId/n`, n counting the growth steps of the cumulative figures. */
    id: z.string(),
    quantity: positiveDecimal,
    price: decimal,
    fee: decimal,
    filledAt: z.date(),
  }),
);
export type Fill = z.infer<typeof fill>;

/** A net position. `quantity` is signed: negative is short. */
export const position = z.lazy(() =>
  z.object({
    symbol,
    quantity: decimal,
    /** Average entry price; absent when flat. */
    averagePrice: decimal.optional(),
    /** Since the ledger began, in the quote currency, without fees. */
    realisedProfit: decimal,
    fees: decimal,
  }),
);
export type Position = z.infer<typeof position>;

/** As it stands after a change; `rev` counts them, so that an older one never wins. */
const revisedPosition = z.lazy(() => position.unwrap().extend({ rev: z.int().min(0) }));

/** A row of `orders`: one per order sent, with the fills that this revision adds and the position after it. */
export const orderUpdated = defineContract({
  type: "order.updated",
  version: 1,
  data: () =>
    z.object({
      rev: z.int().min(1),
      leg: legId,
      role: legRole,
      clientOrderId: z.string(),
      venueOrderId: z.string().optional(),
      account,
      venue,
      symbol,
      side,
      type: orderRequest.unwrap().shape.type,
      quantity: decimal,
      price: decimal.optional(),
      status: z.enum(["sending", "in_doubt", "working", "filled", "cancelled", "rejected", "expired", "not_executed"]),
      filledQuantity: decimal,
      averagePrice: decimal.optional(),
      fee: decimal,
      reason: z.string().optional(),
      /** The commit time of `sending`: the signed timestamp. */
      sentAt: z.date(),
      updatedAt: z.date(),
      fills: z.array(fill),
      /** After this revision. */
      position: revisedPosition.optional(),
    }),
});

/** A row of `positions` that no order of ours has moved: an operator said what its exchange holds of it. */
export const positionReconciled = defineContract({
  type: "position.reconciled",
  version: 1,
  data: () =>
    z.object({
      account,
      venue,
      /** What was booked. */
      side,
      quantity: positiveDecimal,
      price: positiveDecimal,
      reason: z.string(),
      by: z.string(),
      position: revisedPosition,
      at: z.date(),
    }),
});
