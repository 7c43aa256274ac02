import { describe, expect, test } from "vitest";
import type { OrderRequest } from "#contracts/order";
import { START } from "../../fakes/test-clock.ts";
import { defaultPaperConfig } from "./config.ts";
import { PaperEngine, type EngineSettings } from "./engine.ts";
import { createMemoryStore } from "./store.ts";

const PERP = "BTCUSDT.P";
const SPOT = "BTCUSDT";

function exchange(settings: Partial<EngineSettings> = {}) {
  const store = createMemoryStore();
  const engine = new PaperEngine({
    store,
    settings: () => ({ ...defaultPaperConfig, takerFeeRate: "0", makerFeeRate: "0", ...settings }),
  });
  let count = 0;
  const place = (part: Partial<OrderRequest>, age = 0) => {
    count += 1;
    const order: OrderRequest = {
      clientOrderId: `id-${count}`,
      symbol: PERP,
      side: "buy",
      type: "market",
      quantity: "1",
      reduceOnly: false,
      ...part,
    };
    return engine.place(order, { signedAt: new Date(START.getTime() - age), now: START });
  };
  const order = (clientOrderId: string, symbol = PERP) => engine.find({ clientOrderId, symbol });
  const move = (price: string, symbol = PERP) => engine.setPrice(symbol, price, { now: START });
  return { engine, place, order, move };
}

describe("market orders", () => {
  test("fill at the alert's price", () => {
    const { place } = exchange();
    expect(place({ referencePrice: "101.5" })).toMatchObject({
      status: "accepted",
      order: { status: "filled", filledQuantity: "1", averagePrice: "101.5" },
    });
  });

  test("without a price fill at the last one known", () => {
    const { place, move } = exchange();
    move("99");
    expect(place({})).toMatchObject({ order: { averagePrice: "99" } });
  });

  test("without any price are rejected with advice", () => {
    expect(exchange().place({})).toEqual({
      status: "rejected",
      reason: expect.stringContaining("put a price into the alert"),
    });
  });

  test("pay the taker's fee", () => {
    const { place, engine } = exchange({ takerFeeRate: "0.001" });
    expect(place({ quantity: "2", referencePrice: "100" })).toMatchObject({ order: { fee: "0.2" } });
    expect(engine.position(PERP).fees).toBe("0.2");
  });

  test("that break a rule are rejected by its name", () => {
    const { place } = exchange({ symbolRules: { [PERP]: { minQuantity: "5" } } });
    expect(place({ referencePrice: "1" })).toMatchObject({
      status: "rejected",
      reason: expect.stringContaining("minimum quantity 5"),
    });
  });

  test("that are off the quantity step are rejected", () => {
    const { place } = exchange({ rules: { quantityStep: "1", priceTick: "1" } });
    expect(place({ quantity: "1.5", referencePrice: "1" })).toMatchObject({
      status: "rejected",
      reason: expect.stringContaining("multiple"),
    });
  });
});

describe("positions", () => {
  test("average their entry price", () => {
    const { place, engine } = exchange();
    place({ referencePrice: "100" });
    place({ referencePrice: "200", quantity: "3" });
    expect(engine.position(PERP)).toMatchObject({ quantity: "4", averagePrice: "175" });
  });

  test("realise profit on a partial close and keep their entry price", () => {
    const { place, engine } = exchange();
    place({ referencePrice: "100", quantity: "2" });
    place({ side: "sell", referencePrice: "130", quantity: "0.5", reduceOnly: true });
    expect(engine.position(PERP)).toMatchObject({ quantity: "1.5", averagePrice: "100", realisedProfit: "15" });
  });

  test("may be short on a perpetual", () => {
    const { place, engine } = exchange();
    place({ side: "sell", referencePrice: "100" });
    expect(engine.position(PERP).quantity).toBe("-1");
  });

  test("cannot be short on spot, and the words say why", () => {
    const { place } = exchange();
    place({ symbol: SPOT, referencePrice: "100", quantity: "0.5" });
    expect(place({ symbol: SPOT, side: "sell", referencePrice: "100" })).toEqual({
      status: "rejected",
      reason: expect.stringMatching(/cannot go short: 0\.5 is held and 1/),
    });
  });

  test("on spot can be sold as far as held", () => {
    const { place, engine } = exchange();
    place({ symbol: SPOT, referencePrice: "100" });
    place({ symbol: SPOT, side: "sell", referencePrice: "110" });
    expect(engine.position(SPOT)).toMatchObject({ quantity: "0", realisedProfit: "10" });
  });
});

describe("equity", () => {
  test("is the balance before anything was traded", () => {
    expect(exchange({ balance: "2500" }).engine.equity(PERP)).toBe("2500");
  });

  test("counts realised profit and fees in the same quote currency, not what is only on paper", () => {
    const { place, move, engine } = exchange({ balance: "1000", takerFeeRate: "0.01" });
    place({ referencePrice: "100", quantity: "2" });
    place({ side: "sell", referencePrice: "130", reduceOnly: true });
    place({ symbol: "ETHUSDT", referencePrice: "10" });
    place({ symbol: "ETHBTC", referencePrice: "50", quantity: "7" });
    move("500");
    // 30 realised; fees of 2, 1.3 and 0.1 in USDT, 3.5 in BTC.
    expect(engine.equity(PERP)).toBe("1026.6");
    expect(engine.equity("XRPBTC")).toBe("996.5");
  });
});

describe("reduce-only orders", () => {
  test("are capped at the position", () => {
    const { place, engine } = exchange();
    place({ referencePrice: "100" });
    expect(place({ side: "sell", quantity: "5", referencePrice: "100", reduceOnly: true })).toMatchObject({
      order: { filledQuantity: "1" },
    });
    expect(engine.position(PERP).quantity).toBe("0");
  });

  test("are rejected when nothing is open", () => {
    expect(exchange().place({ side: "sell", referencePrice: "100", reduceOnly: true })).toMatchObject({
      status: "rejected",
    });
  });

  test("are rejected when only the same side is open", () => {
    const { place } = exchange();
    place({ referencePrice: "100" });
    expect(place({ side: "buy", referencePrice: "100", reduceOnly: true })).toMatchObject({ status: "rejected" });
  });

  test("that wait are cancelled when the market finds nothing left to reduce", () => {
    const { place, order, move } = exchange();
    place({ referencePrice: "100" });
    place({ clientOrderId: "stop", side: "sell", type: "stop", triggerPrice: "90", reduceOnly: true });
    place({ side: "sell", reduceOnly: true });
    move("80");
    expect(order("stop")).toMatchObject({
      status: "cancelled",
      filledQuantity: "0",
      reason: expect.stringContaining("nothing is open"),
    });
  });
});

describe("limit orders", () => {
  test("that are marketable fill at the market's better price", () => {
    const { place, move } = exchange();
    move("95");
    expect(place({ type: "limit", price: "100" })).toMatchObject({ order: { status: "filled", averagePrice: "95" } });
  });

  test("rest until the price crosses, then fill at their own price with the maker's fee", () => {
    const { place, order, move } = exchange({ makerFeeRate: "0.01" });
    place({ clientOrderId: "rests", type: "limit", price: "90", referencePrice: "100" });
    expect(order("rests")?.status).toBe("working");
    move("91");
    expect(order("rests")?.status).toBe("working");
    move("85");
    expect(order("rests")).toMatchObject({ status: "filled", averagePrice: "90", fee: "0.9" });
  });

  test("are filled by the price that a later order brings", () => {
    const { place, order } = exchange();
    place({ clientOrderId: "rests", side: "sell", type: "limit", price: "110", referencePrice: "100" });
    place({ referencePrice: "111" });
    expect(order("rests")?.status).toBe("filled");
  });

  test("of another symbol do not move", () => {
    const { place, order, move } = exchange();
    place({ clientOrderId: "rests", type: "limit", price: "90" });
    move("1", SPOT);
    expect(order("rests")?.status).toBe("working");
  });

  test("without a price are rejected", () => {
    expect(exchange().place({ type: "limit" })).toMatchObject({ status: "rejected" });
  });
});

describe("limit orders that do not wait", () => {
  test.each(["ioc", "fok"] as const)("fill at once or end: %s", (timeInForce) => {
    const { place, move } = exchange();
    move("100");

    expect(place({ type: "limit", price: "101", timeInForce })).toMatchObject({
      order: { status: "filled", averagePrice: "100" },
    });
    expect(place({ type: "limit", price: "99", timeInForce })).toMatchObject({
      order: { status: "expired", filledQuantity: "0", reason: "nothing filled at once at 99: the price is 100" },
    });
  });

  test("are refused when they would fill and may not: post_only", () => {
    const { place, move } = exchange();
    move("100");

    expect(place({ type: "limit", price: "101", timeInForce: "post_only" })).toMatchObject({ status: "rejected" });
    expect(place({ type: "limit", price: "99", timeInForce: "post_only" })).toMatchObject({
      order: { status: "working" },
    });
  });
});

describe("triggers", () => {
  test("a stop of a long position fills at the price that falls through it", () => {
    const { place, order, move } = exchange();
    place({ referencePrice: "100" });
    place({ clientOrderId: "stop", side: "sell", type: "stop", triggerPrice: "90", reduceOnly: true });
    move("91");
    expect(order("stop")?.status).toBe("working");
    move("88");
    expect(order("stop")).toMatchObject({ status: "filled", averagePrice: "88" });
  });

  test("a target of a short position fills when the price has fallen to it", () => {
    const { place, order, move } = exchange();
    place({ side: "sell", referencePrice: "100" });
    place({ clientOrderId: "target", side: "buy", type: "take_profit", triggerPrice: "80", reduceOnly: true });
    move("80");
    expect(order("target")?.status).toBe("filled");
  });

  test("one that the market has passed already is rejected", () => {
    const { place } = exchange();
    place({ referencePrice: "100" });
    expect(place({ side: "sell", type: "stop", triggerPrice: "105", reduceOnly: true })).toMatchObject({
      status: "rejected",
      reason: expect.stringContaining("trigger at once"),
    });
  });

  test("one without a trigger price is rejected", () => {
    const { place } = exchange();
    place({ referencePrice: "100" });
    expect(place({ side: "sell", type: "stop", reduceOnly: true })).toMatchObject({ status: "rejected" });
  });
});

describe("cancelling", () => {
  test("ends a resting order for good", () => {
    const { place, engine, order, move } = exchange();
    place({ clientOrderId: "rests", type: "limit", price: "90", referencePrice: "100" });
    engine.cancel({ clientOrderId: "rests", symbol: PERP }, { now: START });
    move("80");
    expect(order("rests")).toMatchObject({ status: "cancelled", filledQuantity: "0" });
    expect(engine.openOrders(PERP)).toEqual([]);
  });

  test("leaves a filled order as it is", () => {
    const { place, engine } = exchange();
    place({ clientOrderId: "done", referencePrice: "100" });
    expect(engine.cancel({ clientOrderId: "done", symbol: PERP }, { now: START })?.status).toBe("filled");
  });

  test("of an unknown order answers nothing", () => {
    expect(exchange().engine.cancel({ clientOrderId: "who", symbol: PERP }, { now: START })).toBeUndefined();
  });
});

describe("client order ids", () => {
  test("are unique for ever", () => {
    const { place, engine } = exchange();
    place({ clientOrderId: "same", referencePrice: "100" });
    expect(place({ clientOrderId: "same", referencePrice: "100" }).status).toBe("duplicate");
    expect(engine.position(PERP).quantity).toBe("1");
  });

  test("are free again after a fill where they are unique only while open: the same id buys twice", () => {
    const { place, engine } = exchange({ idMode: "unique_while_open" });
    place({ clientOrderId: "same", referencePrice: "100" });
    place({ clientOrderId: "same", referencePrice: "100" });
    expect(engine.position(PERP).quantity).toBe("2");
    expect(engine.book().orders).toHaveLength(2);
  });

  test("are taken while their order rests", () => {
    const { place } = exchange({ idMode: "unique_while_open" });
    place({ clientOrderId: "same", type: "limit", price: "90", referencePrice: "100" });
    expect(place({ clientOrderId: "same", type: "limit", price: "90" }).status).toBe("duplicate");
  });

  test("of another symbol are not found", () => {
    const { place, order } = exchange();
    place({ clientOrderId: "here", referencePrice: "100" });
    expect(order("here", SPOT)).toBeUndefined();
  });
});

describe("the receive window", () => {
  test("an order signed five seconds ago is still taken", () => {
    expect(exchange().place({ referencePrice: "100" }, 5_000).status).toBe("accepted");
  });

  test("a later one provably does nothing", () => {
    const { place, engine } = exchange();
    expect(place({ referencePrice: "100" }, 5_001).status).toBe("not_executed");
    expect(engine.book().orders).toEqual([]);
  });

  test("one signed in the future does nothing either", () => {
    expect(exchange().place({ referencePrice: "100" }, -1_001).status).toBe("not_executed");
  });
});

describe("a stop with a target", () => {
  const stop = { symbol: SPOT, side: "sell", type: "stop", triggerPrice: "90" } as const;
  const target = { clientOrderId: "target", triggerPrice: "110" };

  function held() {
    const at = exchange();
    at.place({ symbol: SPOT, referencePrice: "100" });
    return at;
  }

  test("rests as two orders", () => {
    const { place } = held();
    expect(place({ ...stop, clientOrderId: "stop", target })).toMatchObject({
      status: "accepted",
      order: { clientOrderId: "stop", status: "working" },
      target: { clientOrderId: "target", status: "working" },
    });
  });

  test.each([
    ["90", "stop", "target"],
    ["110", "target", "stop"],
  ])("at %s sells by its %s and ends its %s", (price, sells, ends) => {
    const { place, move, order, engine } = held();
    place({ ...stop, clientOrderId: "stop", target });
    move(price, SPOT);
    expect(order(sells, SPOT)).toMatchObject({ status: "filled" });
    expect(order(ends, SPOT)).toMatchObject({ status: "expired", filledQuantity: "0" });
    expect(engine.position(SPOT).quantity).toBe("0");
  });

  test("is cancelled as one", () => {
    const { place, order, engine } = held();
    place({ ...stop, clientOrderId: "stop", target });
    engine.cancel({ clientOrderId: "target", symbol: SPOT }, { now: START });
    expect(order("stop", SPOT)).toMatchObject({ status: "cancelled" });
  });

  test("is refused as one when the market is past the target", () => {
    const { place, order, move } = held();
    move("111", SPOT);
    expect(place({ ...stop, clientOrderId: "stop", target })).toMatchObject({ status: "rejected" });
    expect(order("stop", SPOT)).toBeUndefined();
  });

  test("is a duplicate when the id of either was used before", () => {
    const { place } = held();
    place({ ...stop, clientOrderId: "target" });
    expect(place({ ...stop, clientOrderId: "stop", target })).toMatchObject({ status: "duplicate" });
  });
});
