import { describe, expect, test } from "vitest";
import type { OrderRequest } from "#contracts/order";
import { scriptedBinance, type Answer, type Sent } from "../../fakes/scripted-binance.ts";
import { createTestClock, START } from "../../fakes/test-clock.ts";
import { VenueRefusal, VenueUnavailable, type Venue } from "../venue.ts";
import { KnownSymbols } from "../binance/known-symbols.ts";
import type { Transport } from "../binance/transport.ts";
import { binanceUsdmVenue } from "./adapter.ts";
import type { MarginMode } from "./terms.ts";

const POST = "POST /fapi/v1/order";
const POST_ALGO = "POST /fapi/v1/algoOrder";
const GET = "GET /fapi/v1/order";
const GET_ALGO = "GET /fapi/v1/algoOrder";
const TRADES = "GET /fapi/v1/userTrades";
const ORDERS = "GET /fapi/v1/allOrders";
const OPEN_ALGO = "GET /fapi/v1/openAlgoOrders";
const LEVERAGE = "POST /fapi/v1/leverage";

const filled = {
  orderId: 28,
  clientOrderId: "x-e",
  origQty: "0.500",
  executedQty: "0.500",
  avgPrice: "10000.00",
  status: "FILLED",
  updateTime: START.getTime(),
};
const algo = {
  algoId: 7,
  clientAlgoId: "x-s1",
  quantity: "0.500",
  algoStatus: "NEW",
  actualOrderId: "",
  updateTime: START.getTime(),
};
const trade = {
  orderId: 28,
  price: "10000",
  qty: "0.500",
  commission: "2.5",
  commissionAsset: "USDT",
  time: START.getTime(),
};
const notFound = { status: 400, body: { code: -2013, msg: "Order does not exist." } };
const gone = { status: 400, body: { code: -2011, msg: "Unknown order sent." } };
const exchangeInfo = {
  symbols: [
    {
      symbol: "BTCUSDT",
      status: "TRADING",
      baseAsset: "BTC",
      quoteAsset: "USDT",
      filters: [
        { filterType: "PRICE_FILTER", tickSize: "0.10" },
        { filterType: "LOT_SIZE", minQty: "0.001", maxQty: "1000", stepSize: "0.001" },
        { filterType: "MIN_NOTIONAL", notional: "100" },
        { filterType: "MAX_NUM_ALGO_ORDERS", limit: 200 },
      ],
    },
  ],
};
const order: OrderRequest = {
  clientOrderId: "x-e",
  symbol: "BTCUSDT.P",
  side: "buy",
  type: "market",
  quantity: "0.5",
  reduceOnly: false,
};
const stop: OrderRequest = {
  ...order,
  clientOrderId: "x-s1",
  side: "sell",
  type: "stop",
  triggerPrice: "9000",
  reduceOnly: true,
};
const key = { clientOrderId: "x-e", symbol: "BTCUSDT.P" };
const stopKey = { ...key, clientOrderId: "x-s1" };
/** Legs of ours; the ids above are a stranger's. */
const leg = { ...key, clientOrderId: "aaaaaaaaabaabaaaaaaaaaaaae-e" };
const guard = { ...key, clientOrderId: "aaaaaaaaabaabaaaaaaaaaaaae-s1" };
const of = { signedAt: START };

function open(
  answers: Record<string, Answer | ((sent: Sent) => Answer)>,
  marginMode?: MarginMode,
): { venue: Venue; sent: Sent[]; names: () => string[] } {
  const clock = createTestClock();
  const all = { "GET /fapi/v1/exchangeInfo": { body: exchangeInfo }, [TRADES]: { body: [trade] }, ...answers };
  const { transport, memory, sent } = scriptedBinance({ clock, answers: all, market: "usdm" });
  const venue = binanceUsdmVenue({ transport, clock, memory, known: new KnownSymbols(), marginMode });
  return { venue, sent, names: () => sent.map(({ method, path }) => `${method} ${path}`) };
}

describe("placing at Binance USD-M", () => {
  test("a market order, with what it filled and its fee", async () => {
    const { venue, sent } = open({ [POST]: { body: filled } });
    expect(await venue.place(order, of)).toMatchObject({
      kind: "accepted",
      order: { status: "filled", filledQuantity: "0.5", averagePrice: "10000", fee: "2.5" },
    });
    const query = Object.fromEntries(sent[0]?.query ?? []);
    expect(query).toMatchObject({
      symbol: "BTCUSDT",
      side: "BUY",
      type: "MARKET",
      quantity: "0.5",
      newClientOrderId: "x-e",
      newOrderRespType: "RESULT",
      timestamp: String(START.getTime()),
    });
    expect(query).not.toHaveProperty("reduceOnly");
  });

  test("a close may only reduce", async () => {
    const { venue, sent } = open({ [POST]: { body: filled } });
    await venue.place({ ...order, reduceOnly: true }, of);
    expect(sent[0]?.query.get("reduceOnly")).toBe("true");
  });

  test.each([
    ["stop", "STOP_MARKET"],
    ["take_profit", "TAKE_PROFIT_MARKET"],
  ] as const)("a %s goes to the algo endpoint", async (type, name) => {
    const { venue, sent, names } = open({ [POST_ALGO]: { body: algo } });
    expect(await venue.place({ ...stop, type }, of)).toMatchObject({
      kind: "accepted",
      order: { status: "working", venueOrderId: "algo-7", filledQuantity: "0" },
    });
    expect(names()).toEqual([POST_ALGO]);
    expect(Object.fromEntries(sent[0]?.query ?? [])).toMatchObject({
      algoType: "CONDITIONAL",
      symbol: "BTCUSDT",
      type: name,
      triggerPrice: "9000",
      reduceOnly: "true",
      clientAlgoId: "x-s1",
    });
  });

  test("a fee that cannot be found out does not leave the order in doubt", async () => {
    const { venue } = open({ [POST]: { body: filled }, [TRADES]: { status: 500, body: "" } });
    expect(await venue.place(order, of)).toMatchObject({
      kind: "accepted",
      order: { status: "filled", fee: "0", reason: expect.stringContaining("its fee is not known") },
    });
  });

  test.each([
    ["rejected", 400, -2019, "words"],
    ["not_executed", 503, -1008, "words"],
    ["unknown", 503, -1000, "words"],
    ["unknown", 400, -9876, "words"],
    ["unknown", 400, -4046, "words"],
  ] as const)("is %s by HTTP %d %d, and sent once", async (kind, status, code, msg) => {
    for (const [path, request] of [
      [POST, order],
      [POST_ALGO, stop],
    ] as const) {
      const { venue, names } = open({ [path]: { status, body: { code, msg } } });
      expect((await venue.place(request, of)).kind).toBe(kind);
      expect(names()).toEqual([path]);
    }
  });

  test("an id that stands already is asked about and not sent again", async () => {
    const { venue, names } = open({
      [POST]: { status: 400, body: { code: -4116, msg: "Duplicated clientOrderId." } },
      [GET_ALGO]: notFound,
      [GET]: { body: filled },
    });
    expect(await venue.place(order, of)).toMatchObject({ kind: "accepted", order: { venueOrderId: "28" } });
    expect(names().filter((name) => name === POST)).toHaveLength(1);
  });

  test("a leg is not sent as what nobody would look for under its id", async () => {
    const { venue, sent } = open({});
    for (const wrong of [
      { ...stop, ...leg },
      { ...order, ...guard },
    ]) {
      expect(await venue.place(wrong, of)).toMatchObject({
        kind: "rejected",
        reason: expect.stringContaining(`is no id for a ${wrong.type} order`),
      });
    }
    expect(sent).toEqual([]);
  });

  test("a stop with its target is rejected in words and not sent", async () => {
    const { venue, sent } = open({});
    expect(await venue.place({ ...stop, target: { clientOrderId: "x-t1", triggerPrice: "11000" } }, of)).toEqual({
      kind: "rejected",
      reason:
        "BTCUSDT.P: the venue binance-usdm places no stop and target as a pair; send the target as an order of its own",
    });
    expect(sent).toEqual([]);
  });

  test("a spot symbol is rejected in words and not sent", async () => {
    const { venue, sent } = open({});
    expect(await venue.place({ ...order, symbol: "BTCUSDT" }, of)).toMatchObject({ kind: "rejected" });
    expect(sent).toEqual([]);
    await expect(venue.rules("BTCUSDT")).rejects.toThrow(VenueRefusal);
  });
});

describe("leverage and margin mode", () => {
  const MARGIN = "POST /fapi/v1/marginType";

  test("are set before an entry is sent", async () => {
    const { venue, names, sent } = open(
      { [MARGIN]: { body: { code: 200, msg: "success" } }, [LEVERAGE]: { body: {} }, [POST]: { body: filled } },
      "isolated",
    );
    expect((await venue.place({ ...order, leverage: "3" }, of)).kind).toBe("accepted");
    expect(names().slice(0, 3)).toEqual([MARGIN, LEVERAGE, POST]);
    expect(sent[0]?.query.get("marginType")).toBe("ISOLATED");
    expect(sent[1]?.query.get("leverage")).toBe("3");
  });

  test("a margin mode that stands already is as good as set", async () => {
    const unchanged = { status: 400, body: { code: -4046, msg: "No need to change margin type." } };
    const { venue } = open({ [MARGIN]: unchanged, [POST]: { body: filled } }, "crossed");
    expect((await venue.place(order, of)).kind).toBe("accepted");
  });

  test("an exit sets nothing", async () => {
    const { venue, names } = open({ [POST]: { body: filled } }, "isolated");
    await venue.place({ ...order, reduceOnly: true, leverage: "3" }, of);
    expect(names()[0]).toBe(POST);
  });

  test.each([
    ["rejected", { status: 400, body: { code: -4028, msg: "Leverage 300 is not valid" } }],
    ["not_executed", { status: 500, body: "" }],
    ["not_executed", new Error("reset")],
  ] as const)("what cannot be set keeps the order back: %s", async (kind, answer) => {
    const { venue, names } = open({ [LEVERAGE]: answer });
    expect(await venue.place({ ...order, leverage: "300" }, of)).toMatchObject({
      kind,
      reason: expect.stringContaining("not sent, because the leverage 300 could not be set"),
    });
    expect(names()).toEqual([LEVERAGE]);
  });
});

describe("finding an order at Binance USD-M", () => {
  test("a plain order by its id, with its fee", async () => {
    const { venue } = open({ [GET_ALGO]: notFound, [GET]: { body: filled } });
    expect(await venue.find(key)).toMatchObject({ venueOrderId: "28", status: "filled", fee: "2.5" });
  });

  test("a conditional order that waits works", async () => {
    const { venue } = open({ [GET_ALGO]: { body: algo } });
    expect(await venue.find(stopKey)).toMatchObject({ venueOrderId: "algo-7", status: "working" });
  });

  test("one that was triggered is what its order did, under the id that it had", async () => {
    const { venue, sent } = open({
      [GET_ALGO]: { body: { ...algo, algoStatus: "FINISHED", actualOrderId: "28" } },
      [GET]: { body: { ...filled, clientOrderId: "x-s1" } },
    });
    expect(await venue.find(stopKey)).toMatchObject({
      clientOrderId: "x-s1",
      venueOrderId: "algo-7",
      status: "filled",
      fee: "2.5",
    });
    expect(sent[1]?.query.get("orderId")).toBe("28");
  });

  test.each([
    ["CANCELED", "cancelled"],
    ["REJECTED", "rejected"],
    ["EXPIRED", "expired"],
  ])("%s without an order is %s", async (algoStatus, status) => {
    const { venue } = open({ [GET_ALGO]: { body: { ...algo, algoStatus } } });
    expect(await venue.find(stopKey)).toMatchObject({ status });
  });

  test.each([
    ["NEW", undefined, false],
    ["TRIGGERING", undefined, true],
    ["TRIGGERED", undefined, true],
    ["TRIGGERED", "28", true],
  ])("%s as order %s works, and is known to be under way there: %s", async (algoStatus, actualOrderId, isTriggered) => {
    const { venue } = open({
      [GET_ALGO]: { body: { ...algo, algoStatus, actualOrderId } },
      [GET]: { body: { ...filled, status: "NEW", executedQty: "0", avgPrice: "0" } },
    });
    const found = await venue.find(stopKey);
    expect([found?.status, found?.isTriggered ?? false]).toEqual(["working", isTriggered]);
  });

  test("one that has ended as nobody says what is no evidence", async () => {
    const { venue } = open({ [GET_ALGO]: { body: { ...algo, algoStatus: "FINISHED" } } });
    await expect(venue.find(stopKey)).rejects.toThrow(VenueUnavailable);
  });

  const nowhere = {
    [GET_ALGO]: notFound,
    [OPEN_ALGO]: { body: [] },
    [GET]: notFound,
    [ORDERS]: { body: [] },
    [TRADES]: { body: [] },
  };

  test("an entry is asked for as a plain order alone", async () => {
    const found = open({ [GET]: { body: filled } });
    expect(await found.venue.find(leg)).toMatchObject({ venueOrderId: "28", status: "filled" });
    expect(found.names()).toEqual([GET, TRADES, "GET /fapi/v1/exchangeInfo"]);
    const absent = open(nowhere);
    expect(await absent.venue.find(leg)).toBeUndefined();
    expect(absent.names()).toEqual([GET, TRADES, ORDERS]);
  });

  test("a stop is absent only when neither what waits nor what it may have become knows it", async () => {
    const { venue, names } = open(nowhere);
    expect(await venue.find(guard)).toBeUndefined();
    expect(names()).toEqual([GET_ALGO, OPEN_ALGO, GET, TRADES, ORDERS]);
  });

  test("a stop is in the list of what waits when asking by its id does not know it yet", async () => {
    const { venue } = open({ ...nowhere, [OPEN_ALGO]: { body: [{ ...algo, clientAlgoId: guard.clientOrderId }] } });
    expect(await venue.find(guard)).toMatchObject({ venueOrderId: "algo-7", status: "working" });
  });

  test.each([GET, ORDERS])("what a stop became counts as no second order, found alone by %s", async (knows) => {
    const became = { ...filled, clientOrderId: guard.clientOrderId };
    const { venue } = open({ ...nowhere, [knows]: { body: knows === GET ? became : [became] } });
    await expect(venue.find(guard)).rejects.toThrow(/has become order 28 and Binance does not say yet/);
  });

  test.each([GET_ALGO, OPEN_ALGO, GET, ORDERS, TRADES])("a failure of %s is no evidence of a stop", async (failing) => {
    const { venue } = open({ ...nowhere, [failing]: { status: 500, body: "" } });
    await expect(venue.find(guard)).rejects.toThrow(VenueUnavailable);
  });

  test("neighbours in new words do not hide the one that is looked for", async () => {
    const dancing = { clientOrderId: "x-c", orderId: 27, status: "DANCING" };
    const bare = { orderId: 28, time: START.getTime() };
    const lists = { ...nowhere, [TRADES]: { body: [bare] } };
    const resting = { ...filled, executedQty: "0", status: "NEW" };
    const found = open({ ...lists, [ORDERS]: { body: [dancing, resting] } });
    expect(await found.venue.find(key)).toMatchObject({ status: "working" });
    const other = open({ ...lists, [ORDERS]: { body: [dancing, { ...filled, clientOrderId: "x-c" }] } });
    expect(await other.venue.find(key)).toBeUndefined();
    const itself = open({ ...lists, [ORDERS]: { body: [{ ...dancing, clientOrderId: "x-e" }] } });
    await expect(itself.venue.find(key)).rejects.toThrow(/x-e is in Binance's list in words that cannot be read/);
    const waiting = { clientAlgoId: guard.clientOrderId, algoStatus: "DANCING" };
    const waits = open({ ...nowhere, [OPEN_ALGO]: { body: [waiting] } });
    await expect(waits.venue.find(guard)).rejects.toThrow(/-s1 is in Binance's list in words that cannot be read/);
  });

  test("is absent when nothing knows it", async () => {
    expect(await open(nowhere).venue.find(key)).toBeUndefined();
  });

  test("is in the list when asking by its id does not know it yet", async () => {
    const { venue } = open({ ...nowhere, [ORDERS]: { body: [filled] }, [TRADES]: { body: [trade] } });
    expect(await venue.find(key)).toMatchObject({ venueOrderId: "28" });
  });

  test("is not absent while a fresh trade belongs to no listed order", async () => {
    await expect(open({ ...nowhere, [TRADES]: { body: [trade] } }).venue.find(key)).rejects.toThrow(VenueUnavailable);
  });

  test.each([GET_ALGO, GET, ORDERS, TRADES])("a failure of %s is no evidence", async (failing) => {
    const { venue } = open({ ...nowhere, [failing]: { status: 500, body: "" } });
    await expect(venue.find(key)).rejects.toThrow(VenueUnavailable);
  });
});

describe("a fill at Binance USD-M", () => {
  const INFO = "GET /fapi/v1/exchangeInfo";
  const halted = { symbols: exchangeInfo.symbols.map((each) => ({ ...each, status: "SETTLING" })) };
  const answers = { [GET]: { body: filled }, "DELETE /fapi/v1/order": gone };
  const told = { status: "filled", filledQuantity: "0.5", averagePrice: "10000" };

  test.each([
    ["is settling", { body: halted }],
    ["is listed no more", { body: { symbols: [] } }],
    ["nothing is said of", { status: 500, body: "" }],
  ])("of a symbol that %s is learnt, with its fee", async (_, info) => {
    const { venue } = open({ ...answers, [INFO]: info });
    const found = await venue.find(leg);
    expect(found).toMatchObject({ ...told, fee: "2.5" });
    expect(found).not.toHaveProperty("reason");
    expect(await venue.cancel(leg)).toMatchObject({ ...told, fee: "2.5" });
    await expect(venue.rules("BTCUSDT.P")).rejects.toThrow(/BTCUSDT|the rules of all pairs/);
  });

  test("whose fee was taken in a third asset is learnt while nothing says what that is worth", async () => {
    const bnb = { body: [{ ...trade, commissionAsset: "BNB" }] };
    const nameless = open({ ...answers, [TRADES]: bnb, [INFO]: { body: { symbols: [] } } });
    const reason = expect.stringMatching(/^its fee is not known and counts as 0: Binance does not trade BTCUSDT/);
    expect(await nameless.venue.find(leg)).toMatchObject({ ...told, fee: "0", reason });
    const priced = open({
      ...answers,
      [TRADES]: bnb,
      [INFO]: { body: halted },
      "GET /fapi/v1/ticker/price": { body: { price: "600" } },
    });
    expect(await priced.venue.find(leg)).toMatchObject({ ...told, fee: "1500" });
  });

  test("whose trades come to less has the fee of those, and words of the rest", async () => {
    const larger = { ...filled, origQty: "1", executedQty: "1", updateTime: START.getTime() - 120_000 };
    const { venue, names } = open({ [GET]: { body: larger } });
    expect(await venue.find(leg)).toMatchObject({
      filledQuantity: "1",
      fee: "2.5",
      reason: "a part of its fee is not known and counts as 0: Binance lists trades of 0.5 of the 1 that it has filled",
    });
    expect(names().filter((name) => name === TRADES)).toHaveLength(1);
  });

  test("is learnt when its trades cannot be asked for, or are not told in time", async () => {
    const failing = open({ ...answers, [TRADES]: { status: 500, body: "" } });
    const reason = expect.stringContaining("its fee is not known and counts as 0");
    expect(await failing.venue.find(leg)).toMatchObject({ ...told, fee: "0", reason });
    const clock = createTestClock();
    const { transport, memory } = scriptedBinance({ clock, answers, market: "usdm" });
    const silent: Transport = {
      ...transport,
      signed: async (...asked) =>
        asked[1].endsWith("userTrades") ? new Promise(() => undefined) : transport.signed(...asked),
    };
    const venue = binanceUsdmVenue({ transport: silent, clock, memory, known: new KnownSymbols() });
    expect(await clock.settle(venue.find(leg))).toMatchObject({
      ...told,
      reason: "its fee is not known and counts as 0: Binance did not answer within 3000 ms",
    });
  });
});

describe("cancelling at Binance USD-M", () => {
  test("a conditional order is cancelled by the id that Binance gave it", async () => {
    let algoStatus = "NEW";
    const { venue, sent } = open({
      "DELETE /fapi/v1/order": gone,
      [GET_ALGO]: () => ({ body: { ...algo, algoStatus } }),
      "DELETE /fapi/v1/algoOrder": () => {
        algoStatus = "CANCELED";
        return { body: { code: "200", msg: "success" } };
      },
    });
    expect(await venue.cancel(stopKey)).toMatchObject({ status: "cancelled" });
    expect(
      sent.find(({ method, path }) => method === "DELETE" && path.endsWith("algoOrder"))?.query.get("algoId"),
    ).toBe("7");
  });

  test("an entry is cancelled as a plain order alone, a stop that waits as a conditional one", async () => {
    const entry = open({ "DELETE /fapi/v1/order": gone, [GET]: { body: filled } });
    expect(await entry.venue.cancel(leg)).toMatchObject({ status: "filled" });
    expect(entry.names().slice(0, 2)).toEqual(["DELETE /fapi/v1/order", GET]);
    const waits = open({ [GET_ALGO]: { body: algo }, "DELETE /fapi/v1/algoOrder": { body: { code: "200" } } });
    await waits.venue.cancel(guard);
    expect(waits.names()).toEqual([GET_ALGO, "DELETE /fapi/v1/algoOrder", GET_ALGO]);
  });

  test("a stop that has become an order is cancelled as that", async () => {
    const { venue, names } = open({
      [GET_ALGO]: { body: { ...algo, algoStatus: "FINISHED", actualOrderId: "28" } },
      [GET]: { body: filled },
      "DELETE /fapi/v1/order": gone,
    });
    expect(await venue.cancel(guard)).toMatchObject({ venueOrderId: "algo-7", status: "filled" });
    expect(names().slice(0, 3)).toEqual([GET_ALGO, "DELETE /fapi/v1/order", GET_ALGO]);
  });

  test("a plain order that filled meanwhile says so", async () => {
    const { venue } = open({ "DELETE /fapi/v1/order": gone, [GET_ALGO]: notFound, [GET]: { body: filled } });
    expect(await venue.cancel(key)).toMatchObject({ status: "filled" });
  });

  test("an unclear answer is no evidence", async () => {
    const { venue } = open({ "DELETE /fapi/v1/order": { status: 504, body: "" }, [GET_ALGO]: notFound });
    await expect(venue.cancel(key)).rejects.toThrow(VenueUnavailable);
  });
});

describe("what Binance USD-M says of an account and a symbol", () => {
  const row = { symbol: "BTCUSDT", positionSide: "BOTH", positionAmt: "-0.500", entryPrice: "10000.0" };

  test("rules, with the minimum value and the most triggers under the names that they have here", async () => {
    const rules = { quantityStep: "0.001", minNotional: "100", maxTriggerOrders: 200 };
    expect(await open({}).venue.rules("BTCUSDT.P")).toMatchObject(rules);
  });

  test("a position, a short one negative; none is zero", async () => {
    const path = "GET /fapi/v3/positionRisk";
    expect(await open({ [path]: { body: [row] } }).venue.position("BTCUSDT.P")).toEqual({
      symbol: "BTCUSDT.P",
      quantity: "-0.5",
      averagePrice: "10000",
    });
    expect(await open({ [path]: { body: [] } }).venue.position("BTCUSDT.P")).toMatchObject({ quantity: "0" });
  });

  test("every position of the account in one request, whatever it is called", async () => {
    const rows = [row, { ...row, symbol: "ETHUSDT", positionAmt: "0.000" }, { ...row, symbol: "BTCUSDT_270326" }];
    const { venue, sent } = open({ "GET /fapi/v3/positionRisk": { body: rows } });
    expect(await venue.positions?.()).toEqual([
      { symbol: "BTCUSDT.P", quantity: "-0.5", averagePrice: "10000" },
      { symbol: "BTCUSDT_270326.P", quantity: "-0.5", averagePrice: "10000" },
    ]);
    expect(sent.map(({ query }) => query.has("symbol"))).toEqual([false]);
  });

  test("an account in hedge mode is told to leave it", async () => {
    const { venue } = open({ "GET /fapi/v3/positionRisk": { body: [{ ...row, positionSide: "SHORT" }] } });
    await expect(venue.position("BTCUSDT.P")).rejects.toThrow(/BTCUSDT\.P: the account is in hedge mode/);
    await expect(venue.positions?.()).rejects.toThrow(/hedge mode/);
  });

  test.each([{ status: 500, body: "" }, { body: {} }])("no list of positions is no evidence: %j", async (answer) => {
    const { venue } = open({ "GET /fapi/v3/positionRisk": answer });
    await expect(venue.positions?.()).rejects.toThrow(VenueUnavailable);
  });

  test("equity is the wallet of the quote currency", async () => {
    const { venue } = open({ "GET /fapi/v3/balance": { body: [{ asset: "USDT", balance: "123.40" }] } });
    expect(await venue.equity("BTCUSDT.P")).toBe("123.4");
  });

  test("open orders are the plain and the conditional ones", async () => {
    const resting = { ...filled, status: "NEW", executedQty: "0", avgPrice: "0" };
    const { venue } = open({
      "GET /fapi/v1/openOrders": { body: [resting] },
      "GET /fapi/v1/openAlgoOrders": { body: [algo] },
    });
    expect((await venue.openOrders("BTCUSDT.P")).map((each) => each.venueOrderId)).toEqual(["28", "algo-7"]);
  });
});
