import { subtract } from "#contracts/decimal";
import { tradesOf, type Booked, type Trade } from "./book.ts";
import { exchangeInfoOf } from "./filters.ts";
import { open, Refused, signed, type Asked, type Route } from "./http.ts";
import { listed, namedOrder, pairOf } from "./named.ts";
import type { Parameters } from "./parameters.ts";
import { filledQuote, padded, spotCommission, statusOf } from "./shapes.ts";
import type { SpotAccount } from "./spot-account.ts";
import { pairOrdersOf, spotOrderOf } from "./spot-orders.ts";

/** Binance spot under /api/v3, as far as Hoox asks it. */
export function spotRoutes(account: SpotAccount): Route[] {
  const { book } = account;
  const pair = (parameters: Parameters): string => pairOf(book, parameters);

  const generatedId = (): string => `generated-${book.orders().length + 1}`;

  function place(asked: Asked): object {
    const { order, terms } = spotOrderOf(asked, book, generatedId());
    return reportOf(account.place(order, terms), asked.parameters);
  }

  function placePair(asked: Asked): object {
    const { parameters } = asked;
    const both = account.placePair(pairOrdersOf(asked, book, generatedId()));
    const [{ terms, listing, placedAt }] = both;
    return {
      orderListId: terms.listId,
      contingencyType: "OCO",
      listStatusType: "EXEC_STARTED",
      listOrderStatus: "EXECUTING",
      listClientOrderId: parameters.optional("listClientOrderId") ?? `generated-list-${terms.listId}`,
      transactionTime: placedAt.getTime(),
      symbol: listing.symbol,
      orders: both.map(({ orderId, clientOrderId }) => ({ symbol: listing.symbol, orderId, clientOrderId })),
      orderReports: both.map((order) => reportOf(order, parameters)),
    };
  }

  function cancel({ parameters }: Asked): object {
    const order = namedOrder(book.of(pair(parameters)), parameters);
    const ended = order && account.cancel(order);
    if (ended === undefined) throw new Refused(-2011, "Unknown order sent.");
    return {
      ...resultOf(ended),
      symbol: ended.listing.symbol,
      origClientOrderId: ended.clientOrderId,
      orderId: ended.orderId,
      orderListId: listIdOf(ended),
      // Of the cancelling, not of the order.
      clientOrderId: `cancel-${ended.orderId}`,
      transactTime: ended.updatedAt.getTime(),
    };
  }

  return [
    open("GET /api/v3/time", ({ now }) => ({ serverTime: now.getTime() })),
    open("GET /api/v3/exchangeInfo", ({ parameters, now }) => {
      const pairs = parameters.has("symbol") ? [book.listing(parameters.text("symbol"))] : book.listings;
      return exchangeInfoOf("spot", pairs, now);
    }),
    open("GET /api/v3/ticker/price", ({ parameters }) => {
      const symbol = pair(parameters);
      return { symbol, price: padded(book.price(symbol)) };
    }),
    signed("GET /sapi/v1/account/apiRestrictions", ({ now }) => ({ ...account.keyMay, createTime: now.getTime() })),
    signed("POST /api/v3/order", place),
    signed("POST /api/v3/orderList/oco", placePair),
    signed("DELETE /api/v3/order", cancel),
    signed("GET /api/v3/order", ({ parameters }) => {
      const order = namedOrder(book.seen("lookup", pair(parameters)), parameters);
      if (order === undefined) throw new Refused(-2013, "Order does not exist.");
      return shapeOf(order);
    }),
    signed("GET /api/v3/openOrders", ({ parameters }) =>
      book
        .seen("lists", pair(parameters))
        .filter((order) => order.status === "working")
        .map(shapeOf),
    ),
    signed("GET /api/v3/allOrders", ({ parameters }) =>
      listed(book.seen("lists", pair(parameters)), parameters).map(shapeOf),
    ),
    signed("GET /api/v3/myTrades", ({ parameters }) => listed(book.trades(pair(parameters)), parameters).map(tradeOf)),
    signed("GET /api/v3/account", ({ parameters, now }) => {
      const omitsZero = parameters.optional("omitZeroBalances") === "true";
      return {
        makerCommission: 10,
        takerCommission: 10,
        canTrade: true,
        accountType: "SPOT",
        updateTime: now.getTime(),
        balances: account.assets
          .filter((asset) => !omitsZero || account.total(asset) !== "0")
          .map((asset) => {
            const locked = account.locked(asset);
            return { asset, free: padded(subtract(account.total(asset), locked)), locked: padded(locked) };
          }),
        permissions: ["SPOT"],
      };
    }),
  ];
}

/** What is told of an order that has just been placed. */
function reportOf(booked: Booked, parameters: Parameters): object {
  const wants = parameters.optional("newOrderRespType") ?? (booked.triggerPrice === undefined ? "FULL" : "ACK");
  const { symbol, orderId, orderListId, clientOrderId } = shapeOf(booked);
  const acknowledged = { symbol, orderId, orderListId, clientOrderId, transactTime: booked.placedAt.getTime() };
  if (wants === "ACK") return acknowledged;
  const result = { ...acknowledged, ...resultOf(booked) };
  return wants === "RESULT" ? result : { ...result, fills: tradesOf(booked).map(fillOf) };
}

function listIdOf({ terms }: Booked): number {
  return terms.listId ?? -1;
}

function resultOf(order: Booked): object {
  return {
    price: padded(order.price ?? "0"),
    origQty: padded(order.quantity),
    executedQty: padded(order.filledQuantity),
    origQuoteOrderQty: padded("0"),
    cummulativeQuoteQty: padded(filledQuote(order)),
    status: statusOf(order),
    timeInForce: order.terms.timeInForce,
    type: order.terms.type,
    side: order.side.toUpperCase(),
    ...(order.triggerPrice !== undefined && { stopPrice: padded(order.triggerPrice) }),
    workingTime: order.placedAt.getTime(),
    selfTradePreventionMode: "NONE",
  };
}

function shapeOf(order: Booked) {
  return {
    symbol: order.listing.symbol,
    orderId: order.orderId,
    orderListId: listIdOf(order),
    clientOrderId: order.clientOrderId,
    ...resultOf(order),
    icebergQty: padded("0"),
    time: order.placedAt.getTime(),
    updateTime: order.updatedAt.getTime(),
    isWorking: order.triggerPrice === undefined || order.parts.length > 0,
  };
}

function fillOf(trade: Trade): object {
  const { amount, asset } = spotCommission(trade);
  return {
    price: padded(trade.price),
    qty: padded(trade.quantity),
    commission: padded(amount),
    commissionAsset: asset,
    tradeId: trade.id,
  };
}

function tradeOf(trade: Trade): object {
  const { tradeId: id, ...fill } = { tradeId: trade.id, ...fillOf(trade) };
  return {
    symbol: trade.order.listing.symbol,
    id,
    orderId: trade.order.orderId,
    orderListId: listIdOf(trade.order),
    ...fill,
    quoteQty: padded(trade.quoteQuantity),
    time: trade.time.getTime(),
    isBuyer: trade.order.side === "buy",
    isMaker: trade.maker,
    isBestMatch: true,
  };
}
