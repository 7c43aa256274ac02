import { describe, expect, test } from "vitest";
import type { OrderRequest } from "#contracts/order";
import { fitToRules, isTooSmall } from "./rounding.ts";

const rules = { quantityStep: "0.001", priceTick: "0.5" };

function orderOf(part: Partial<OrderRequest>): OrderRequest {
  return {
    clientOrderId: "x-e",
    symbol: "BTCUSDT",
    side: "buy",
    type: "limit",
    quantity: "1",
    reduceOnly: false,
    ...part,
  };
}

function fitted(part: Partial<OrderRequest>): OrderRequest | undefined {
  const result = fitToRules(orderOf(part), rules);
  return result.fits ? result.order : undefined;
}

describe("fitting an order to the rules of its venue", () => {
  test("quantity goes down to the step", () => {
    expect(fitted({ quantity: "0.0019" })?.quantity).toBe("0.001");
  });

  test("the price of a target that goes with a stop goes to the tick, too", () => {
    const target = { clientOrderId: "x-t1", triggerPrice: "110.7" };
    expect(fitted({ type: "stop", triggerPrice: "90.2", target })).toMatchObject({
      triggerPrice: "90",
      target: { triggerPrice: "110.5" },
    });
  });

  test("a buy limit goes down to the tick", () => {
    expect(fitted({ price: "100.7" })?.price).toBe("100.5");
  });

  test("a sell limit goes up to the tick, never below what was asked", () => {
    expect(fitted({ side: "sell", price: "100.7" })?.price).toBe("101");
  });

  test("a price on the tick stays", () => {
    expect(fitted({ side: "sell", price: "100.5" })?.price).toBe("100.5");
  });

  test("a trigger goes to a tick", () => {
    expect(fitted({ type: "stop", side: "sell", triggerPrice: "90.9" })?.triggerPrice).toBe("90.5");
  });

  test.each([
    ["a quantity below the step", { quantity: "0.0009" }, {}, "quantity step 0.001"],
    ["a quantity below the minimum", { quantity: "0.5" }, { minQuantity: "1" }, "minimum quantity 1"],
    ["a quantity above the maximum", { quantity: "9" }, { maxQuantity: "5" }, "maximum quantity 5"],
    [
      "a market order above what one may be",
      { type: "stop" as const, triggerPrice: "90", quantity: "9" },
      { maxQuantity: "100", maxMarketQuantity: "5" },
      "maximum quantity of a market order 5",
    ],
    ["a price below the tick", { price: "0.2" }, {}, "price tick 0.5"],
    ["a trigger below the tick", { type: "stop" as const, triggerPrice: "0.2" }, {}, "price tick 0.5"],
    ["a value below the minimum", { price: "4" }, { minNotional: "10" }, "minimum value 10"],
    [
      "a market order's value by the alert's price",
      { type: "market" as const, referencePrice: "9.5" },
      { minNotional: "10" },
      "9.5 is below",
    ],
  ])("%s is refused with the name of the rule", (_, part, more, words) => {
    const result = fitToRules(orderOf(part), { ...rules, ...more });
    expect(result).toEqual({ fits: false, reason: expect.stringContaining(words) });
  });

  const coarse = { ...rules, marketQuantityStep: "0.01", minMarketQuantity: "0.05" };

  test.each(["market", "stop", "take_profit"] as const)(
    "the quantity of a %s goes down to the coarser step",
    (type) => {
      const order = orderOf({ type, quantity: "0.0699", triggerPrice: type === "market" ? undefined : "90" });
      expect(fitToRules(order, coarse)).toMatchObject({ fits: true, order: { quantity: "0.06" } });
      expect(fitToRules(order, { ...coarse, marketQuantityStep: "0.0001" })).toMatchObject({
        fits: true,
        order: { quantity: "0.069" },
      });
    },
  );

  test("a limit order keeps its own step and minimum", () => {
    const result = fitToRules(orderOf({ quantity: "0.0049", price: "100" }), coarse);
    expect(result).toMatchObject({ fits: true, order: { quantity: "0.004" } });
  });

  test("the minimum of a market order is named", () => {
    const words = (quantity: string) => fitToRules(orderOf({ type: "market", quantity }), coarse);
    expect(words("0.0499")).toMatchObject({
      reason: expect.stringContaining("minimum quantity of a market order 0.05"),
    });
    expect(words("0.0099")).toMatchObject({ reason: expect.stringContaining("below the quantity step 0.01") });
  });

  test("a market order may be worth less where the venue says so, and no other", () => {
    const exempt = { ...rules, minNotional: "10", minNotionalOfMarket: false };
    expect(fitToRules(orderOf({ type: "market", referencePrice: "4" }), exempt).fits).toBe(true);
    expect(fitToRules(orderOf({ type: "stop", triggerPrice: "4" }), exempt).fits).toBe(false);
    expect(fitToRules(orderOf({ price: "4" }), exempt).fits).toBe(false);
  });

  test("a limit order may be bigger than a market order", () => {
    expect(fitToRules(orderOf({ quantity: "9", price: "100" }), { ...rules, maxMarketQuantity: "5" }).fits).toBe(true);
  });

  test("a reduce-only order may be worth less than the minimum", () => {
    const order = orderOf({ price: "4", reduceOnly: true });
    expect(fitToRules(order, { ...rules, minNotional: "10" }).fits).toBe(true);
  });
});

describe("an order is too small to trade", () => {
  const most = { ...rules, minQuantity: "0.01", minMarketQuantity: "0.1", minNotional: "10" };
  const market = { type: "market" as const, referencePrice: "100" };

  test.each<[string, Partial<OrderRequest>, Partial<typeof most> & { minNotionalOfMarket?: boolean }, boolean]>([
    ["below the step", { quantity: "0.0009", price: "99999" }, {}, true],
    ["below the minimum quantity", { quantity: "0.009", price: "99999" }, {}, true],
    ["below that of market orders", { ...market, quantity: "0.09" }, {}, true],
    ["that of market orders does not count for a limit", { quantity: "0.09", price: "999" }, {}, false],
    ["worth less than the minimum", { quantity: "0.05", price: "100" }, {}, true],
    ["by its trigger", { type: "stop", quantity: "0.1", triggerPrice: "99" }, {}, true],
    [
      "not where market orders are exempt",
      { ...market, quantity: "0.1", referencePrice: "1" },
      { minNotionalOfMarket: false },
      false,
    ],
    ["also one that only reduces", { ...market, quantity: "0.1", referencePrice: "1", reduceOnly: true }, {}, true],
    ["not for any other reason", { quantity: "1", price: "100" }, {}, false],
  ])("%s", (_, order, more, expected) => {
    expect(isTooSmall(orderOf(order), { ...most, ...more })).toBe(expected);
  });
});
