import type { Booked, Trade } from "./book.ts";
import { filledQuote, padded, statusOf } from "./shapes.ts";

export function isConditional(order: Booked): boolean {
  return order.triggerPrice !== undefined;
}

/** A conditional order that is triggered is filled, at least in part. */
function isTriggered(order: Booked): boolean {
  return isConditional(order) && order.parts.length > 0;
}

/** Whether it is in the matching engine: a conditional order gets there when it is triggered. */
export function isPlain(order: Booked): boolean {
  return !isConditional(order) || isTriggered(order);
}

/** A conditional order that waits for its trigger. */
export function waits(order: Booked): boolean {
  return !isPlain(order) && order.status === "working";
}

export function usdmOrderOf(order: Booked) {
  const { type } = order.terms;
  return {
    orderId: order.orderId,
    symbol: order.listing.symbol,
    status: statusOf(order) as string,
    clientOrderId: order.clientOrderId,
    price: padded(order.price ?? "0"),
    avgPrice: padded(order.averagePrice ?? "0"),
    origQty: padded(order.quantity),
    executedQty: padded(order.filledQuantity),
    cumQuote: padded(filledQuote(order)),
    timeInForce: order.terms.timeInForce,
    type: isConditional(order) ? "MARKET" : type,
    reduceOnly: order.reduceOnly,
    closePosition: false,
    side: order.side.toUpperCase(),
    positionSide: "BOTH",
    stopPrice: padded("0"),
    workingType: "CONTRACT_PRICE",
    priceProtect: false,
    origType: type,
    time: order.placedAt.getTime(),
    updateTime: order.updatedAt.getTime(),
  };
}

/** What ACK tells of an order, whatever became of it meanwhile. */
export function acknowledgedOf(order: Booked): object {
  const nothing = padded("0");
  return { ...usdmOrderOf(order), status: "NEW", avgPrice: nothing, executedQty: nothing, cumQuote: nothing };
}

export function algoIdOf(order: Booked): bigint {
  return 2_146_760n + BigInt(order.number);
}

const algoStatuses = { working: "NEW", cancelled: "CANCELED", expired: "EXPIRED" } as const;

function algoStatusOf(order: Booked): string {
  if (isTriggered(order)) return order.status === "working" ? "TRIGGERED" : "FINISHED";
  // The engine cancels a triggered order that has nothing to reduce; Binance's engine denies it.
  if (order.status === "cancelled" && order.reason !== "cancelled on request") return "REJECTED";
  // Whatever the engine fills has parts, and it refuses before it books.
  if (order.status === "filled" || order.status === "rejected") throw new Error(`an order waits as ${order.status}`);
  return algoStatuses[order.status];
}

export function algoOrderShape(order: Booked): object {
  const triggered = isTriggered(order);
  return {
    algoId: algoIdOf(order),
    clientAlgoId: order.clientOrderId,
    algoType: "CONDITIONAL",
    orderType: order.terms.type,
    symbol: order.listing.symbol,
    side: order.side.toUpperCase(),
    positionSide: "BOTH",
    timeInForce: order.terms.timeInForce,
    quantity: padded(order.quantity),
    algoStatus: algoStatusOf(order),
    actualOrderId: triggered ? String(order.orderId) : "",
    actualPrice: padded(order.averagePrice ?? "0"),
    triggerPrice: padded(order.triggerPrice ?? "0"),
    price: padded("0"),
    workingType: "CONTRACT_PRICE",
    closePosition: false,
    priceProtect: false,
    reduceOnly: order.reduceOnly,
    createTime: order.placedAt.getTime(),
    updateTime: order.updatedAt.getTime(),
    triggerTime: triggered ? order.updatedAt.getTime() : 0,
  };
}

export function usdmTradeOf(trade: Trade): object {
  return {
    symbol: trade.order.listing.symbol,
    id: trade.id,
    orderId: trade.order.orderId,
    side: trade.order.side.toUpperCase(),
    price: padded(trade.price),
    qty: padded(trade.quantity),
    realizedPnl: padded("0"),
    quoteQty: padded(trade.quoteQuantity),
    commission: padded(trade.fee),
    commissionAsset: trade.order.listing.quoteAsset,
    time: trade.time.getTime(),
    positionSide: "BOTH",
    buyer: trade.order.side === "buy",
    maker: trade.maker,
  };
}
