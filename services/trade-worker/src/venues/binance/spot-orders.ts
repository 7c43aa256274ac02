import * as z from "zod";
import { divide, isPositive, subtract, type Decimal } from "#contracts/decimal";
import type { OrderRequest, VenueOrder } from "#contracts/order";
import type { Fee } from "./fees.ts";
import { amount, commission, listedOrder, milliseconds, venueId } from "./shapes.ts";
import type { Parameters } from "./signing.ts";

const statuses = {
  NEW: "working",
  PENDING_NEW: "working",
  PARTIALLY_FILLED: "working",
  PENDING_CANCEL: "working",
  FILLED: "filled",
  CANCELED: "cancelled",
  REJECTED: "rejected",
  EXPIRED: "expired",
  EXPIRED_IN_MATCH: "expired",
} as const satisfies Record<string, VenueOrder["status"]>;

export const spotOrder = z.object({
  clientOrderId: z.string(),
  orderId: venueId,
  side: z.enum(["BUY", "SELL"]),
  origQty: amount,
  executedQty: amount,
  cummulativeQuoteQty: amount,
  status: z.enum(Object.keys(statuses) as [keyof typeof statuses, ...(keyof typeof statuses)[]]),
  transactTime: milliseconds.optional(),
  updateTime: milliseconds.optional(),
  fills: z.array(commission).optional(),
});
export type SpotOrder = z.infer<typeof spotOrder>;

/** What an order cost beside its price: its fee, and what was `kept` of what was bought. */
export interface Charges extends Fee {
  kept: Decimal;
}

/** What came of an order: of a purchase, less than was executed where Binance kept a part as its fee. */
export function venueOrderOf(
  order: SpotOrder,
  { clientOrderId, charges, now }: { clientOrderId: string; charges: Charges; now: Date },
): VenueOrder {
  const came = subtract(order.executedQty, charges.kept);
  return {
    clientOrderId,
    venueOrderId: order.orderId,
    status: statuses[order.status],
    quantity: order.origQty,
    filledQuantity: came,
    averagePrice: isPositive(came) ? divide(order.cummulativeQuoteQty, came) : undefined,
    fee: charges.fee,
    ...(charges.reason === undefined ? {} : { reason: charges.reason }),
    updatedAt: order.updateTime ?? order.transactTime ?? now,
  };
}

/** What Binance answers to a pair; each report is an order, to be read on its own. */
export const orderList = z.object({ orderReports: z.array(listedOrder) });

const limitTerms = {
  gtc: { type: "LIMIT", timeInForce: "GTC" },
  ioc: { type: "LIMIT", timeInForce: "IOC" },
  fok: { type: "LIMIT", timeInForce: "FOK" },
  post_only: { type: "LIMIT_MAKER", timeInForce: undefined },
} as const;

export function spotParameters(order: OrderRequest): Parameters {
  const terms =
    order.type === "limit"
      ? { ...limitTerms[order.timeInForce ?? "gtc"], price: order.price }
      : { type: { market: "MARKET", stop: "STOP_LOSS", take_profit: "TAKE_PROFIT" }[order.type] };
  return {
    symbol: order.symbol,
    side: order.side.toUpperCase(),
    ...terms,
    quantity: order.quantity,
    ...(order.type === "stop" || order.type === "take_profit" ? { stopPrice: order.triggerPrice } : {}),
    newClientOrderId: order.clientOrderId,
    newOrderRespType: "FULL",
  };
}

/** What `POST /api/v3/orderList/oco` takes: the target is on the side of the market that earns, the stop on the other. */
export function pairParameters(order: OrderRequest, target: NonNullable<OrderRequest["target"]>): Parameters {
  const stop = { type: "STOP_LOSS", clientOrderId: order.clientOrderId, stopPrice: order.triggerPrice };
  const gain = { type: "TAKE_PROFIT", clientOrderId: target.clientOrderId, stopPrice: target.triggerPrice };
  const [above, below] = order.side === "sell" ? [gain, stop] : [stop, gain];
  return {
    symbol: order.symbol,
    side: order.side.toUpperCase(),
    quantity: order.quantity,
    aboveType: above.type,
    aboveClientOrderId: above.clientOrderId,
    aboveStopPrice: above.stopPrice,
    belowType: below.type,
    belowClientOrderId: below.clientOrderId,
    belowStopPrice: below.stopPrice,
    newOrderRespType: "FULL",
  };
}
