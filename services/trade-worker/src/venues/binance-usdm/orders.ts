import * as z from "zod";
import { isPositive } from "#contracts/decimal";
import { parseClientOrderId } from "#contracts/ids";
import type { OrderRequest, VenueOrder } from "#contracts/order";
import type { Parameters } from "../binance/signing.ts";
import { amount, milliseconds, venueId } from "../binance/shapes.ts";

const statuses = {
  NEW: "working",
  PARTIALLY_FILLED: "working",
  FILLED: "filled",
  CANCELED: "cancelled",
  REJECTED: "rejected",
  EXPIRED: "expired",
  EXPIRED_IN_MATCH: "expired",
} as const satisfies Record<string, VenueOrder["status"]>;

export const usdmOrder = z.object({
  clientOrderId: z.string(),
  orderId: venueId,
  origQty: amount,
  executedQty: amount,
  avgPrice: amount,
  status: z.enum(Object.keys(statuses) as [keyof typeof statuses, ...(keyof typeof statuses)[]]),
  updateTime: milliseconds,
});
export type UsdmOrder = z.infer<typeof usdmOrder>;

/** A conditional order; `actualOrderId` is the order that it became once it was triggered. */
export const algoOrder = z.object({
  algoId: venueId,
  clientAlgoId: z.string(),
  quantity: amount,
  algoStatus: z.enum(["NEW", "TRIGGERING", "TRIGGERED", "FINISHED", "CANCELED", "REJECTED", "EXPIRED"]),
  actualOrderId: z
    .union([z.string(), z.int()])
    .nullish()
    .transform((id) =>
      id === null || id === undefined || id === "" || id === 0 || id === "0" ? undefined : String(id),
    ),
  updateTime: milliseconds,
});
export type AlgoOrder = z.infer<typeof algoOrder>;

/** Of an entry in a list no more than it takes to recognise it. */
export const listedAlgoOrder = z.looseObject({ clientAlgoId: z.string() });

export function isConditional(order: OrderRequest): boolean {
  return order.type === "stop" || order.type === "take_profit";
}

/** What an id says: of our legs stops and targets are conditional orders and no others are. Undefined for a stranger's. */
export function isConditionalLeg(clientOrderId: string): boolean | undefined {
  const leg = parseClientOrderId(clientOrderId)?.leg;
  return leg === undefined ? undefined : leg.startsWith("s") || leg.startsWith("t");
}

export function venueOrderOf(
  order: UsdmOrder,
  of: { clientOrderId: string; fee: string; venueOrderId?: string },
): VenueOrder {
  return {
    clientOrderId: of.clientOrderId,
    venueOrderId: of.venueOrderId ?? order.orderId,
    status: statuses[order.status],
    quantity: order.origQty,
    filledQuantity: order.executedQty,
    averagePrice: isPositive(order.executedQty) ? order.avgPrice : undefined,
    fee: of.fee,
    updatedAt: order.updateTime,
  };
}

/** One order to the ledger, whatever it becomes: its id does not change when it is triggered. */
export function algoVenueId(order: AlgoOrder): string {
  return `algo-${order.algoId}`;
}

/** As long as nothing is known of an order that it became. */
export function untriggeredOrderOf(order: AlgoOrder, status: VenueOrder["status"]): VenueOrder {
  return {
    clientOrderId: order.clientAlgoId,
    venueOrderId: algoVenueId(order),
    status,
    quantity: order.quantity,
    filledQuantity: "0",
    fee: "0",
    updatedAt: order.updateTime,
  };
}

const timesInForce = { gtc: "GTC", ioc: "IOC", fok: "FOK", post_only: "GTX" } as const;

export function orderParameters(order: OrderRequest, symbol: string): Parameters {
  const limit = order.type === "limit";
  return {
    symbol,
    side: order.side.toUpperCase(),
    type: limit ? "LIMIT" : "MARKET",
    timeInForce: limit ? timesInForce[order.timeInForce ?? "gtc"] : undefined,
    quantity: order.quantity,
    price: limit ? order.price : undefined,
    reduceOnly: order.reduceOnly ? "true" : undefined,
    newClientOrderId: order.clientOrderId,
    newOrderRespType: "RESULT",
  };
}

/** Since December 2025 stops and take profits are refused by the endpoint of other orders (-4120). */
export function algoParameters(order: OrderRequest, symbol: string): Parameters {
  return {
    algoType: "CONDITIONAL",
    symbol,
    side: order.side.toUpperCase(),
    type: order.type === "stop" ? "STOP_MARKET" : "TAKE_PROFIT_MARKET",
    quantity: order.quantity,
    triggerPrice: order.triggerPrice,
    reduceOnly: order.reduceOnly ? "true" : undefined,
    clientAlgoId: order.clientOrderId,
  };
}
