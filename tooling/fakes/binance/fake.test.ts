import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FakeBinance } from "./fake.ts";

const START = new Date("2026-11-20T12:00:00.000Z");
let now = START;
let fake: FakeBinance;
beforeAll(async () => {
  fake = await FakeBinance.start({ now: () => now });
});
afterAll(() => fake.stop());
beforeEach(() => {
  now = START;
  fake.startOver();
  fake.spot.setBalance("USDT", "100000");
});

type Values = Readonly<Record<string, string>>;
interface Heard {
  status: number;
  text: string;
  body: Record<string, unknown>;
}

async function hear(response: Response): Promise<Heard> {
  const text = await response.text();
  const body: unknown = text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : {};
  return { status: response.status, text, body: Object.fromEntries(Object.entries(body ?? {})) };
}

/** Sends this text, signed, as a client that is not Hoox would. */
async function sendText(
  route: string,
  text: string,
  of: { secret?: string; key?: string; as?: "query" | "body" } = {},
): Promise<Heard> {
  const [method = "GET", path = ""] = route.split(" ");
  const signature = createHmac("sha256", of.secret ?? fake.keys.apiSecret)
    .update(text)
    .digest("hex");
  const sent = `${text}&signature=${signature}`;
  const headers = { "X-MBX-APIKEY": of.key ?? fake.keys.apiKey };
  return hear(
    of.as === "body"
      ? await fetch(`${fake.url}${path}`, { method, headers, body: sent })
      : await fetch(`${fake.url}${path}?${sent}`, { method, headers }),
  );
}

const ask = (route: string, values: Values = {}): Promise<Heard> =>
  sendText(route, new URLSearchParams({ ...values, timestamp: String(now.getTime()) }).toString());

const POST = "POST /api/v3/order";
const FUTURE = "POST /fapi/v1/order";
const ALGO = "POST /fapi/v1/algoOrder";
const market = { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.5", newClientOrderId: "x-e" };
const limit = { ...market, type: "LIMIT", timeInForce: "GTC", price: "9000" };
const maker = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT_MAKER", quantity: "0.5", price: "9000" };
const stop = {
  algoType: "CONDITIONAL",
  symbol: "BTCUSDT",
  side: "SELL",
  type: "STOP_MARKET",
  quantity: "0.5",
  triggerPrice: "9000",
  clientAlgoId: "x-s1",
};

describe("the official vectors", () => {
  // Sample credentials that Binance publishes in its documentation.
  const spotKeys = {
    apiKey: "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
    apiSecret: "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
  };
  const usdmKeys = {
    apiKey: "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83",
    apiSecret: "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9",
  };
  const spot =
    "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559&signature=";
  const usdm =
    "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943&signature=";

  async function sent(keys: typeof spotKeys, path: string, query: string, at: number): Promise<Heard> {
    await using official = await FakeBinance.start({ keys, now: () => new Date(at) });
    official.spot.setBalance("BTC", "1");
    const headers = { "X-MBX-APIKEY": keys.apiKey };
    return hear(await fetch(`${official.url}${path}?${query}`, { method: "POST", headers }));
  }

  test("of spot is booked, and one digit off is refused", async () => {
    const signature = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71";
    const query = `symbol=LTCBTC&${spot}${signature}`;
    expect(await sent(spotKeys, "/api/v3/order", query, 1_499_827_319_560)).toMatchObject({
      status: 200,
      body: { symbol: "LTCBTC", status: "FILLED" },
    });
    const wrong = query.replace(/1$/, "2");
    expect(await sent(spotKeys, "/api/v3/order", wrong, 1_499_827_319_560)).toMatchObject({ body: { code: -1022 } });
  });

  test("of a percent-encoded symbol passes the signature and is no pair", async () => {
    const signature = "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3";
    const query = `symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&${spot}${signature}`;
    const heard = await sent(spotKeys, "/api/v3/order", query, 1_499_827_319_560);
    expect(heard.body).toMatchObject({ code: -1100, msg: expect.stringContaining("'symbol'") });
  });

  test("of USD-M is booked", async () => {
    const query = `${usdm}3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9`;
    expect(await sent(usdmKeys, "/fapi/v1/order", query, 1_591_702_613_944)).toMatchObject({
      status: 200,
      body: { status: "NEW", origQty: "1.00000000" },
    });
  });
});

describe("the gate", () => {
  const text = (at: number, more = ""): string => `${new URLSearchParams(market).toString()}${more}&timestamp=${at}`;

  test("a key that nobody knows", async () => {
    expect(await sendText(POST, text(START.getTime()), { key: "other" })).toMatchObject({
      status: 401,
      body: { code: -2015 },
    });
    expect(await sendText(POST, text(START.getTime()), { key: "" })).toMatchObject({ body: { code: -2014 } });
  });

  test("another secret, and a signature that is not the last word", async () => {
    expect(await sendText(POST, text(START.getTime()), { secret: "other" })).toMatchObject({ body: { code: -1022 } });
    const signature = createHmac("sha256", fake.keys.apiSecret).update(text(START.getTime())).digest("hex");
    const headers = { "X-MBX-APIKEY": fake.keys.apiKey };
    const moved = `${fake.url}/api/v3/order?signature=${signature}&${text(START.getTime())}`;
    expect(await hear(await fetch(moved, { method: "POST", headers }))).toMatchObject({ body: { code: -1022 } });
  });

  test("parameters in the body are signed and read as those of the query", async () => {
    expect(await sendText(POST, text(START.getTime()), { as: "body" })).toMatchObject({ body: { status: "FILLED" } });
  });

  test.each([
    ["of now", 0, "", undefined],
    ["as old as the window", -5_000, "&recvWindow=5000", undefined],
    ["older than the window", -5_001, "&recvWindow=5000", -1021],
    ["older than the window that holds without one", -5_001, "", -1021],
    ["within a wider window", -9_000, "&recvWindow=10000", undefined],
    ["a little ahead", 999, "", undefined],
    ["a second ahead", 1_000, "", -1021],
  ])("a timestamp %s", async (_, offset, window, code) => {
    const heard = await sendText(POST, text(START.getTime() + offset, window));
    expect(heard.body["code"]).toBe(code);
    expect(fake.orders).toHaveLength(code === undefined ? 1 : 0);
  });
});

describe("what is refused, in Binance's words, and not booked", () => {
  test.each<[string, string, Values, number, string]>([
    ["no quantity", POST, { ...market, quantity: "" }, -1102, "'quantity'"],
    ["an exponent", POST, { ...market, quantity: "1e-7" }, -1100, "'quantity'"],
    ["an exponent", FUTURE, { ...market, quantity: "1e-7" }, -1100, "'quantity'"],
    ["a minus", POST, { ...market, quantity: "-1" }, -1100, "'quantity'"],
    ["a price of a market order", POST, { ...market, price: "1" }, -1106, "'price'"],
    ["a time in force of a market order", FUTURE, { ...market, timeInForce: "GTC" }, -1106, "'timeInForce'"],
    ["a limit without its price", POST, { ...limit, price: "" }, -1102, "'price'"],
    ["another type", POST, { ...market, type: "DANCE" }, -1116, "orderType"],
    ["another side", FUTURE, { ...market, side: "LONG" }, -1117, "side"],
    ["another time in force", POST, { ...limit, timeInForce: "GTX" }, -1115, "timeInForce"],
    ["another pair", POST, { ...market, symbol: "NOPEUSDT" }, -1121, "Invalid symbol."],
    ["another pair", FUTURE, { ...market, symbol: "NOPEUSDT" }, -1121, "Invalid symbol."],
    ["an id with a space", POST, { ...market, newClientOrderId: "x e" }, -1100, "'newClientOrderId'"],
    ["an id with a space", FUTURE, { ...market, newClientOrderId: "x e" }, -4015, "Client order id"],
    ["a quantity off the step", POST, { ...market, quantity: "0.500001" }, -1013, "Filter failure: LOT_SIZE"],
    ["a quantity off the step", FUTURE, { ...market, quantity: "0.5001" }, -4023, "step size"],
    ["too many decimals", POST, { ...market, quantity: "0.5000000001" }, -1111, "precision"],
    ["too small a quantity", FUTURE, { ...market, quantity: "0.0001" }, -4004, "min quantity"],
    ["no quantity at all", FUTURE, { ...market, quantity: "0" }, -4003, "zero"],
    ["a price off the tick", POST, { ...limit, price: "9000.001" }, -1013, "Filter failure: PRICE_FILTER"],
    ["a price off the tick", FUTURE, { ...limit, price: "9000.01" }, -4014, "tick size"],
    ["too little worth", POST, { ...market, quantity: "0.0001" }, -1013, "Filter failure: NOTIONAL"],
    ["too little worth", FUTURE, { ...market, quantity: "0.001" }, -4164, "notional"],
    ["more than there is", POST, { ...market, quantity: "11" }, -2010, "Account has insufficient balance"],
    ["what is not held", POST, { ...market, side: "SELL" }, -2010, "Account has insufficient balance"],
    ["more than the margin", FUTURE, { ...market, quantity: "30" }, -2019, "Margin is insufficient."],
    ["a reduction of nothing", FUTURE, { ...market, reduceOnly: "true" }, -2022, "ReduceOnly Order is rejected."],
    ["a stop on the order endpoint", FUTURE, { ...market, type: "STOP_MARKET" }, -4120, "Algo Order API"],
    ["a stop beyond the market", ALGO, { ...stop, triggerPrice: "11000" }, -2021, "immediately trigger"],
    ["a stop beyond the market", POST, { ...market, type: "STOP_LOSS", stopPrice: "9000" }, -2010, "immediately"],
    ["a maker that would take", POST, { ...maker, price: "11000" }, -2010, "immediately match"],
    ["a maker that would take", FUTURE, { ...limit, timeInForce: "GTX", price: "11000" }, -5022, "Post Only"],
    ["a fill or kill that cannot fill", FUTURE, { ...limit, timeInForce: "FOK" }, -5021, "FOK"],
    ["hedge mode", FUTURE, { ...market, positionSide: "LONG" }, -4061, "position side"],
    ["too much leverage", "POST /fapi/v1/leverage", { symbol: "BTCUSDT", leverage: "126" }, -4028, "Leverage 126"],
    ["the same margin", "POST /fapi/v1/marginType", { symbol: "BTCUSDT", marginType: "CROSSED" }, -4046, "No need"],
    ["an order that is not there", "GET /api/v3/order", { symbol: "BTCUSDT", origClientOrderId: "x" }, -2013, "exist"],
    ["an order that is not there", "DELETE /api/v3/order", { symbol: "BTCUSDT", orderId: "1" }, -2011, "Unknown order"],
    ["an order that is not there", "GET /fapi/v1/order", { symbol: "BTCUSDT", orderId: "1" }, -2013, "exist"],
    [
      "an order that is not there",
      "DELETE /fapi/v1/order",
      { symbol: "BTCUSDT", orderId: "1" },
      -2011,
      "Unknown order",
    ],
    ["an order that is not there", "GET /fapi/v1/algoOrder", { clientAlgoId: "x" }, -2013, "exist"],
    ["an order that is not there", "DELETE /fapi/v1/algoOrder", { algoId: "1" }, -2011, "Unknown order"],
    ["an order without a name", "GET /api/v3/order", { symbol: "BTCUSDT" }, -1102, "origClientOrderId"],
  ])("%s at %s", async (_, route, values, code, words) => {
    const heard = await ask(route, values);
    expect(heard).toMatchObject({ status: 400, body: { code, msg: expect.stringContaining(words) } });
    expect(fake.orders).toEqual([]);
  });
});

describe("an id", () => {
  test.each([
    ["spot", POST, "GET /api/v3/order", "DELETE /api/v3/order", -2010, "Duplicate order sent."],
    ["USD-M", FUTURE, "GET /fapi/v1/order", "DELETE /fapi/v1/order", -4116, "ClientOrderId is duplicated."],
  ])("of %s is taken while its order is open and free afterwards", async (_, post, get, cancel, code, msg) => {
    const named = { symbol: "BTCUSDT", origClientOrderId: "x-e" };
    await ask(post, limit);
    expect(await ask(post, limit)).toMatchObject({ body: { code, msg } });
    expect(fake.orders).toHaveLength(1);
    expect(await ask(cancel, named)).toMatchObject({ body: { status: "CANCELED" } });
    expect(await ask(cancel, named)).toMatchObject({ body: { code: -2011 } });
    await ask(post, market);
    await ask(post, market);
    expect(fake.orders.map((order) => order.status)).toEqual(["cancelled", "filled", "filled"]);
    expect(await ask(get, named)).toMatchObject({ body: { status: "FILLED" } });
  });

  test("of ETHUSDT perpetuals is longer than a JavaScript number holds", async () => {
    const { text } = await ask(FUTURE, { ...market, symbol: "ETHUSDT", newOrderRespType: "RESULT" });
    expect(text).toContain('"orderId":8389766145050669871,');
    const order = { symbol: "ETHUSDT", orderId: "8389766145050669871" };
    expect((await ask("GET /fapi/v1/order", order)).body).toMatchObject({ clientOrderId: "x-e" });
  });
});

describe("an account", () => {
  test("of spot pays, receives less its fee, and has locked what rests", async () => {
    const filled = await ask(POST, market);
    expect(filled.body).toMatchObject({
      status: "FILLED",
      cummulativeQuoteQty: "5000.00000000",
      fills: [{ price: "10000.00000000", qty: "0.50000000", commission: "0.00050000", commissionAsset: "BTC" }],
    });
    await ask(POST, { ...limit, side: "SELL", quantity: "0.4", price: "11000" });
    const { body } = await ask("GET /api/v3/account", { omitZeroBalances: "true" });
    expect(body["balances"]).toEqual([
      { asset: "USDT", free: "95000.00000000", locked: "0.00000000" },
      { asset: "BTC", free: "0.09950000", locked: "0.40000000" },
    ]);
    fake.spot.setPrice("BTCUSDT", "11000");
    expect(fake.spot.total("BTC")).toBe("0.0995");
    expect(fake.spot.total("USDT")).toBe("99395.6");
  });

  test("of USD-M has a position, a wallet and a stop that becomes an order", async () => {
    await ask(FUTURE, market);
    expect((await ask(ALGO, { ...stop, reduceOnly: "true" })).body).toMatchObject({
      algoStatus: "NEW",
      actualOrderId: "",
    });
    expect((await ask("GET /fapi/v3/positionRisk")).body["0"]).toMatchObject({ positionAmt: "0.50000000" });
    expect((await ask("GET /fapi/v1/openAlgoOrders")).body["0"]).toMatchObject({ clientAlgoId: "x-s1" });
    fake.usdm.setPrice("BTCUSDT", "8990");
    const algo = await ask("GET /fapi/v1/algoOrder", { clientAlgoId: "x-s1" });
    expect(algo.body).toMatchObject({ algoStatus: "FINISHED", actualOrderId: "283194214" });
    const became = await ask("GET /fapi/v1/order", { symbol: "BTCUSDT", orderId: "283194214" });
    expect(became.body).toMatchObject({ type: "MARKET", origType: "STOP_MARKET", avgPrice: "8990.00000000" });
    expect((await ask("GET /fapi/v3/positionRisk")).text).toBe("[]");
    // 5,000 bought and 4,495 sold, 0.05 % of both.
    expect((await ask("GET /fapi/v3/balance")).body["0"]).toMatchObject({ balance: "9490.25250000" });
  });

  test("of USD-M tells the end of a market order to whoever asks for the result", async () => {
    expect((await ask(FUTURE, market)).body).toMatchObject({ status: "NEW", executedQty: "0.00000000" });
    const { body } = await ask(FUTURE, { ...market, newOrderRespType: "RESULT" });
    expect(body).toMatchObject({ status: "FILLED", executedQty: "0.50000000", avgPrice: "10000.00000000" });
  });
});

describe("what goes wrong", () => {
  test("a lag hides an order from some views, until it has caught up", async () => {
    fake.lag("lookup", "lists");
    await ask(POST, market);
    const named = { symbol: "BTCUSDT", origClientOrderId: "x-e" };
    expect((await ask("GET /api/v3/order", named)).body).toMatchObject({ code: -2013 });
    expect((await ask("GET /api/v3/allOrders", { symbol: "BTCUSDT" })).text).toBe("[]");
    expect((await ask("GET /api/v3/myTrades", { symbol: "BTCUSDT" })).body["0"]).toMatchObject({ orderId: 29 });
    fake.catchUp();
    expect((await ask("GET /api/v3/order", named)).body).toMatchObject({ status: "FILLED" });
  });

  test("a request that was held is booked when it is let go, unless its window has closed", async () => {
    const text = new URLSearchParams({ ...market, timestamp: String(START.getTime()) }).toString();
    const signature = createHmac("sha256", fake.keys.apiSecret).update(text).digest("hex");
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
    expect((await ask("GET /api/v3/account")).status).toBe(200);
    expect(fake.orders).toHaveLength(1);
  });

  test("a fault waits for its route, lets some pass and ends", async () => {
    fake.fail({ fault: "an HTML 502 before", route: POST, after: 1, times: 1 });
    const statuses: number[] = [];
    for (let sent = 0; sent < 3; sent += 1) {
      await ask("GET /api/v3/account");
      statuses.push((await ask(POST, market)).status);
    }
    expect(statuses).toEqual([200, 502, 200]);
    expect(fake.faultsLeft).toBe(0);
    expect(fake.requests.map(({ name }) => name)).toHaveLength(6);
  });
});
