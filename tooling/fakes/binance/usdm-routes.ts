import { isZero, multiply, subtract } from "#contracts/decimal";
import type { Booked } from "./book.ts";
import { exchangeInfoOf } from "./filters.ts";
import { open, Refused, signed, type Asked, type Route } from "./http.ts";
import { listings } from "./listings.ts";
import { listed, namedOrder, pairOf } from "./named.ts";
import type { Parameters } from "./parameters.ts";
import { padded } from "./shapes.ts";
import type { UsdmAccount } from "./usdm-account.ts";
import { algoOrderOf, plainOrderOf } from "./usdm-orders.ts";
import {
  acknowledgedOf,
  algoIdOf,
  algoOrderShape,
  isConditional,
  isPlain,
  usdmOrderOf,
  usdmTradeOf,
  waits,
} from "./usdm-shapes.ts";

/** Binance USD-M under /fapi, as far as Hoox asks it. */
export function usdmRoutes(account: UsdmAccount): Route[] {
  const { book } = account;
  const pair = (parameters: Parameters): string => pairOf(book, parameters);

  function place(asked: Asked): object {
    const { order, terms } = plainOrderOf(asked, book, generatedId());
    const wants = asked.parameters.optional("newOrderRespType") ?? "ACK";
    const booked = account.place(order, terms);
    return wants === "RESULT" ? usdmOrderOf(booked) : acknowledgedOf(booked);
  }

  function cancel({ parameters }: Asked): object {
    const order = namedOrder(book.of(pair(parameters)).filter(isPlain), parameters);
    const ended = order && book.cancel(order);
    if (ended === undefined) throw new Refused(-2011, "Unknown order sent.");
    return usdmOrderOf(ended);
  }

  function namedAlgo(orders: readonly Booked[], parameters: Parameters): Booked | undefined {
    const byId = parameters.has("algoId") ? parameters.long("algoId") : undefined;
    const byName = byId === undefined ? parameters.text("clientAlgoId") : undefined;
    return orders
      .filter(isConditional)
      .findLast((each) => (byId === undefined ? each.clientOrderId === byName : algoIdOf(each) === byId));
  }

  const generatedId = (): string => `generated-${book.orders().length + 1}`;
  const everyPair = (view: "lookup" | "lists"): Booked[] =>
    listings.usdm.flatMap(({ symbol }) => book.seen(view, symbol));

  return [
    open("GET /fapi/v1/time", ({ now }) => ({ serverTime: now.getTime() })),
    open("GET /fapi/v1/exchangeInfo", ({ now }) => exchangeInfoOf("usdm", book.listings, now)),
    open("GET /fapi/v1/ticker/price", ({ parameters, now }) => {
      const symbol = pair(parameters);
      return { symbol, price: padded(book.price(symbol)), time: now.getTime() };
    }),
    signed("POST /fapi/v1/order", place),
    signed("DELETE /fapi/v1/order", cancel),
    signed("GET /fapi/v1/order", ({ parameters }) => {
      const order = namedOrder(book.seen("lookup", pair(parameters)).filter(isPlain), parameters);
      if (order === undefined) throw new Refused(-2013, "Order does not exist.");
      return usdmOrderOf(order);
    }),
    signed("GET /fapi/v1/openOrders", ({ parameters }) =>
      book
        .seen("lists", pair(parameters))
        .filter((order) => isPlain(order) && order.status === "working")
        .map(usdmOrderOf),
    ),
    signed("GET /fapi/v1/allOrders", ({ parameters }) =>
      listed(book.seen("lists", pair(parameters)).filter(isPlain), parameters).map(usdmOrderOf),
    ),
    signed("GET /fapi/v1/userTrades", ({ parameters }) =>
      listed(book.trades(pair(parameters)), parameters).map(usdmTradeOf),
    ),
    signed("POST /fapi/v1/algoOrder", (asked) => {
      const { order, terms } = algoOrderOf(asked, book, generatedId());
      return algoOrderShape(account.place(order, terms));
    }),
    signed("GET /fapi/v1/algoOrder", ({ parameters }) => {
      const order = namedAlgo(everyPair("lookup"), parameters);
      if (order === undefined) throw new Refused(-2013, "Order does not exist.");
      return algoOrderShape(order);
    }),
    signed("DELETE /fapi/v1/algoOrder", ({ parameters }) => {
      const order = namedAlgo(book.orders(), parameters);
      const ended = order && waits(order) ? book.cancel(order) : undefined;
      if (ended === undefined) throw new Refused(-2011, "Unknown order sent.");
      return { algoId: algoIdOf(ended), clientAlgoId: ended.clientOrderId, code: "200", msg: "success" };
    }),
    signed("GET /fapi/v1/openAlgoOrders", ({ parameters }) => {
      const orders = parameters.has("symbol") ? book.seen("lists", pair(parameters)) : everyPair("lists");
      return orders.filter(waits).map(algoOrderShape);
    }),
    signed("POST /fapi/v1/leverage", ({ parameters }) => {
      const symbol = pair(parameters);
      account.setLeverage(symbol, parameters.long("leverage"));
      return { symbol, leverage: account.leverageOf(symbol), maxNotionalValue: "1000000" };
    }),
    signed("POST /fapi/v1/marginType", ({ parameters }) => {
      const badType = { code: -1130, words: "Data sent for parameter 'marginType' is not valid." };
      account.setMarginType(pair(parameters), parameters.oneOf("marginType", ["ISOLATED", "CROSSED"], badType));
      return { code: 200, msg: "success" };
    }),
    signed("GET /fapi/v3/positionRisk", ({ parameters, now }) => {
      const pairs = parameters.has("symbol") ? [pair(parameters)] : listings.usdm.map(({ symbol }) => symbol);
      return pairs.filter((symbol) => !isZero(book.position(symbol).quantity)).map((symbol) => positionOf(symbol, now));
    }),
    signed("GET /fapi/v1/accountConfig", () => ({
      feeTier: 0,
      canTrade: true,
      canDeposit: true,
      canWithdraw: true,
      dualSidePosition: false,
      updateTime: 0,
      multiAssetsMargin: false,
      tradeGroupId: -1,
    })),
    signed("GET /fapi/v3/balance", ({ now }) => [
      {
        accountAlias: "SgsR",
        asset: "USDT",
        balance: padded(account.balance),
        crossWalletBalance: padded(account.balance),
        crossUnPnl: padded("0"),
        availableBalance: padded(account.available),
        maxWithdrawAmount: padded(account.available),
        marginAvailable: true,
        updateTime: now.getTime(),
      },
    ]),
  ];

  function positionOf(symbol: string, now: Date): object {
    const { quantity, averagePrice = "0" } = book.position(symbol);
    const markPrice = book.price(symbol);
    return {
      symbol,
      positionSide: "BOTH",
      positionAmt: padded(quantity),
      entryPrice: padded(averagePrice),
      breakEvenPrice: padded(averagePrice),
      markPrice: padded(markPrice),
      unRealizedProfit: padded(multiply(quantity, subtract(markPrice, averagePrice))),
      liquidationPrice: "0",
      isolatedMargin: "0",
      notional: padded(multiply(quantity, markPrice)),
      marginAsset: "USDT",
      updateTime: now.getTime(),
    };
  }
}
