import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FakeBinance } from "./fake.ts";
import { SignedClient } from "./signed-client.ts";
import { POST, FUTURE, ALGO, OCO, market, limit, pair, stop } from "./test-orders.ts";

const START = new Date("2026-11-20T12:00:00.000Z");
let now = START;
let fake: FakeBinance;
let client: SignedClient;
beforeAll(async () => {
  fake = await FakeBinance.start({ now: () => now });
  client = new SignedClient(fake, () => now);
});
afterAll(() => fake.stop());
beforeEach(() => {
  now = START;
  fake.startOver();
  fake.spot.setBalance("USDT", "100000");
});

describe("an id", () => {
  test.each([
    ["spot", POST, "GET /api/v3/order", "DELETE /api/v3/order", -2010, "Duplicate order sent."],
    ["USD-M", FUTURE, "GET /fapi/v1/order", "DELETE /fapi/v1/order", -4116, "ClientOrderId is duplicated."],
  ])("of %s is taken while its order is open and free afterwards", async (_, post, get, cancel, code, msg) => {
    const named = { symbol: "BTCUSDT", origClientOrderId: "x-e" };
    await client.ask(post, limit);
    expect(await client.ask(post, limit)).toMatchObject({ body: { code, msg } });
    expect(fake.orders).toHaveLength(1);
    expect(await client.ask(cancel, named)).toMatchObject({ body: { status: "CANCELED" } });
    expect(await client.ask(cancel, named)).toMatchObject({ body: { code: -2011 } });
    await client.ask(post, market);
    await client.ask(post, market);
    expect(fake.orders.map((order) => order.status)).toEqual(["cancelled", "filled", "filled"]);
    expect(await client.ask(get, named)).toMatchObject({ body: { status: "FILLED" } });
  });

  test("of ETHUSDT perpetuals is longer than a JavaScript number holds", async () => {
    const { text } = await client.ask(FUTURE, { ...market, symbol: "ETHUSDT", newOrderRespType: "RESULT" });
    expect(text).toContain('"orderId":8389766145050669871,');
    const order = { symbol: "ETHUSDT", orderId: "8389766145050669871" };
    expect((await client.ask("GET /fapi/v1/order", order)).body).toMatchObject({ clientOrderId: "x-e" });
  });
});

describe("an order that a test fills in parts", () => {
  test("has a trade for each, is locked for the rest, and holds its pair's price", async () => {
    await client.ask(POST, limit);
    fake.spot.fillPart("x-e", "0.2");
    const named = { symbol: "BTCUSDT", origClientOrderId: "x-e" };
    expect((await client.ask("GET /api/v3/order", named)).body).toMatchObject({
      status: "PARTIALLY_FILLED",
      executedQty: "0.20000000",
      cummulativeQuoteQty: "1800.00000000",
    });
    expect(fake.spot.locked("USDT")).toBe("2700");
    expect(() => fake.spot.setPrice("BTCUSDT", "9000")).toThrow("fill the rest of x-e before the price moves");
    expect(() => fake.spot.fillPart("x-e", "0.4")).toThrow("cannot fill 0.4");
    fake.spot.fillPart("x-e", "0.3");
    expect((await client.ask("GET /api/v3/order", named)).body).toMatchObject({ status: "FILLED" });
    const trades = fake.spot.book.trades("BTCUSDT");
    expect(trades.map(({ quantity }) => quantity)).toEqual(["0.2", "0.3"]);
    expect(new Set(trades.map(({ id }) => id)).size).toBe(2);
  });

  test("is asked for as what it has become once it is triggered", async () => {
    await client.ask(ALGO, stop);
    fake.usdm.fillPart("x-s1", "0.2");
    const named = { clientAlgoId: "x-s1" };
    const [order] = fake.orders;
    expect((await client.ask("GET /fapi/v1/algoOrder", named)).body).toMatchObject({
      algoStatus: "TRIGGERED",
      actualOrderId: String(order?.orderId),
    });
    expect((await client.ask("DELETE /fapi/v1/algoOrder", named)).body).toMatchObject({ code: -2011 });
    fake.usdm.fillPart("x-s1", "0.3");
    expect((await client.ask("GET /fapi/v1/algoOrder", named)).body).toMatchObject({ algoStatus: "FINISHED" });
  });
});

describe("an account", () => {
  test("of spot pays, receives less its fee, and has locked what rests", async () => {
    const filled = await client.ask(POST, market);
    expect(filled.body).toMatchObject({
      status: "FILLED",
      cummulativeQuoteQty: "5000.00000000",
      fills: [{ price: "10000.00000000", qty: "0.50000000", commission: "0.00050000", commissionAsset: "BTC" }],
    });
    await client.ask(POST, { ...limit, side: "SELL", quantity: "0.4", price: "11000" });
    const { body } = await client.ask("GET /api/v3/account", { omitZeroBalances: "true" });
    expect(body["balances"]).toEqual([
      { asset: "USDT", free: "95000.00000000", locked: "0.00000000" },
      { asset: "BTC", free: "0.09950000", locked: "0.40000000" },
    ]);
    fake.spot.setPrice("BTCUSDT", "11000");
    expect(fake.spot.total("BTC")).toBe("0.0995");
    expect(fake.spot.total("USDT")).toBe("99395.6");
  });

  test("of USD-M has a position, a wallet and a stop that becomes an order", async () => {
    await client.ask(FUTURE, market);
    expect((await client.ask(ALGO, { ...stop, reduceOnly: "true" })).body).toMatchObject({
      algoStatus: "NEW",
      actualOrderId: "",
    });
    expect((await client.ask("GET /fapi/v3/positionRisk")).body["0"]).toMatchObject({ positionAmt: "0.50000000" });
    expect((await client.ask("GET /fapi/v1/openAlgoOrders")).body["0"]).toMatchObject({ clientAlgoId: "x-s1" });
    fake.usdm.setPrice("BTCUSDT", "8990");
    const algo = await client.ask("GET /fapi/v1/algoOrder", { clientAlgoId: "x-s1" });
    expect(algo.body).toMatchObject({ algoStatus: "FINISHED", actualOrderId: "283194214" });
    const became = await client.ask("GET /fapi/v1/order", { symbol: "BTCUSDT", orderId: "283194214" });
    expect(became.body).toMatchObject({ type: "MARKET", origType: "STOP_MARKET", avgPrice: "8990.00000000" });
    expect((await client.ask("GET /fapi/v3/positionRisk")).text).toBe("[]");
    // 5,000 bought and 4,495 sold, 0.05 % of both.
    expect((await client.ask("GET /fapi/v3/balance")).body["0"]).toMatchObject({ balance: "9490.25250000" });
  });

  test("of USD-M tells the end of a market order to whoever asks for the result", async () => {
    expect((await client.ask(FUTURE, market)).body).toMatchObject({ status: "NEW", executedQty: "0.00000000" });
    const { body } = await client.ask(FUTURE, { ...market, newOrderRespType: "RESULT" });
    expect(body).toMatchObject({ status: "FILLED", executedQty: "0.50000000", avgPrice: "10000.00000000" });
  });
});

describe("a pair", () => {
  const statusOf = async (id: string) =>
    (await client.ask("GET /api/v3/order", { symbol: "BTCUSDT", origClientOrderId: id })).body["status"];

  test("is two orders of one list that lock the same coins", async () => {
    fake.spot.setBalance("BTC", "0.5");
    const { body } = await client.ask(OCO, { ...pair, newOrderRespType: "FULL" });
    expect(body).toMatchObject({
      orderListId: 1,
      contingencyType: "OCO",
      listOrderStatus: "EXECUTING",
      orders: [{ clientOrderId: "x-s1" }, { clientOrderId: "x-t1" }],
      orderReports: [
        {
          clientOrderId: "x-s1",
          orderListId: 1,
          type: "STOP_LOSS",
          stopPrice: "9000.00000000",
          status: "NEW",
          fills: [],
        },
        { clientOrderId: "x-t1", orderListId: 1, type: "TAKE_PROFIT", stopPrice: "11000.00000000", status: "NEW" },
      ],
    });
    const { body: account } = await client.ask("GET /api/v3/account");
    expect(account["balances"]).toContainEqual({ asset: "BTC", free: "0.00000000", locked: "0.50000000" });
    expect(await client.ask(POST, { ...market, side: "SELL" })).toMatchObject({ body: { code: -2010 } });
  });

  test("of which one has traded has an other that is expired, and both ids are free", async () => {
    fake.spot.setBalance("BTC", "1");
    await client.ask(OCO, pair);
    fake.spot.setPrice("BTCUSDT", "11000");
    expect([await statusOf("x-s1"), await statusOf("x-t1")]).toEqual(["EXPIRED", "FILLED"]);
    expect(fake.spot.total("BTC")).toBe("0.5");
    fake.spot.setPrice("BTCUSDT", "10000");
    expect((await client.ask(OCO, pair)).body).toMatchObject({ orderListId: 2 });
  });

  test("ends when either is cancelled", async () => {
    fake.spot.setBalance("BTC", "1");
    await client.ask(OCO, pair);
    await client.ask(POST, { ...market, side: "SELL", type: "STOP_LOSS", stopPrice: "9000" });
    await client.ask("DELETE /api/v3/order", { symbol: "BTCUSDT", origClientOrderId: "x-t1" });
    expect([await statusOf("x-s1"), await statusOf("x-t1")]).toEqual(["CANCELED", "CANCELED"]);
    expect(await statusOf("x-e")).toBe("NEW");
    expect(fake.spot.locked("BTC")).toBe("0.5");
  });

  test("is booked not at all when one id is taken", async () => {
    fake.spot.setBalance("BTC", "1");
    await client.ask(POST, { ...limit, newClientOrderId: "x-t1" });
    expect(await client.ask(OCO, pair)).toMatchObject({ body: { code: -2010, msg: "Duplicate order sent." } });
    expect(fake.orders).toHaveLength(1);
  });
});

describe("what waits for its trigger", () => {
  test("is five orders of a pair of spot, each of a list counted, and room again once one has ended", async () => {
    fake.spot.setBalance("BTC", "10");
    const full = { body: { code: -1013, msg: "Filter failure: MAX_NUM_ALGO_ORDERS" } };
    const named = (n: number) => ({ ...pair, aboveClientOrderId: `x-t${n}`, belowClientOrderId: `x-s${n}` });
    await client.ask(OCO, named(1));
    await client.ask(OCO, named(2));
    expect(await client.ask(OCO, named(3))).toMatchObject(full);
    const one = { ...market, side: "SELL", type: "STOP_LOSS", stopPrice: "9000" };
    expect((await client.ask(POST, { ...one, newClientOrderId: "x-s5" })).status).toBe(200);
    expect(await client.ask(POST, { ...one, newClientOrderId: "x-s6" })).toMatchObject(full);
    expect((await client.ask(POST, { ...limit, newClientOrderId: "x-l" })).status).toBe(200);
    expect(fake.orders).toHaveLength(6);
    await client.ask("DELETE /api/v3/order", { symbol: "BTCUSDT", origClientOrderId: "x-t1" });
    expect((await client.ask(OCO, named(3))).status).toBe(200);
  });

  test("is 200 orders of a pair of USD-M", async () => {
    for (let n = 1; n <= 200; n += 1) await client.ask(ALGO, { ...stop, quantity: "0.02", clientAlgoId: `x-${n}` });
    expect(fake.orders).toHaveLength(200);
    const { body } = await client.ask(ALGO, { ...stop, quantity: "0.02" });
    expect(body).toEqual({ code: -4045, msg: "Reach max stop order limit." });
  });
});

describe("what goes wrong", () => {
  test("a lag hides an order from some views, until it has caught up", async () => {
    fake.lag("lookup", "lists");
    await client.ask(POST, market);
    const named = { symbol: "BTCUSDT", origClientOrderId: "x-e" };
    expect((await client.ask("GET /api/v3/order", named)).body).toMatchObject({ code: -2013 });
    expect((await client.ask("GET /api/v3/allOrders", { symbol: "BTCUSDT" })).text).toBe("[]");
    expect((await client.ask("GET /api/v3/myTrades", { symbol: "BTCUSDT" })).body["0"]).toMatchObject({ orderId: 29 });
    fake.catchUp();
    expect((await client.ask("GET /api/v3/order", named)).body).toMatchObject({ status: "FILLED" });
  });

  test("a request that was held is booked when it is let go, unless its window has closed", async () => {
    const text = new URLSearchParams({ ...market, timestamp: String(START.getTime()) }).toString();
    const signature = client.signatureOf(text);
    const post = (): Promise<Response> =>
      fake.fetch(`${fake.url}/api/v3/order?${text}&signature=${signature}`, {
        method: "POST",
        headers: { "X-MBX-APIKEY": fake.keys.apiKey },
      });
    fake.fail({ fault: "silence before", times: 2 });
    await expect(post()).rejects.toThrow("timeout");
    expect(fake.orders).toEqual([]);
    fake.release();
    await expect.poll(() => fake.orders.length).toBe(1);
    await expect(post()).rejects.toThrow("timeout");
    now = new Date(START.getTime() + 5_001);
    fake.release();
    expect((await client.ask("GET /api/v3/account")).status).toBe(200);
    expect(fake.orders).toHaveLength(1);
  });

  test("a fault waits for its route, lets some pass and ends", async () => {
    fake.fail({ fault: "an HTML 502 before", route: POST, after: 1, times: 1 });
    const statuses: number[] = [];
    for (let sent = 0; sent < 3; sent += 1) {
      await client.ask("GET /api/v3/account");
      statuses.push((await client.ask(POST, market)).status);
    }
    expect(statuses).toEqual([200, 502, 200]);
    expect(fake.faultsLeft).toBe(0);
    expect(fake.requests.map(({ name }) => name)).toHaveLength(6);
  });
});
