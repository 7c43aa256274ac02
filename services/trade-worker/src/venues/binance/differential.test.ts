import * as ccxt from "ccxt";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OrderRequest } from "#contracts/order";
import { FakeBinance } from "../../../../../tooling/fakes/binance/fake.ts";
import { clientsOf, ours, saidOf } from "../../testing/two-clients.ts";
import type { Market } from "./faults.ts";

/**
 * The same orders by our adapters, by the client of sieblyio (`binance`) and by ccxt, each to a Binance that checks key,
 * signature, window, parameters and filters: what leaves must say the same.
 */
let fake: FakeBinance;
beforeAll(async () => {
  fake = await FakeBinance.start();
});
afterAll(() => fake.stop());
beforeEach(() => startOver());

function startOver(of: { open?: boolean | undefined } = {}): void {
  fake.startOver();
  fake.spot.setBalance("USDT", "100000");
  fake.spot.setBalance("BTC", "5");
  fake.usdm.setBalance("USDT", "100000");
  if (of.open !== true) return;
  const order = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "1", reduceOnly: false } as const;
  fake.usdm.place({ ...order, clientOrderId: "before" }, { type: "MARKET", timeInForce: "GTC" });
}

const ID = "aaaaaaaaabaabaaaaaaaaaaaae-e";
const STOP_ID = "aaaaaaaaabaabaaaaaaaaaaaae-s1";
const TARGET_ID = "aaaaaaaaabaabaaaaaaaaaaaae-t1";
const common = { clientOrderId: ID, side: "buy", quantity: "0.5", reduceOnly: false } as const;
const sells = { ...common, side: "sell" } as const;
const guards = { ...sells, clientOrderId: STOP_ID };

interface Case {
  name: string;
  market: Market;
  order: Omit<OrderRequest, "symbol">;
  /** Something is open that it can reduce. */
  reduces?: boolean;
}

const cases: Case[] = [
  { name: "a market order", market: "spot", order: { ...common, type: "market" } },
  { name: "a market order that sells", market: "spot", order: { ...sells, type: "market" } },
  { name: "a limit order", market: "spot", order: { ...common, type: "limit", price: "9000.5" } },
  {
    name: "a limit order, immediate or cancel",
    market: "spot",
    order: { ...common, type: "limit", price: "11000", timeInForce: "ioc" },
  },
  {
    name: "a limit order, fill or kill",
    market: "spot",
    order: { ...common, type: "limit", price: "11000", timeInForce: "fok" },
  },
  { name: "a stop", market: "spot", order: { ...guards, type: "stop", triggerPrice: "9000" } },
  {
    name: "a stop with its target",
    market: "spot",
    order: {
      ...guards,
      type: "stop",
      triggerPrice: "9000",
      target: { clientOrderId: TARGET_ID, triggerPrice: "11000.5" },
    },
  },
  {
    name: "a stop with its target that buys",
    market: "spot",
    order: {
      ...guards,
      side: "buy",
      type: "stop",
      triggerPrice: "11000",
      target: { clientOrderId: TARGET_ID, triggerPrice: "9000" },
    },
  },
  { name: "a market order", market: "usdm", order: { ...common, type: "market" } },
  { name: "a limit order", market: "usdm", order: { ...common, type: "limit", price: "9000.5" } },
  {
    name: "a limit order, post only",
    market: "usdm",
    order: { ...common, type: "limit", price: "9000", timeInForce: "post_only" },
  },
  {
    name: "a close that may only reduce",
    market: "usdm",
    order: { ...sells, type: "market", reduceOnly: true },
    reduces: true,
  },
  {
    name: "a stop",
    market: "usdm",
    order: { ...guards, type: "stop", triggerPrice: "9000", reduceOnly: true },
    reduces: true,
  },
  {
    name: "a take profit",
    market: "usdm",
    order: { ...guards, type: "take_profit", triggerPrice: "11000", reduceOnly: true },
    reduces: true,
  },
];

const posted = (): object[] => fake.requests.filter(({ name }) => name.startsWith("POST")).map(saidOf);

describe.each([
  { who: "sieblyio's client", send: bySieblyio },
  { who: "ccxt", send: byCcxt },
])("what our adapter sends is what $who sends", ({ send }) => {
  test.each(cases)("for $name of $market", async ({ market, order, reduces }) => {
    startOver({ open: reduces });
    const symbol = market === "spot" ? "BTCUSDT" : "BTCUSDT.P";
    expect(await ours(fake, market).place({ ...order, symbol }, { signedAt: new Date() })).toMatchObject({
      kind: "accepted",
    });
    const [own] = posted();
    startOver({ open: reduces });
    await send(market, order);

    expect(own).toEqual(posted()[0]);
    expect(fake.orders.at(-1)?.clientOrderId).toBe((order.target ?? order).clientOrderId);
  });
});

const TYPES = { market: "MARKET", limit: "LIMIT", stop: "STOP", take_profit: "TAKE_PROFIT" } as const;
const TERMS = { gtc: "GTC", ioc: "IOC", fok: "FOK", post_only: "GTX" } as const;

async function bySieblyio(market: Market, order: Case["order"]): Promise<void> {
  const { spot, usdm } = clientsOf(fake);
  const { side, type, quantity, price, triggerPrice, timeInForce, reduceOnly } = order;
  const terms = {
    symbol: "BTCUSDT",
    side: side === "buy" ? ("BUY" as const) : ("SELL" as const),
    quantity: Number(quantity),
    ...(price === undefined ? {} : { price: Number(price), timeInForce: TERMS[timeInForce ?? "gtc"] }),
    newClientOrderId: order.clientOrderId,
  };
  const conditional = type === "stop" || type === "take_profit";
  if (market === "spot") {
    if (order.target !== undefined) {
      await spot.submitNewOrderList(pairOf(order, order.target));
      return;
    }
    const stop = conditional ? { type: "STOP_LOSS" as const, stopPrice: Number(triggerPrice) } : undefined;
    await spot.submitNewOrder({ ...terms, type: type === "limit" ? "LIMIT" : "MARKET", ...stop });
    return;
  }
  if (!conditional) {
    const reduce = reduceOnly ? { reduceOnly: "true" as const } : {};
    await usdm.submitNewOrder({ ...terms, type: type === "limit" ? "LIMIT" : "MARKET", ...reduce });
    return;
  }
  const { newClientOrderId, ...algo } = terms;
  await usdm.submitNewAlgoOrder({
    ...algo,
    quantity,
    algoType: "CONDITIONAL",
    type: `${TYPES[type]}_MARKET`,
    triggerPrice: String(triggerPrice),
    reduceOnly: "true",
    clientAlgoId: newClientOrderId,
  });
}

/** In the words of both libraries, which leave it to whoever calls which order is above. */
function pairOf(order: Case["order"], target: NonNullable<OrderRequest["target"]>) {
  const isSale = order.side === "sell";
  const stop = { type: "STOP_LOSS", id: order.clientOrderId, at: Number(order.triggerPrice) } as const;
  const gain = { type: "TAKE_PROFIT", id: target.clientOrderId, at: Number(target.triggerPrice) } as const;
  const [above, below] = isSale ? ([gain, stop] as const) : ([stop, gain] as const);
  return {
    symbol: "BTCUSDT",
    side: isSale ? ("SELL" as const) : ("BUY" as const),
    quantity: Number(order.quantity),
    aboveType: above.type,
    aboveClientOrderId: above.id,
    aboveStopPrice: above.at,
    belowType: below.type,
    belowClientOrderId: below.id,
    belowStopPrice: below.at,
  };
}

async function byCcxt(market: Market, order: Case["order"]): Promise<void> {
  const exchange = new ccxt.binance({
    apiKey: fake.keys.apiKey,
    secret: fake.keys.apiSecret,
    options: { fetchMarkets: { types: [market === "spot" ? "spot" : "linear"] }, fetchMargins: false },
  });
  exchange.has.fetchCurrencies = false;
  exchange.fetchImplementation = (url: string, init: RequestInit) =>
    fetch(url.replace(/^https:\/\/[^/]+/, fake.url), init);
  const { side, type, quantity, price, triggerPrice, timeInForce, reduceOnly } = order;
  if (order.target !== undefined) {
    await exchange["privatePostOrderListOco"](pairOf(order, order.target));
    return;
  }
  const parameters = {
    newClientOrderId: order.clientOrderId,
    ...(timeInForce === undefined ? {} : { timeInForce: TERMS[timeInForce] }),
    ...(reduceOnly ? { reduceOnly: true } : {}),
    ...(type === "stop" ? { stopLossPrice: Number(triggerPrice) } : {}),
    ...(type === "take_profit" ? { takeProfitPrice: Number(triggerPrice) } : {}),
  };
  await exchange.createOrder(
    market === "spot" ? "BTC/USDT" : "BTC/USDT:USDT",
    type === "limit" ? "limit" : "market",
    side,
    Number(quantity),
    price === undefined ? undefined : Number(price),
    parameters,
  );
}
