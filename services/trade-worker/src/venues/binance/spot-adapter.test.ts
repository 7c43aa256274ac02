import { describe, expect, test } from "vitest";
import type { OrderRequest } from "#contracts/order";
import { scriptedBinance, type Answer, type Sent } from "../../fakes/scripted-binance.ts";
import { createTestClock, START } from "../../fakes/test-clock.ts";
import { VenueRefusal, VenueUnavailable, type Venue } from "../venue.ts";
import { KnownSymbols } from "./known-symbols.ts";
import { binanceSpotVenue } from "./spot-adapter.ts";
import type { Transport } from "./transport.ts";

const POST = "POST /api/v3/order";
const GET = "GET /api/v3/order";
const DELETE = "DELETE /api/v3/order";
const TRADES = "GET /api/v3/myTrades";
const ORDERS = "GET /api/v3/allOrders";

const filled = {
  symbol: "BTCUSDT",
  orderId: 28,
  clientOrderId: "x-e",
  side: "BUY",
  origQty: "0.50000000",
  executedQty: "0.50000000",
  cummulativeQuoteQty: "5000.00000000",
  status: "FILLED",
  transactTime: START.getTime(),
};
const trade = {
  orderId: 28,
  price: "10000.00",
  qty: "0.50000000",
  commission: "0.001",
  commissionAsset: "BTC",
  time: START.getTime(),
};
const notFound = { status: 400, body: { code: -2013, msg: "Order does not exist." } };
const exchangeInfo = {
  symbols: [
    {
      symbol: "BTCUSDT",
      status: "TRADING",
      baseAsset: "BTC",
      quoteAsset: "USDT",
      filters: [
        { filterType: "PRICE_FILTER", minPrice: "0.01", tickSize: "0.01000000" },
        { filterType: "LOT_SIZE", minQty: "0.00001000", maxQty: "9000.00000000", stepSize: "0.00001000" },
        { filterType: "MARKET_LOT_SIZE", minQty: "0.00000000", stepSize: "0.00000000" },
        { filterType: "NOTIONAL", minNotional: "5.00000000", applyMinToMarket: true },
        { filterType: "MAX_NUM_ALGO_ORDERS", maxNumAlgoOrders: 5 },
      ],
    },
  ],
};
const order: OrderRequest = {
  clientOrderId: "x-e",
  symbol: "BTCUSDT",
  side: "buy",
  type: "market",
  quantity: "0.5",
  reduceOnly: false,
};
const key = { clientOrderId: "x-e", symbol: "BTCUSDT" };
const of = { signedAt: START };

function open(answers: Record<string, Answer | ((sent: Sent) => Answer)>): { venue: Venue; sent: Sent[] } {
  const clock = createTestClock();
  const all = { "GET /api/v3/exchangeInfo": { body: exchangeInfo }, ...answers };
  const { transport, memory, sent } = scriptedBinance({ clock, answers: all });
  return { venue: binanceSpotVenue({ transport, clock, memory, known: new KnownSymbols() }), sent };
}

const posts = (sent: Sent[]): Sent[] => sent.filter(({ method }) => method === "POST");

async function parametersOf(part: Partial<OrderRequest>): Promise<Record<string, string>> {
  const { venue, sent } = open({ [POST]: { body: { ...filled, fills: [] } } });
  await venue.place({ ...order, ...part }, of);
  const { recvWindow: _window, signature: _signature, ...rest } = Object.fromEntries(posts(sent)[0]?.query ?? []);
  return rest;
}

describe("placing at Binance spot", () => {
  const common = {
    symbol: "BTCUSDT",
    quantity: "0.5",
    newClientOrderId: "x-e",
    newOrderRespType: "FULL",
    timestamp: String(START.getTime()),
  };

  test("a market order", async () => {
    expect(await parametersOf({})).toEqual({ ...common, side: "BUY", type: "MARKET" });
  });

  test("a limit order rests until it is cancelled, unless it says otherwise", async () => {
    const limit = { type: "limit", price: "9000" } as const;
    const terms = { ...common, side: "BUY", type: "LIMIT", price: "9000" };
    expect(await parametersOf(limit)).toEqual({ ...terms, timeInForce: "GTC" });
    expect(await parametersOf({ ...limit, timeInForce: "ioc" })).toEqual({ ...terms, timeInForce: "IOC" });
    expect(await parametersOf({ ...limit, timeInForce: "fok" })).toEqual({ ...terms, timeInForce: "FOK" });
    expect(await parametersOf({ ...limit, timeInForce: "post_only" })).toEqual({ ...terms, type: "LIMIT_MAKER" });
  });

  test("a stop and a take profit become market orders at their trigger", async () => {
    const sell = { side: "sell", triggerPrice: "9000" } as const;
    const terms = { ...common, side: "SELL", stopPrice: "9000" };
    expect(await parametersOf({ ...sell, type: "stop" })).toEqual({ ...terms, type: "STOP_LOSS" });
    expect(await parametersOf({ ...sell, type: "take_profit" })).toEqual({ ...terms, type: "TAKE_PROFIT" });
  });

  test("what it filled, at which price and for which fee", async () => {
    const sold = { ...filled, side: "SELL", fills: [{ ...trade, commission: "5", commissionAsset: "USDT" }] };
    const { venue } = open({ [POST]: { body: sold } });
    expect(await venue.place({ ...order, side: "sell" }, of)).toEqual({
      kind: "accepted",
      order: {
        clientOrderId: "x-e",
        venueOrderId: "28",
        status: "filled",
        quantity: "0.5",
        filledQuantity: "0.5",
        averagePrice: "10000",
        fee: "5",
        updatedAt: START,
      },
    });
  });

  test("a purchase of which Binance keeps its fee is what came, at what all of it cost", async () => {
    const { venue } = open({ [POST]: { body: { ...filled, fills: [{ ...trade, commission: "0.1" }] } } });
    expect(await venue.place(order, of)).toMatchObject({
      kind: "accepted",
      order: { status: "filled", quantity: "0.5", filledQuantity: "0.4", averagePrice: "12500", fee: "0" },
    });
  });

  test("a fee for a sale that is taken in what was sold is a fee: it comes out of what is left", async () => {
    const sold = { ...filled, side: "SELL", fills: [{ ...trade, commission: "0.001" }] };
    const { venue } = open({
      [POST]: { body: sold },
      "GET /api/v3/ticker/price": { body: { symbol: "BTCUSDT", price: "10000" } },
    });
    expect(await venue.place({ ...order, side: "sell" }, of)).toMatchObject({
      order: { filledQuantity: "0.5", fee: "10" },
    });
  });

  test("a fee taken in a third asset counts at its price", async () => {
    const { venue, sent } = open({
      [POST]: { body: { ...filled, fills: [{ ...trade, commission: "0.01", commissionAsset: "BNB" }] } },
      "GET /api/v3/ticker/price": { body: { symbol: "BNBUSDT", price: "600.00" } },
    });
    expect(await venue.place(order, of)).toMatchObject({ kind: "accepted", order: { fee: "6" } });
    expect(sent.at(-1)?.query.get("symbol")).toBe("BNBUSDT");
  });

  test("the price of a third asset is asked once for all fills, because time is short", async () => {
    const fills = Array.from({ length: 25 }, () => ({ ...trade, commission: "0.01", commissionAsset: "BNB" }));
    const { venue, sent } = open({
      [POST]: { body: { ...filled, fills } },
      "GET /api/v3/ticker/price": { body: { symbol: "BNBUSDT", price: "600.00" } },
    });
    expect(await venue.place(order, of)).toMatchObject({ kind: "accepted", order: { fee: "150" } });
    expect(sent.filter(({ path }) => path === "/api/v3/ticker/price")).toHaveLength(1);
  });

  test("a fee that cannot be found out does not leave the order in doubt", async () => {
    const { venue } = open({
      [POST]: { body: { ...filled, fills: [{ ...trade, commissionAsset: "BNB" }] } },
      "GET /api/v3/ticker/price": { status: 500, body: "" },
    });
    expect(await venue.place(order, of)).toMatchObject({
      kind: "accepted",
      order: { status: "filled", fee: "0", reason: expect.stringContaining("its fee is not known") },
    });
  });

  test.each([
    ["its price", "ticker/price", { ...trade, commissionAsset: "BNB" }, "0.5", /^its fee is not known and counts as 0/],
    ["the pair", "exchangeInfo", trade, "0.499", undefined],
  ])("a fee does not leave the order in doubt when nobody says %s in time", async (_, silent, fill, came, reason) => {
    const clock = createTestClock();
    const answers = {
      [POST]: { body: { ...filled, fills: [fill] } },
      "GET /api/v3/exchangeInfo": { body: exchangeInfo },
    };
    const { transport, memory } = scriptedBinance({ clock, answers });
    const half: Transport = {
      ...transport,
      open: async (...asked) => (asked[0].endsWith(silent) ? new Promise(() => undefined) : transport.open(...asked)),
    };
    const venue = binanceSpotVenue({ transport: half, clock, memory, known: new KnownSymbols() });
    const reply = await clock.settle(venue.place(order, of));
    expect(reply).toMatchObject({ kind: "accepted", order: { filledQuantity: came, fee: "0" } });
    expect(clock.now().getTime() - START.getTime()).toBe(3_000);
    expect(reply.kind === "accepted" ? (reply.order.reason ?? "") : "none").toMatch(reason ?? /^$/);
  });

  test.each([
    ["rejected", 400, -1013],
    ["rejected", 401, -2015],
    ["not_executed", 400, -1021],
    ["not_executed", 429, -1003],
    ["unknown", 400, -9876],
    ["unknown", 400, -1007],
    ["unknown", 400, -2013],
    ["unknown", 500, -1000],
  ] as const)("is %s by HTTP %d %d, and sent once", async (kind, status, code) => {
    const { venue, sent } = open({
      [POST]: { status, body: { code, msg: "words" } },
      "GET /api/v3/time": { body: { serverTime: START.getTime() } },
    });
    expect(await venue.place(order, of)).toMatchObject({ kind, reason: expect.stringContaining(`${code}: words`) });
    expect(posts(sent)).toHaveLength(1);
  });

  test("a reply that cannot be read leaves it unknown", async () => {
    const { venue } = open({ [POST]: { body: { ...filled, status: "DANCING" } } });
    expect((await venue.place(order, of)).kind).toBe("unknown");
  });

  test("an id that stands already is asked about and not sent again", async () => {
    const duplicate = { status: 400, body: { code: -2010, msg: "Duplicate order sent." } };
    const found = open({ [POST]: duplicate, [GET]: { body: filled }, [TRADES]: { body: [trade] } });
    expect(await found.venue.place(order, of)).toMatchObject({ kind: "accepted", order: { venueOrderId: "28" } });
    expect(posts(found.sent)).toHaveLength(1);
    const silent = open({ [POST]: duplicate, [GET]: new Error("reset") });
    expect((await silent.venue.place(order, of)).kind).toBe("unknown");
  });

  test("leverage is refused in words and not sent", async () => {
    const { venue, sent } = open({});
    expect(await venue.place({ ...order, leverage: "3" }, of)).toEqual({
      kind: "rejected",
      reason: "BTCUSDT: Binance spot has no leverage (3 was asked for); use binance-usdm",
    });
    expect(sent).toEqual([]);
  });
});

describe("placing a stop and its target at Binance spot", () => {
  const OCO = "POST /api/v3/orderList/oco";
  const stop = { ...order, clientOrderId: "x-s1", side: "sell", type: "stop", triggerPrice: "9000" } as const;
  const pair = { ...stop, reduceOnly: true, target: { clientOrderId: "x-t1", triggerPrice: "11000" } };
  const waiting = { ...filled, side: "SELL", status: "NEW", executedQty: "0", cummulativeQuoteQty: "0" };
  const below = { ...waiting, orderId: 41, clientOrderId: "x-s1" };
  const above = { ...waiting, orderId: 42, clientOrderId: "x-t1" };
  const duplicate = { status: 400, body: { code: -2010, msg: "Duplicate order sent." } };

  test("is one request, in which each has its place beside the market", async () => {
    const { venue, sent } = open({ [OCO]: { body: { orderListId: 1, orderReports: [above, below] } } });
    expect(await venue.place(pair, of)).toMatchObject({
      kind: "accepted",
      order: { clientOrderId: "x-s1", venueOrderId: "41", status: "working" },
      target: { clientOrderId: "x-t1", venueOrderId: "42", status: "working" },
    });
    expect(sent).toHaveLength(1);
    const { recvWindow: _window, signature: _signature, ...parameters } = Object.fromEntries(sent[0]?.query ?? []);
    expect(parameters).toEqual({
      symbol: "BTCUSDT",
      side: "SELL",
      quantity: "0.5",
      aboveType: "TAKE_PROFIT",
      aboveClientOrderId: "x-t1",
      aboveStopPrice: "11000",
      belowType: "STOP_LOSS",
      belowClientOrderId: "x-s1",
      belowStopPrice: "9000",
      newOrderRespType: "FULL",
      timestamp: String(START.getTime()),
    });
  });

  test("of a purchase has the stop above and the target below", async () => {
    const { venue, sent } = open({ [OCO]: new Error("reset") });
    const target = { clientOrderId: "x-t1", triggerPrice: "9000" };
    expect(await venue.place({ ...pair, side: "buy", triggerPrice: "11000", target }, of)).toMatchObject({
      kind: "unknown",
    });
    expect(Object.fromEntries(sent[0]?.query ?? [])).toMatchObject({
      aboveType: "STOP_LOSS",
      aboveClientOrderId: "x-s1",
      aboveStopPrice: "11000",
      belowType: "TAKE_PROFIT",
      belowClientOrderId: "x-t1",
      belowStopPrice: "9000",
    });
  });

  test.each([
    [{ orderReports: [below] }],
    [{ orderReports: [below, { ...above, status: "DANCING" }] }],
    [{ orderListId: 1 }],
  ])("is unknown when either cannot be read: %j", async (body) => {
    const { venue } = open({ [OCO]: { body } });
    expect(await venue.place(pair, of)).toMatchObject({ kind: "unknown" });
  });

  test.each([
    ["rejected", 400, { code: -2010, msg: "The relationship of the prices for the orders is not correct." }],
    ["rejected", 400, { code: -1197, msg: "A stop loss order in a sell OCO must be below." }],
    ["not_executed", 429, { code: -1015, msg: "Too many new orders." }],
    ["not_executed", 451, { code: 0, msg: "Service unavailable from a restricted location." }],
    ["unknown", 503, ""],
  ] as const)("is %s as a whole by HTTP %d %j", async (kind, status, body) => {
    const { venue, sent } = open({ [OCO]: { status, body } });
    expect(await venue.place(pair, of)).toMatchObject({ kind });
    expect(posts(sent)).toHaveLength(1);
  });

  test("whose ids stand already are both asked about", async () => {
    const byId = (sent: Sent): Answer => ({ body: sent.query.get("origClientOrderId") === "x-s1" ? below : above });
    expect(await open({ [OCO]: duplicate, [GET]: byId }).venue.place(pair, of)).toMatchObject({
      kind: "accepted",
      order: { venueOrderId: "41" },
      target: { venueOrderId: "42" },
    });
    const one = (sent: Sent): Answer => (sent.query.get("origClientOrderId") === "x-s1" ? { body: below } : notFound);
    const half = { [OCO]: duplicate, [GET]: one, [TRADES]: { body: [] }, [ORDERS]: { body: [] } };
    expect(await open(half).venue.place(pair, of)).toMatchObject({ kind: "unknown" });
  });

  test("is for stops alone", async () => {
    const { venue, sent } = open({});
    expect(await venue.place({ ...pair, type: "market" }, of)).toEqual({
      kind: "rejected",
      reason: "BTCUSDT: only a stop is placed together with a target, and this is a market order",
    });
    expect(sent).toEqual([]);
  });
});

describe("finding an order at Binance spot", () => {
  test("by its id, with the fees of its trades", async () => {
    const { venue } = open({ [GET]: { body: filled }, [TRADES]: { body: [trade, { ...trade, commission: "0.002" }] } });
    expect(await venue.find(key)).toMatchObject({ status: "filled", filledQuantity: "0.497", fee: "0" });
  });

  test("in the list of orders when asking by its id does not know it yet", async () => {
    const { venue } = open({ [GET]: notFound, [TRADES]: { body: [trade] }, [ORDERS]: { body: [filled] } });
    expect(await venue.find(key)).toMatchObject({ venueOrderId: "28", status: "filled" });
  });

  test("neighbours in new words do not hide the one that is looked for", async () => {
    const dancing = { clientOrderId: "x-c", orderId: 27, status: "DANCING" };
    const resting = { ...filled, executedQty: "0", cummulativeQuoteQty: "0", status: "NEW" };
    const lists = { [GET]: notFound, [TRADES]: { body: [{ orderId: 27, time: START.getTime() }] } };
    const found = open({ ...lists, [ORDERS]: { body: [dancing, resting] } });
    expect(await found.venue.find(key)).toMatchObject({ status: "working" });
    expect(await open({ ...lists, [ORDERS]: { body: [dancing] } }).venue.find(key)).toBeUndefined();
    const itself = open({ ...lists, [ORDERS]: { body: [{ ...dancing, clientOrderId: "x-e" }] } });
    await expect(itself.venue.find(key)).rejects.toThrow(/x-e is in Binance's list in words that cannot be read/);
  });

  test("is absent when neither the lists nor the trades know it", async () => {
    const other = { ...filled, clientOrderId: "another" };
    const { venue } = open({ [GET]: notFound, [TRADES]: { body: [trade] }, [ORDERS]: { body: [other] } });
    expect(await venue.find(key)).toBeUndefined();
  });

  const archived = {
    status: 400,
    body: {
      code: -2026,
      msg: "Order was canceled or expired with no executed qty over 90 days ago and has been archived.",
    },
  };

  test("is absent when Binance has archived it unfilled and lists it no more", async () => {
    expect(await open({ [GET]: archived, [TRADES]: { body: [] }, [ORDERS]: { body: [] } }).venue.find(key)).toBe(
      undefined,
    );
  });

  test("is what the list still says of one that is archived", async () => {
    const ended = { ...filled, status: "EXPIRED", executedQty: "0.00000000", cummulativeQuoteQty: "0.00000000" };
    const { venue } = open({ [GET]: archived, [TRADES]: { body: [] }, [ORDERS]: { body: [ended] } });
    expect(await venue.find(key)).toMatchObject({ venueOrderId: "28", status: "expired", filledQuantity: "0" });
  });

  test("is not absent while a fresh trade belongs to no listed order", async () => {
    const { venue } = open({ [GET]: notFound, [TRADES]: { body: [trade] }, [ORDERS]: { body: [] } });
    await expect(venue.find(key)).rejects.toThrow(VenueUnavailable);
  });

  test("an old trade of an order that the list has dropped is no obstacle", async () => {
    const old = { ...trade, time: START.getTime() - 2 * 3_600_000 };
    const { venue } = open({ [GET]: notFound, [TRADES]: { body: [old] }, [ORDERS]: { body: [] } });
    expect(await venue.find(key)).toBeUndefined();
  });

  test.each([GET, TRADES, ORDERS])("a failure of %s is no evidence", async (failing) => {
    const { venue } = open({
      [GET]: notFound,
      [TRADES]: { body: [] },
      [ORDERS]: { body: [] },
      [failing]: { status: 500, body: "" },
    });
    await expect(venue.find(key)).rejects.toThrow(VenueUnavailable);
  });

  test("the deferral of a limit goes with the failure", async () => {
    const limited = { status: 429, body: { code: -1003, msg: "Too much." }, headers: { "Retry-After": "30" } };
    const { venue } = open({ [GET]: limited });
    await expect(venue.find(key)).rejects.toMatchObject({ retryAfterMs: 30_000 });
  });
});

describe("a fill at Binance spot", () => {
  const INFO = "GET /api/v3/exchangeInfo";
  const halted = { body: { symbols: exchangeInfo.symbols.map((each) => ({ ...each, status: "BREAK" })) } };
  const noSymbol = { status: 400, body: { code: -1121, msg: "Invalid symbol." } };
  const sold = { ...filled, side: "SELL" };

  test.each([
    ["is halted", halted],
    ["is listed no more", noSymbol],
    ["nothing is said of", { status: 500, body: "" }],
  ])("of a symbol that %s is learnt, with its fee", async (_, info) => {
    const bought = open({ [INFO]: info, [GET]: { body: filled }, [TRADES]: { body: [trade] } });
    const found = await bought.venue.find(key);
    expect(found).toMatchObject({ status: "filled", filledQuantity: "0.499", fee: "0" });
    expect(found).not.toHaveProperty("reason");
    await expect(bought.venue.rules("BTCUSDT")).rejects.toThrow(/BTCUSDT/);
    const inQuote = { ...trade, commission: "5", commissionAsset: "USDT" };
    const sale = open({ [INFO]: info, [GET]: { body: sold }, [TRADES]: { body: [inQuote] } });
    expect(await sale.venue.find(key)).toMatchObject({ filledQuantity: "0.5", fee: "5" });
  });

  test("whose fee was taken in a third asset is learnt while nothing says what that is worth", async () => {
    const inBnb = { ...trade, commissionAsset: "BNB" };
    const { venue } = open({ [INFO]: noSymbol, [GET]: { body: filled }, [TRADES]: { body: [inBnb] } });
    const reason = expect.stringContaining("its fee is not known and counts as 0");
    expect(await venue.find(key)).toMatchObject({ filledQuantity: "0.5", fee: "0", reason });
  });

  test("of a halted symbol is held, and that is said", async () => {
    const balances = { body: { balances: [{ asset: "BTC", free: "0.5", locked: "0" }] } };
    const { venue } = open({ [INFO]: halted, "GET /api/v3/account": balances });
    expect(await venue.position("BTCUSDT")).toEqual({ symbol: "BTCUSDT", quantity: "0.5" });
    const held = { symbol: "BTCUSDT", quantity: "0.5", asset: "BTC", quantityStep: "0.00001" };
    expect(await venue.holdings?.(["BTCUSDT"])).toEqual([held]);
  });
});

describe("cancelling at Binance spot", () => {
  test("answers how the order stands afterwards", async () => {
    const cancelled = { ...filled, status: "CANCELED", executedQty: "0", cummulativeQuoteQty: "0" };
    const { venue } = open({ [DELETE]: { body: cancelled }, [GET]: { body: cancelled } });
    expect(await venue.cancel(key)).toMatchObject({ status: "cancelled", filledQuantity: "0", fee: "0" });
  });

  test("an order that does not work any more is asked about: it may have filled", async () => {
    const gone = { status: 400, body: { code: -2011, msg: "Unknown order sent." } };
    const { venue } = open({ [DELETE]: gone, [GET]: { body: filled }, [TRADES]: { body: [trade] } });
    expect(await venue.cancel(key)).toMatchObject({ status: "filled" });
  });

  test("an unclear answer is no evidence", async () => {
    const { venue } = open({ [DELETE]: { status: 504, body: "" }, [GET]: { body: filled } });
    await expect(venue.cancel(key)).rejects.toThrow(VenueUnavailable);
  });
});

describe("what Binance spot says of an account and a symbol", () => {
  const balances = {
    body: {
      balances: [
        { asset: "BTC", free: "0.40000000", locked: "0.10000000" },
        { asset: "USDT", free: "100.00", locked: "0.00" },
      ],
    },
  };

  test("rules, with those that are off left out, asked for once", async () => {
    const { venue, sent } = open({});
    const rules = {
      quantityStep: "0.00001",
      priceTick: "0.01",
      minQuantity: "0.00001",
      maxQuantity: "9000",
      minNotional: "5",
      maxTriggerOrders: 5,
    };
    expect(await venue.rules("BTCUSDT")).toEqual(rules);
    expect(await venue.rules("BTCUSDT")).toEqual(rules);
    expect(sent).toHaveLength(1);
  });

  test("a perpetual is refused with the venue that has it", async () => {
    const { venue, sent } = open({});
    await expect(venue.rules("BTCUSDT.P")).rejects.toThrow(/use binance-usdm/);
    expect(sent).toEqual([]);
  });

  test("a symbol that it does not trade is a refusal, a failure to answer is not", async () => {
    const info = "GET /api/v3/exchangeInfo";
    const wrong = open({ [info]: { status: 400, body: { code: -1121, msg: "Invalid symbol." } } });
    await expect(wrong.venue.rules("NOPEUSDT")).rejects.toThrow(VenueRefusal);
    const silent = open({ [info]: { status: 503, body: "" } });
    await expect(silent.venue.rules("BTCUSDT")).rejects.toThrow(VenueUnavailable);
  });

  test("a symbol that is halted may trade again", async () => {
    const halted = { symbols: exchangeInfo.symbols.map((each) => ({ ...each, status: "BREAK" })) };
    const { venue } = open({ "GET /api/v3/exchangeInfo": { body: halted } });
    await expect(venue.rules("BTCUSDT")).rejects.toThrow(VenueUnavailable);
  });

  test("its position is what it holds, free and locked", async () => {
    const { venue } = open({ "GET /api/v3/account": balances });
    expect(await venue.position("BTCUSDT")).toEqual({ symbol: "BTCUSDT", quantity: "0.5" });
  });

  test("what it holds of several pairs is one answer about the balance, with the coin and the step of each", async () => {
    const { venue, sent } = open({
      "GET /api/v3/account": balances,
      "GET /api/v3/exchangeInfo": ({ query }) =>
        query.get("symbol") === "NOPEUSDT"
          ? { status: 400, body: { code: -1121, msg: "Invalid symbol." } }
          : { body: { symbols: exchangeInfo.symbols.map((each) => ({ ...each, symbol: query.get("symbol") })) } },
    });
    expect(await venue.holdings?.(["BTCUSDT", "BTCUSDC", "NOPEUSDT"])).toEqual([
      { symbol: "BTCUSDT", quantity: "0.5", asset: "BTC", quantityStep: "0.00001" },
      { symbol: "BTCUSDC", quantity: "0.5", asset: "BTC", quantityStep: "0.00001" },
      { symbol: "NOPEUSDT", problem: expect.stringContaining("-1121"), isForGood: true },
    ]);
    expect(sent.filter(({ path }) => path === "/api/v3/account")).toHaveLength(1);
  });

  test("its equity is the balance and what is held at the price now", async () => {
    const { venue } = open({
      "GET /api/v3/account": balances,
      "GET /api/v3/ticker/price": { body: { price: "10000.00" } },
    });
    expect(await venue.equity("BTCUSDT")).toBe("5100");
  });

  test("open orders come with what they have filled", async () => {
    const resting = { ...filled, status: "NEW", executedQty: "0.0", cummulativeQuoteQty: "0.0" };
    const { venue } = open({ "GET /api/v3/openOrders": { body: [resting] } });
    expect(await venue.openOrders("BTCUSDT")).toMatchObject([{ clientOrderId: "x-e", status: "working", fee: "0" }]);
  });
});
