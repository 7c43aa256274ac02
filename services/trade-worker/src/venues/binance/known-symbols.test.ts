import { describe, expect, test } from "vitest";
import { createTestClock } from "../../fakes/test-clock.ts";
import { VenueRefusal, VenueUnavailable } from "../venue.ts";
import { KnownSymbols } from "./known-symbols.ts";

const MINUTE_MS = 60_000;

function pair(symbol: string, more: object = {}): object {
  const filters = [
    { filterType: "PRICE_FILTER", tickSize: "0.10" },
    { filterType: "LOT_SIZE", stepSize: "0.001" },
  ];
  return { symbol, status: "TRADING", baseAsset: symbol.slice(0, 3), quoteAsset: "USDT", filters, ...more };
}

/** A market that answers in turn what `answers` holds, the last of them from then on. */
function market(...answers: (object | Error)[]) {
  const clock = createTestClock();
  const known = new KnownSymbols();
  let asked = 0;
  const ask = async (): Promise<unknown> => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    await Promise.resolve();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const of = { scope: "", clock, ask };
  return {
    clock,
    rulesOf: (symbol: string) => known.rulesOf(symbol, of),
    assetsOf: (symbol: string) => known.assetsOf(symbol, of),
    doubt: () => known.doubt(""),
    asked: () => asked,
  };
}

const both = { symbols: [pair("BTCUSDT"), pair("ETHUSDT")] };
const silent = new VenueUnavailable("Binance did not answer");

describe("the rules of a market", () => {
  test("are asked for once for all symbols, and again after ten minutes", async () => {
    const { clock, rulesOf, asked } = market(both);
    await rulesOf("BTCUSDT");
    expect(await rulesOf("ETHUSDT")).toEqual({ quantityStep: "0.001", priceTick: "0.1" });
    expect(asked()).toBe(1);
    await clock.advance(10 * MINUTE_MS);
    await rulesOf("ETHUSDT");
    expect(asked()).toBe(2);
  });

  test("are asked for once by all who ask at the same time, and anew by whoever comes after a failure", async () => {
    const { rulesOf, asked } = market(silent, both);
    const first = await Promise.allSettled([rulesOf("BTCUSDT"), rulesOf("ETHUSDT")]);
    expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(asked()).toBe(1);
    await Promise.all([rulesOf("BTCUSDT"), rulesOf("ETHUSDT")]);
    expect(asked()).toBe(2);
  });

  test("are not waited for any longer when whoever asked is gone", async () => {
    const clock = createTestClock();
    const known = new KnownSymbols();
    const of = { scope: "", clock };
    void known.rulesOf("BTCUSDT", { ...of, ask: () => new Promise(() => undefined) });
    await clock.advance(8_000);
    expect(await known.rulesOf("BTCUSDT", { ...of, ask: async () => both })).toMatchObject({ priceTick: "0.1" });
  });

  test("do for a day while nothing newer can be heard", async () => {
    const { clock, rulesOf } = market(both, silent);
    await rulesOf("BTCUSDT");
    await clock.advance(24 * 60 * MINUTE_MS - 1);
    expect(await rulesOf("BTCUSDT")).toMatchObject({ priceTick: "0.1" });
    await clock.advance(1);
    await expect(rulesOf("BTCUSDT")).rejects.toThrow("Binance did not answer");
  });

  test("are asked for again once they are doubted, and do while nothing newer can be heard", async () => {
    const coarser = [
      { filterType: "PRICE_FILTER", tickSize: "0.50" },
      { filterType: "LOT_SIZE", stepSize: "0.001" },
    ];
    const changed = { symbols: [pair("BTCUSDT", { filters: coarser })] };
    const { rulesOf, doubt, asked } = market(both, silent, changed);
    await rulesOf("BTCUSDT");
    doubt();
    expect(await rulesOf("BTCUSDT")).toMatchObject({ priceTick: "0.1" });
    expect(await rulesOf("BTCUSDT")).toMatchObject({ priceTick: "0.5" });
    await rulesOf("BTCUSDT");
    expect(asked()).toBe(3);
  });

  test("do not do once Binance has said no", async () => {
    const { clock, rulesOf } = market(both, new VenueRefusal("not here"));
    await rulesOf("BTCUSDT");
    await clock.advance(10 * MINUTE_MS);
    await expect(rulesOf("BTCUSDT")).rejects.toThrow(VenueRefusal);
  });

  test("of a symbol that is missing are a refusal, of one that cannot be read they may be readable later", async () => {
    const { rulesOf } = market({
      symbols: [
        pair("BTCUSDT", { filters: "many" }),
        pair("ETHUSDT", { filters: [] }),
        pair("BNBUSDT", { status: "SETTLING" }),
        pair("LTCUSDT"),
      ],
    });
    await expect(rulesOf("NOPEUSDT")).rejects.toThrow(VenueRefusal);
    await expect(rulesOf("BTCUSDT")).rejects.toThrow(new VenueUnavailable("Binance's rules of BTCUSDT cannot be read"));
    await expect(rulesOf("ETHUSDT")).rejects.toThrow(/ETHUSDT lack the quantity step or the price tick/);
    await expect(rulesOf("BNBUSDT")).rejects.toThrow(/it is SETTLING/);
    expect(await rulesOf("LTCUSDT")).toMatchObject({ priceTick: "0.1" });
  });

  test("cannot be read in an answer of another shape", async () => {
    await expect(market({}).rulesOf("BTCUSDT")).rejects.toThrow(VenueUnavailable);
  });
});

describe("what a symbol is a pair of", () => {
  const bnb = { baseAsset: "BNB", quoteAsset: "USDT" };

  test.each([
    ["is settling", { status: "SETTLING" }],
    ["has rules that cannot be read", { filters: "many" }],
    ["lacks its steps", { filters: [] }],
  ])("is known of one that %s", async (_, more) => {
    const { assetsOf, rulesOf } = market({ symbols: [pair("BNBUSDT", more)] });
    expect(await assetsOf("BNBUSDT")).toEqual(bnb);
    await expect(rulesOf("BNBUSDT")).rejects.toThrow(VenueUnavailable);
  });

  test("is remembered of one that is listed no more, however long ago that was", async () => {
    const { assetsOf, rulesOf, clock } = market({ symbols: [pair("BNBUSDT")] }, both);
    await rulesOf("BNBUSDT");
    await clock.advance(40 * 24 * 60 * MINUTE_MS);
    await expect(rulesOf("BNBUSDT")).rejects.toThrow(VenueRefusal);
    expect(await assetsOf("BNBUSDT")).toEqual(bnb);
  });

  test("is a refusal where it was never heard", async () => {
    await expect(market(both).assetsOf("NOPEUSDT")).rejects.toThrow(VenueRefusal);
    const nameless = market({ symbols: [{ symbol: "BTCUSDT" }] });
    await expect(nameless.assetsOf("BTCUSDT")).rejects.toThrow(VenueUnavailable);
  });
});
