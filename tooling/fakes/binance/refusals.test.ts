import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FakeBinance } from "./fake.ts";
import { SignedClient, type Values } from "./signed-client.ts";
import { POST, FUTURE, ALGO, OCO, market, limit, pair, stop } from "./test-orders.ts";

const START = new Date("2026-11-20T12:00:00.000Z");
let fake: FakeBinance;
let client: SignedClient;
beforeAll(async () => {
  fake = await FakeBinance.start({ now: () => START });
  client = new SignedClient(fake, () => START);
});
afterAll(() => fake.stop());
beforeEach(() => {
  fake.startOver();
  fake.spot.setBalance("USDT", "100000");
});

const sol = { ...market, symbol: "SOLUSDT" };
const solStop = { ...sol, type: "STOP_LOSS", stopPrice: "110" };
const maker = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT_MAKER", quantity: "0.5", price: "9000" };

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
    ["a quantity off the market's step", POST, { ...sol, quantity: "0.555" }, -1013, "Filter failure: MARKET_LOT_SIZE"],
    [
      "too small a quantity at the market",
      POST,
      { ...sol, quantity: "0.02" },
      -1013,
      "Filter failure: MARKET_LOT_SIZE",
    ],
    ["too little worth at a trigger", POST, { ...solStop, quantity: "0.04" }, -1013, "Filter failure: NOTIONAL"],
    ["more than there is", POST, { ...market, quantity: "11" }, -2010, "Account has insufficient balance"],
    ["what is not held", POST, { ...market, side: "SELL" }, -2010, "Account has insufficient balance"],
    ["more than the margin", FUTURE, { ...market, quantity: "30" }, -2019, "Margin is insufficient."],
    ["a reduction of nothing", FUTURE, { ...market, reduceOnly: "true" }, -2022, "ReduceOnly Order is rejected."],
    ["a stop on the order endpoint", FUTURE, { ...market, type: "STOP_MARKET" }, -4120, "Algo Order API"],
    ["a stop beyond the market", ALGO, { ...stop, triggerPrice: "11000" }, -2021, "immediately trigger"],
    ["a stop beyond the market", POST, { ...market, type: "STOP_LOSS", stopPrice: "9000" }, -2010, "immediately"],
    ["a stop above in a sale", OCO, { ...pair, aboveType: "STOP_LOSS" }, -1197, "sell OCO must be below"],
    ["a target below in a sale", OCO, { ...pair, belowType: "TAKE_PROFIT" }, -1199, "sell OCO must be above"],
    ["a target above in a purchase", OCO, { ...pair, side: "BUY" }, -1198, "buy OCO must be below"],
    [
      "a stop below in a purchase",
      OCO,
      { ...pair, side: "BUY", aboveType: "STOP_LOSS" },
      -1196,
      "buy OCO must be above",
    ],
    ["a market order in a pair", OCO, { ...pair, aboveType: "MARKET" }, -1158, "not supported in OCO"],
    ["a target below the market", OCO, { ...pair, aboveStopPrice: "9500" }, -2010, "relationship of the prices"],
    ["a stop above the market", OCO, { ...pair, belowStopPrice: "10500" }, -2010, "relationship of the prices"],
    ["a pair of one id", OCO, { ...pair, aboveClientOrderId: "x-s1" }, -2010, "Duplicate order sent."],
    ["an id with a space", OCO, { ...pair, belowClientOrderId: "x s1" }, -1100, "'belowClientOrderId'"],
    ["a pair without a trigger", OCO, { ...pair, aboveStopPrice: "" }, -1102, "'aboveStopPrice'"],
    ["a price of what sells at the market", OCO, { ...pair, belowPrice: "8990" }, -1106, "'belowPrice'"],
    ["a trigger off the tick", OCO, { ...pair, belowStopPrice: "9000.001" }, -1013, "Filter failure: PRICE_FILTER"],
    ["a pair of what is not held", OCO, pair, -2010, "Account has insufficient balance"],
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
    const heard = await client.ask(route, values);
    expect(heard).toMatchObject({ status: 400, body: { code, msg: expect.stringContaining(words) } });
    expect(fake.orders).toEqual([]);
  });
});
