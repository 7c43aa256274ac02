import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OrderRequest } from "#contracts/order";
import { fitToRules } from "../../rounding.ts";
import { keyAt } from "../../testing/binance-calls.ts";
import { BinanceWorld, pairOf, requestOf } from "../../testing/binance-world.ts";
import { VenueUnavailable, type PlaceReply, type Venue } from "../venue.ts";

let world: BinanceWorld;
beforeAll(async () => {
  world = await BinanceWorld.start();
});
afterAll(() => world.fake.stop());

const place = (venue: Venue, order: OrderRequest): Promise<PlaceReply> =>
  venue.place(order, { signedAt: world.clock.now() });

/** Time passes slowly, because signing takes some that no clock of ours counts. */
async function patiently<T>(work: Promise<T>): Promise<T> {
  const going = Symbol("going on");
  const moment = async (): Promise<typeof going> => setTimeout(10, going);
  const settled = work.catch(() => undefined);
  while ((await Promise.race([settled, moment()])) === going) await world.clock.advance(50);
  return work;
}

const timesBooked = (): number => world.fake.orders.filter((order) => order.clientOrderId === "new").length;

describe.each(["spot", "usdm"] as const)("an order of %s", (market) => {
  const key = keyAt(market, "new");
  const order = requestOf(market, "market", "new");
  const route = market === "spot" ? "POST /api/v3/order" : "POST /fapi/v1/order";

  test("is found in the list while asking by its id does not know it yet", async () => {
    const venue = world.open(market);
    world.fake.lag("lookup");
    world.fake.fail({ fault: "a reset after", route });
    expect(await place(venue, order)).toMatchObject({ kind: "unknown" });
    // At spot the fee of a thousandth is kept out of what was bought.
    const came = { spot: { filledQuantity: "0.4995" }, usdm: { filledQuantity: "0.5", averagePrice: "10000" } };
    expect(await venue.find(key)).toMatchObject({ status: "filled", ...came[market] });
  });

  test("is not absent while its trade is in no list yet", async () => {
    const venue = world.open(market);
    world.fake.lag("lookup", "lists");
    world.fake.fail({ fault: "503 Unknown error after", route });
    expect(await place(venue, order)).toMatchObject({ kind: "unknown" });
    await expect(venue.find(key)).rejects.toThrow(VenueUnavailable);
    world.fake.lag("lookup");
    expect(await venue.find(key)).toMatchObject({ status: "filled" });
  });

  test("leaves no trace before Binance has caught up: whoever asked too early asks again", async () => {
    const venue = world.open(market);
    world.fake.lag("lookup", "lists", "trades");
    world.fake.fail({ fault: "silence after", route });
    expect(await place(venue, order)).toMatchObject({ kind: "unknown" });
    expect(await venue.find(key)).toBeUndefined();
    world.fake.catchUp();
    expect(await venue.find(key)).toMatchObject({ status: "filled" });
  });

  test("waits a moment for trades that are on their way", async () => {
    const venue = world.open(market);
    world.fake.fail({ fault: "a reset after", route });
    world.fake.lag("trades");
    await place(venue, order);
    world.clock.after(900, () => world.fake.catchUp());
    const charged = { spot: { filledQuantity: "0.4995", fee: "0" }, usdm: { filledQuantity: "0.5", fee: "2.5" } };
    const found = await patiently(venue.find(key));
    expect(found).toMatchObject(charged[market]);
    expect(found).not.toHaveProperty("reason");
  });

  test("keeps a fee that Binance has forgotten from holding it up", async () => {
    const venue = world.open(market);
    world.fake.fail({ fault: "a reset after", route });
    world.fake.lag("trades");
    await place(venue, order);
    await world.clock.advance(3_600_001);
    expect(await venue.find(key)).toMatchObject({
      status: "filled",
      fee: "0",
      reason: "its fee is not known and counts as 0: Binance lists trades of 0 of the 0.5 that it has filled",
    });
  });

  test("that travels on after its time-out is booked within its window and never after it", async () => {
    const venue = world.open(market);
    world.fake.fail({ fault: "silence before", route, times: 2 });
    expect(await place(venue, order)).toMatchObject({ kind: "unknown" });
    await world.clock.advance(5_000);
    world.fake.release();
    expect(timesBooked()).toBe(1);
    expect(await place(venue, order)).toMatchObject({ kind: "unknown" });
    await world.clock.advance(5_001);
    world.fake.release();
    expect(timesBooked()).toBe(1);
    expect(await venue.find(key)).toMatchObject({ status: "filled" });
  });

  test("that rests already is not sent twice by its id", async () => {
    const venue = world.open(market);
    const limit = requestOf(market, "limit", "new");
    world.fake.fail({ fault: "-1007 after", route });
    expect(await place(venue, limit)).toMatchObject({ kind: "unknown" });
    expect(await place(venue, limit)).toMatchObject({ kind: "accepted", order: { status: "working" } });
    expect(timesBooked()).toBe(1);
  });

  test("is not signed in a redirected request", async () => {
    const venue = world.open(market);
    world.fake.fail({ fault: "a redirect", route });
    await place(venue, order);
    expect(world.fake.requests.map(({ name }) => name)).not.toContain("GET /elsewhere");
  });

  test.each([6_000, -3_000])("is taken once a clock that is %d ms off has been measured", async (aheadMs) => {
    const venue = world.open(market);
    world.aheadMs = aheadMs;
    const late = await place(venue, order);
    expect(late).toMatchObject({ kind: "not_executed", reason: expect.stringContaining("-1021") });
    const signedAt = new Date(world.clock.now().getTime() + (await venue.clockOffsetMs()));
    expect(await venue.place(order, { signedAt })).toMatchObject({ kind: "accepted" });
    expect(timesBooked()).toBe(1);
  });
});

describe("an order whose trades do not come", () => {
  const unknown = { fee: "0", reason: expect.stringContaining("its fee is not known and counts as 0: Binance lists") };

  test("of USD-M is what it filled all the same, with words about its fee", async () => {
    const venue = world.open("usdm");
    world.fake.lag("trades");
    const order = requestOf("usdm", "market", "new");
    const filled = { status: "filled", filledQuantity: "0.5", averagePrice: "10000", ...unknown };
    expect(await patiently(place(venue, order))).toMatchObject({ kind: "accepted", order: filled });
    expect(await patiently(venue.find(keyAt("usdm", "new")))).toMatchObject(filled);
    const asked = world.fake.requests.filter(({ name }) => name === "GET /fapi/v1/userTrades");
    expect(asked).toHaveLength(6);
    world.fake.catchUp();
    const { reason: _reason, ...known } = { ...filled, fee: "2.5" };
    expect(await venue.find(keyAt("usdm", "new"))).toMatchObject(known);
  });

  test("of a sale at spot is what it filled all the same", async () => {
    const venue = world.open("spot");
    world.fake.lag("trades");
    await place(venue, { ...requestOf("spot", "market", "new"), side: "sell" });
    const found = await patiently(venue.find(keyAt("spot", "new")));
    expect(found).toMatchObject({ status: "filled", filledQuantity: "0.5", ...unknown });
    world.fake.fail({ fault: "an HTML 502 before", route: "GET /api/v3/myTrades" });
    expect(await venue.find(keyAt("spot", "new"))).toMatchObject({ filledQuantity: "0.5", fee: "0" });
  });

  test("of a purchase at spot is not known: its fee decides what came of it", async () => {
    const venue = world.open("spot");
    world.fake.lag("trades");
    await place(venue, requestOf("spot", "market", "new"));
    await expect(patiently(venue.find(keyAt("spot", "new")))).rejects.toThrow(
      /^what came of order \d+ is not known yet: Binance lists trades of 0 of the 0\.5 that it has filled$/,
    );
  });
});

test("a stop that asking by its id does not know yet is found among what waits, and is one order whatever it becomes", async () => {
  const venue = world.open("usdm");
  const key = keyAt("usdm", "new-stop");
  world.fake.lag("lookup");
  world.fake.fail({ fault: "a reset after", route: "POST /fapi/v1/algoOrder" });
  expect(await place(venue, requestOf("usdm", "stop", "new-stop"))).toMatchObject({ kind: "unknown" });
  const waiting = await venue.find(key);
  expect(waiting).toMatchObject({ status: "working" });
  world.fake.usdm.setPrice("BTCUSDT", "8990");
  await expect(venue.find(key)).rejects.toThrow(/has become order \d+ and Binance does not say yet what of/);
  world.fake.catchUp();
  expect(await venue.find(key)).toMatchObject({ status: "filled", venueOrderId: waiting?.venueOrderId });
});

describe("a stop and its target at spot", () => {
  const pair = pairOf("new-stop", "new-target");
  const [stop, target] = [keyAt("spot", "new-stop"), keyAt("spot", "new-target")];
  const stands = (venue: Venue) =>
    Promise.all([stop, target].map(async (key) => (await venue.find(key))?.status ?? "nowhere"));

  test.each([
    ["8990", ["filled", "expired"]],
    ["11010", ["expired", "filled"]],
  ])("sell the same coins once: at %s they are %j", async (price, afterwards) => {
    const venue = world.open("spot");
    expect(await place(venue, pair)).toMatchObject({
      kind: "accepted",
      order: { status: "working" },
      target: { status: "working" },
    });
    expect(world.fake.spot.locked("BTC")).toBe("1");
    world.fake.spot.setPrice("BTCUSDT", price);
    expect(await stands(venue)).toEqual(afterwards);
    expect(world.fake.spot.locked("BTC")).toBe("0");
  });

  test.each([stop, target])("end together when $clientOrderId is cancelled", async (key) => {
    const venue = world.open("spot");
    await place(venue, pair);
    expect(await venue.cancel(key)).toMatchObject({ status: "cancelled" });
    expect(await stands(venue)).toEqual(["cancelled", "cancelled"]);
  });

  test("that are in doubt are both found, and are not sent twice by their ids", async () => {
    const venue = world.open("spot");
    world.fake.fail({ fault: "-1007 after", route: "POST /api/v3/orderList/oco" });
    expect(await place(venue, pair)).toMatchObject({ kind: "unknown" });
    world.fake.lag("lookup");
    expect(await stands(venue)).toEqual(["working", "working"]);
    expect(await place(venue, pair)).toMatchObject({ kind: "accepted", target: { status: "working" } });
    const booked = world.fake.orders.filter(({ clientOrderId }) => clientOrderId === stop.clientOrderId);
    expect(booked).toHaveLength(1);
  });

  test.each([
    [{ triggerPrice: "10500" }, /-2010: The relationship of the prices/],
    [{ quantity: "50" }, /-2010: Account has insufficient balance.*too little free balance/],
  ])("are refused in Binance's words: %j", async (part, words) => {
    const venue = world.open("spot");
    const refusal = { kind: "rejected", reason: expect.stringMatching(words) };
    expect(await place(venue, { ...pair, ...part })).toMatchObject(refusal);
    expect(await stands(venue)).toEqual(["nowhere", "nowhere"]);
  });
});

describe.each(["spot", "usdm"] as const)("a price tick of %s that has become coarser", (market) => {
  test("is heard after the first order that it refuses", async () => {
    const venue = world.open(market);
    const symbol = market === "spot" ? "BTCUSDT" : "BTCUSDT.P";
    const stop = { ...requestOf(market, "stop", "new-stop"), triggerPrice: "9000.1" };
    expect(await venue.rules(symbol)).toMatchObject({ priceTick: market === "spot" ? "0.01" : "0.1" });
    world.fake[market].book.change("BTCUSDT", { priceTick: "0.5" });
    expect(await place(venue, stop)).toMatchObject({ kind: "rejected", byRules: true });
    expect(await venue.rules(symbol)).toMatchObject({ priceTick: "0.5" });
  });
});

test.each(["spot", "usdm"] as const)(
  "what was filled of a pair of %s before it was halted is known",
  async (market) => {
    const venue = world.open(market);
    world.fake.fail({
      fault: "a reset after",
      route: market === "spot" ? "POST /api/v3/order" : "POST /fapi/v1/order",
    });
    await place(venue, requestOf(market, "market", "new"));
    world.fake[market].book.change("BTCUSDT", { status: "BREAK" });
    const found = await venue.find(keyAt(market, "new"));
    const charged = { spot: { filledQuantity: "0.4995", fee: "0" }, usdm: { filledQuantity: "0.5", fee: "2.5" } };
    expect(found).toMatchObject({ status: "filled", ...charged[market] });
    const held = { spot: "1.999", usdm: "0.9" };
    expect(await venue.position(market === "spot" ? "BTCUSDT" : "BTCUSDT.P")).toMatchObject({ quantity: held[market] });
    expect((await place(venue, requestOf(market, "market", "another"))).kind).not.toBe("accepted");
  },
);

test("an order of a pair with long ids keeps its id to the last digit", async () => {
  const venue = world.open("usdm");
  const symbol = "ETHUSDT.P";
  const order = { ...requestOf("usdm", "market", "new"), symbol };
  const id = /^83897661450506698\d\d$/;
  const reply = await place(venue, order);
  expect(reply).toMatchObject({ kind: "accepted", order: { venueOrderId: expect.stringMatching(id), fee: "0.125" } });
  const found = await venue.find({ clientOrderId: "new", symbol });
  expect({ kind: "accepted", order: found }).toEqual(reply);
  expect(found?.venueOrderId).toBe(String(world.fake.orders.at(-1)?.orderId));
});

describe("at a pair that trades in coarser steps at the market", () => {
  const sol = { symbol: "SOLUSDT", clientOrderId: "new" } as const;
  const limit = { ...requestOf("spot", "limit", "new"), ...sol, price: "90" };
  const stop = { ...limit, type: "stop", side: "buy", price: undefined, triggerPrice: "110" } as const;
  test.each<[string, OrderRequest, string | undefined]>([
    ["a market order", { ...limit, type: "market", price: undefined, quantity: "0.0459" }, "0.04"],
    ["a market order", { ...limit, type: "market", price: undefined, quantity: "0.0299" }, undefined],
    ["a stop", { ...stop, quantity: "0.0759" }, "0.07"],
    ["a stop", { ...stop, quantity: "0.0459" }, undefined],
    ["a limit order", { ...limit, quantity: "0.0759" }, "0.075"],
    ["a limit order", { ...limit, quantity: "0.0459" }, undefined],
  ])("%s that fits its rules is taken, and what does not would be refused", async (_, asked, fits) => {
    const venue = world.open("spot");
    const fitted = fitToRules({ ...asked, referencePrice: "100" }, await venue.rules("SOLUSDT"));
    expect(fitted.fits ? fitted.order.quantity : undefined).toBe(fits);
    const reply = await place(venue, fitted.fits ? fitted.order : asked);
    expect(reply.kind).toBe(fitted.fits ? "accepted" : "rejected");
  });
});

describe("what Binance refuses is told in its words and with a way out", () => {
  test.each<["spot" | "usdm", Partial<OrderRequest>, RegExp]>([
    ["spot", { symbol: "NOPEUSDT" }, /-1121: Invalid symbol.*does not trade this symbol/],
    ["spot", { quantity: "50" }, /-2010: Account has insufficient balance.*too little free balance/],
    ["spot", { quantity: "0.500001" }, /-1013: Filter failure: LOT_SIZE.*breaks a rule/],
    ["spot", { quantity: "0.0001" }, /-1013: Filter failure: NOTIONAL/],
    ["spot", { type: "limit", price: "9000.001" }, /-1013: Filter failure: PRICE_FILTER/],
    [
      "spot",
      { type: "limit", price: "11000", timeInForce: "post_only" },
      /-2010: Order would immediately match and take\.$/,
    ],
    ["spot", { type: "stop", side: "sell", triggerPrice: "11000" }, /-2010: Stop price would trigger immediately\.$/],
    ["usdm", { symbol: "NOPEUSDT.P" }, /-1121: Invalid symbol/],
    ["usdm", { type: "limit", price: "10000", quantity: "900" }, /-2019: Margin is insufficient/],
    ["usdm", { quantity: "121" }, /-4005: Quantity greater than max quantity/],
    ["spot", { quantity: "101" }, /-1013: Filter failure: MARKET_LOT_SIZE/],
    ["usdm", { quantity: "0.5001" }, /-4023: Qty not increased by step size/],
    ["usdm", { quantity: "0.001" }, /-4164: Order's notional must be no smaller than 100/],
    ["usdm", { type: "limit", price: "9000.01" }, /-4014: Price not increased by tick size/],
    ["usdm", { type: "limit", price: "11000", timeInForce: "post_only" }, /-5022: Due to .*post only/],
    ["usdm", { type: "limit", price: "9000", timeInForce: "fok" }, /-5021: Due to .*fill or kill/],
    ["usdm", { type: "stop", side: "sell", triggerPrice: "11000" }, /-2021: Order would immediately trigger/],
    ["usdm", { reduceOnly: true }, /-2022: ReduceOnly Order is rejected.*no position that it could reduce/],
    ["usdm", { leverage: "126" }, /leverage 126 could not be set: .*-4028/],
  ])("%s %j", async (market, part, words) => {
    const venue = world.open(market);
    const order = { ...requestOf(market, "market", "new"), ...part };
    expect(await place(venue, order)).toMatchObject({ kind: "rejected", reason: expect.stringMatching(words) });
    expect(timesBooked()).toBe(0);
  });

  test("a margin mode that cannot change keeps the order back for good", async () => {
    const venue = world.open("usdm");
    world.fake.startOver();
    world.fake.usdm.place(
      { ...requestOf("usdm", "market", "old"), symbol: "BTCUSDT" },
      { type: "MARKET", timeInForce: "GTC" },
    );
    expect(await place(venue, requestOf("usdm", "market", "new"))).toMatchObject({
      kind: "rejected",
      reason: expect.stringMatching(/margin mode isolated could not be set: .*-4048/),
    });
  });
});
