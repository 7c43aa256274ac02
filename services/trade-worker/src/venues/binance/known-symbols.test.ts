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
  const infoOf = (symbol: string) => known.infoOf(symbol, { scope: "", clock, ask });
  return { clock, infoOf, asked: () => asked };
}

const both = { symbols: [pair("BTCUSDT"), pair("ETHUSDT")] };
const silent = new VenueUnavailable("Binance did not answer");

describe("the rules of a market", () => {
  test("are asked for once for all symbols, and again after ten minutes", async () => {
    const { clock, infoOf, asked } = market(both);
    await infoOf("BTCUSDT");
    expect(await infoOf("ETHUSDT")).toEqual({
      baseAsset: "ETH",
      quoteAsset: "USDT",
      rules: { quantityStep: "0.001", priceTick: "0.1" },
    });
    expect(asked()).toBe(1);
    await clock.advance(10 * MINUTE_MS);
    await infoOf("ETHUSDT");
    expect(asked()).toBe(2);
  });

  test("are asked for once by all who ask at the same time, and anew by whoever comes after a failure", async () => {
    const { infoOf, asked } = market(silent, both);
    const first = await Promise.allSettled([infoOf("BTCUSDT"), infoOf("ETHUSDT")]);
    expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(asked()).toBe(1);
    await Promise.all([infoOf("BTCUSDT"), infoOf("ETHUSDT")]);
    expect(asked()).toBe(2);
  });

  test("are not waited for any longer when whoever asked is gone", async () => {
    const clock = createTestClock();
    const known = new KnownSymbols();
    const of = { scope: "", clock };
    void known.infoOf("BTCUSDT", { ...of, ask: () => new Promise(() => undefined) });
    await clock.advance(8_000);
    expect(await known.infoOf("BTCUSDT", { ...of, ask: async () => both })).toMatchObject({ baseAsset: "BTC" });
  });

  test("do for a day while nothing newer can be heard", async () => {
    const { clock, infoOf } = market(both, silent);
    await infoOf("BTCUSDT");
    await clock.advance(24 * 60 * MINUTE_MS - 1);
    expect(await infoOf("BTCUSDT")).toMatchObject({ baseAsset: "BTC" });
    await clock.advance(1);
    await expect(infoOf("BTCUSDT")).rejects.toThrow("Binance did not answer");
  });

  test("do not do once Binance has said no", async () => {
    const { clock, infoOf } = market(both, new VenueRefusal("not here"));
    await infoOf("BTCUSDT");
    await clock.advance(10 * MINUTE_MS);
    await expect(infoOf("BTCUSDT")).rejects.toThrow(VenueRefusal);
  });

  test("of a symbol that is missing are a refusal, of one that cannot be read they may be readable later", async () => {
    const { infoOf } = market({
      symbols: [
        pair("BTCUSDT", { filters: "many" }),
        pair("ETHUSDT", { filters: [] }),
        pair("BNBUSDT", { status: "SETTLING" }),
        pair("LTCUSDT"),
      ],
    });
    await expect(infoOf("NOPEUSDT")).rejects.toThrow(VenueRefusal);
    await expect(infoOf("BTCUSDT")).rejects.toThrow(new VenueUnavailable("Binance's rules of BTCUSDT cannot be read"));
    await expect(infoOf("ETHUSDT")).rejects.toThrow(/ETHUSDT lack the quantity step or the price tick/);
    await expect(infoOf("BNBUSDT")).rejects.toThrow(/it is SETTLING/);
    expect(await infoOf("LTCUSDT")).toMatchObject({ baseAsset: "LTC" });
  });

  test("cannot be read in an answer of another shape", async () => {
    await expect(market({}).infoOf("BTCUSDT")).rejects.toThrow(VenueUnavailable);
  });
});
