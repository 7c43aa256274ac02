import { describe, expect, test } from "vitest";
import { divide, multiply, positiveDecimal } from "#contracts/decimal";
import type { OrderRequest } from "#contracts/order";
import { fitToRules } from "../../rounding.ts";
import { algoParameters, isConditional, orderParameters } from "../binance-usdm/orders.ts";
import type { Parameters } from "./signing.ts";
import { pairParameters, spotParameters } from "./spot-orders.ts";
import { listingsOf } from "./symbol-info.ts";

const CASES = 500;
const PLACES = 24;

/** Numbers from 0 up to 1, the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A second arithmetic, on whole numbers, so that nothing is judged by what it is made of. */
function whole(text: string): bigint {
  expect(text).toMatch(/^\d+(?:\.\d+)?$/);
  const [digits = "", fraction = ""] = text.split(".");
  return BigInt(digits + fraction.padEnd(PLACES, "0"));
}

function randomCase(random: () => number) {
  const pick = <T>(all: readonly [T, ...T[]]): T => all[Math.floor(random() * all.length)] ?? all[0];
  const stepOf = (places: number): string => (places === 0 ? "1" : `0.${"0".repeat(places - 1)}1`);
  const digits = (count: number): string => String(1 + Math.floor(random() * (10 ** count - 1)));
  const decimals = (): string => `${digits(4)}.${digits(8)}1`;
  const step = stepOf(Math.floor(random() * 9));
  const tick = pick([stepOf(Math.floor(random() * 9)), "0.5", "0.05", "2.5"]);
  const small = `0.${"0".repeat(Math.floor(random() * 9))}${digits(3)}1`;
  const price = pick([decimals(), small]);
  const equity = decimals();
  const percent = `${digits(2)}.5`;
  const sized = divide(multiply(equity, percent), multiply(price, "100"));
  const type = pick(["market", "limit", "stop", "take_profit"] as const);
  const order: OrderRequest = {
    clientOrderId: "x-e",
    symbol: "BTCUSDT.P",
    side: pick(["buy", "sell"]),
    type,
    quantity: pick([decimals(), small, positiveDecimal.safeParse(sized).success ? sized : small]),
    price: type === "limit" ? price : undefined,
    triggerPrice: type === "stop" || type === "take_profit" ? price : undefined,
    referencePrice: price,
    reduceOnly: random() < 0.3,
    target: type === "stop" ? { clientOrderId: "x-t1", triggerPrice: pick([decimals(), small]) } : undefined,
  };
  // As Binance writes them: padded, a rule that is off as zero.
  const minQuantity = pick([`${step}${step.includes(".") ? "000" : ".000"}`, "0.00000000"]);
  const marketStep = pick(["0.00000000", step, stepOf(Math.floor(random() * 9))]);
  const marketMinimum = pick(["0.00000000", "2.00000000"]);
  const isExempt = random() < 0.5;
  const filters = [
    { filterType: "PRICE_FILTER", tickSize: `${tick}${tick.includes(".") ? "00" : ".00"}` },
    { filterType: "LOT_SIZE", stepSize: step, minQty: minQuantity, maxQty: pick(["5000.00", "0.00"]) },
    { filterType: "MARKET_LOT_SIZE", stepSize: marketStep, minQty: marketMinimum, maxQty: pick(["3000.00", "0.00"]) },
    pick([
      { filterType: "NOTIONAL", minNotional: pick(["5.00000000", "0.00000000"]), applyMinToMarket: !isExempt },
      { filterType: "MIN_NOTIONAL", minNotional: "5.00000000", applyToMarket: !isExempt },
    ]),
  ];
  const symbol = { symbol: "BTCUSDT", status: "TRADING", baseAsset: "BTC", quoteAsset: "USDT", filters };
  const rules = listingsOf({ symbols: [symbol] })?.get("BTCUSDT")?.rules;
  if (rules === undefined) throw new Error("these rules should be readable");
  const takesMarket = type !== "limit";
  const largest = (...values: string[]): bigint =>
    values.map(whole).reduce((most, each) => (each > most ? each : most), 0n);
  return {
    order,
    rules,
    // What Binance asks of this order, read once more.
    step: takesMarket ? largest(step, marketStep) : whole(step),
    least: takesMarket ? largest(minQuantity, marketMinimum) : whole(minQuantity),
    isExempt: type === "market" && isExempt,
  };
}

function pairFor(order: OrderRequest): Parameters[] {
  return order.target === undefined ? [] : [pairParameters(order, order.target)];
}

function sentFor(order: OrderRequest): Parameters[] {
  const usdm = isConditional(order) ? algoParameters(order, "BTCUSDT") : orderParameters(order, "BTCUSDT");
  return [spotParameters(order), usdm, ...pairFor(order)];
}

describe(`${CASES} random orders and rules of Binance`, () => {
  const random = seeded(20_261_128);
  const cases = Array.from({ length: CASES }, () => randomCase(random));
  const fitted = cases.map((each) => ({ ...each, result: fitToRules(each.order, each.rules) }));

  test("some fit and some do not", () => {
    const fit = fitted.filter(({ result }) => result.fits).length;
    expect(fit).toBeGreaterThan(CASES / 5);
    expect(fit).toBeLessThan(CASES);
  });

  const sent = fitted.flatMap(({ order: asked, result, ...of }) =>
    result.fits ? [{ ...of, asked, order: result.order }] : [],
  );

  test("a quantity is the largest multiple of the step within what was asked and what is allowed", () => {
    const wrong = sent.filter(({ asked, rules, order, step, least }) => {
      const quantity = whole(order.quantity);
      const left = whole(asked.quantity) - quantity;
      const tooSmall = quantity <= 0n || quantity < least;
      const most = [rules.maxQuantity, order.type === "limit" ? undefined : rules.maxMarketQuantity];
      const tooLarge = most.some((each) => each !== undefined && quantity > whole(each));
      return quantity % step !== 0n || left < 0n || left >= step || tooSmall || tooLarge;
    });
    expect(wrong).toEqual([]);
  });

  test("prices are multiples of the tick", () => {
    const prices = sent.flatMap(({ rules, order }) =>
      [order.price, order.triggerPrice].flatMap((price) => (price === undefined ? [] : [{ price, rules }])),
    );
    expect(prices.length).toBeGreaterThan(0);
    expect(prices.filter(({ price, rules }) => whole(price) % whole(rules.priceTick) !== 0n)).toEqual([]);
  });

  test("an entry is worth the minimum, unless Binance does not ask for it", () => {
    const isCheap = ({ rules, order }: (typeof sent)[number]): boolean => {
      const value = order.price ?? order.triggerPrice ?? order.referencePrice ?? "0";
      const worth = whole(order.quantity) * whole(value);
      return !order.reduceOnly && worth < whole(rules.minNotional ?? "0") * 10n ** BigInt(PLACES);
    };
    expect(sent.filter((each) => !each.isExempt && isCheap(each))).toEqual([]);
    expect(sent.filter((each) => each.isExempt && isCheap(each)).length).toBeGreaterThan(0);
  });

  test("a limit price is never worse than what was asked, nor a tick away from it", () => {
    const wrong = sent.filter(({ asked, rules, order }) => {
      const kept = whole(asked.price ?? "0") - whole(order.price ?? "0");
      const given = order.side === "buy" ? kept : -kept;
      return given < 0n || given >= whole(rules.priceTick);
    });
    expect(wrong).toEqual([]);
  });

  test("of a pair each has its own id and trigger, the target where the market earns", () => {
    const pairs = sent.flatMap(({ order }) => pairFor(order).map((parameters) => ({ order, parameters })));
    expect(pairs.length).toBeGreaterThan(0);
    for (const { order, parameters } of pairs) {
      const [gains, loses] = order.side === "sell" ? (["above", "below"] as const) : (["below", "above"] as const);
      expect(parameters).toMatchObject({
        [`${gains}Type`]: "TAKE_PROFIT",
        [`${gains}ClientOrderId`]: order.target?.clientOrderId,
        [`${gains}StopPrice`]: order.target?.triggerPrice,
        [`${loses}Type`]: "STOP_LOSS",
        [`${loses}ClientOrderId`]: order.clientOrderId,
        [`${loses}StopPrice`]: order.triggerPrice,
      });
    }
  });

  test("what does not fit is refused with the rule and its value", () => {
    const wordless = fitted.filter(({ rules, result }) => {
      const values = Object.values(rules).filter((value) => typeof value === "string");
      return !result.fits && !values.some((value) => result.reason.includes(value));
    });
    expect(wordless).toEqual([]);
  });

  test("no number is sent with an exponent", () => {
    const names = ["quantity", "price", "stopPrice", "triggerPrice", "aboveStopPrice", "belowStopPrice"];
    const numbers = sent
      .flatMap(({ order }) => sentFor(order))
      .flatMap((parameters) => names.flatMap((name) => parameters[name] ?? []));
    expect(numbers.some((number) => number.startsWith("0.000000"))).toBe(true);
    expect(numbers.filter((number) => !positiveDecimal.safeParse(number).success)).toEqual([]);
  });
});
