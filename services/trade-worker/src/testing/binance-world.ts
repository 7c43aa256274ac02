import { clientOrderId, type LegId } from "#contracts/ids";
import type { OrderRequest } from "#contracts/order";
import { FakeBinance } from "../../../../tooling/fakes/binance/fake.ts";
import { createTestClock, type TestClock } from "../fakes/test-clock.ts";
import { binanceUsdmVenue } from "../venues/binance-usdm/adapter.ts";
import type { Market } from "../venues/binance/faults.ts";
import { KnownSymbols } from "../venues/binance/known-symbols.ts";
import { binanceSpotVenue } from "../venues/binance/spot-adapter.ts";
import { createMemory, createTransport } from "../venues/binance/transport.ts";
import type { Venue } from "../venues/venue.ts";

const kinds = {
  market: { type: "market", side: "buy" },
  limit: { type: "limit", side: "buy", price: "9000" },
  stop: { type: "stop", side: "sell", triggerPrice: "9000" },
  target: { type: "take_profit", side: "sell", triggerPrice: "11000" },
} as const satisfies Record<string, Partial<OrderRequest>>;
export type Kind = keyof typeof kinds;

const leg = (digit: number, of: LegId): string =>
  clientOrderId({ requestId: `00000000-0000-4000-8000-00000000000${digit}`, leg: of });

/** Ids of legs of ours by the names of the tests; any other name is the id of a stranger's order. */
const legs: Readonly<Record<string, string>> = {
  "old-filled": leg(1, "e"),
  "old-resting": leg(2, "e"),
  "old-triggered": leg(3, "s1"),
  "old-stop": leg(4, "s1"),
  "no-entry": leg(5, "e"),
  "no-stop": leg(6, "s1"),
  "new-entry": leg(7, "e"),
  "new-stop": leg(8, "s1"),
  "new-target": leg(8, "t1"),
  "old-guard": leg(9, "s1"),
  "old-target": leg(9, "t1"),
};

export function idOf(name: string): string {
  return legs[name] ?? name;
}

/** What is between the adapters and the fake. */
export type Line = "http" | "direct";

const sentAs = { market: "MARKET", limit: "LIMIT", stop: "STOP_MARKET", target: "TAKE_PROFIT_MARKET" } as const;

/** The real adapters before the fake Binance, on one clock. */
export class BinanceWorld {
  readonly fake: FakeBinance;
  readonly #time: { clock: TestClock; aheadMs: number };

  private constructor(fake: FakeBinance, time: { clock: TestClock; aheadMs: number }) {
    this.fake = fake;
    this.#time = time;
  }

  static async start(): Promise<BinanceWorld> {
    const time = { clock: createTestClock(), aheadMs: 0 };
    const now = (): Date => new Date(time.clock.now().getTime() + time.aheadMs);
    return new BinanceWorld(await FakeBinance.start({ now }), time);
  }

  get clock(): TestClock {
    return this.#time.clock;
  }

  /** How far Binance's clock is ahead of ours. */
  set aheadMs(ms: number) {
    this.#time.aheadMs = ms;
  }

  /** A venue that remembers nothing, over an account with orders that filled, rest, wait and were triggered. */
  open(market: Market, line: Line = "direct"): Venue {
    this.#time.clock = createTestClock();
    this.aheadMs = 0;
    this.fake.startOver();
    this.#prepare(market);
    return this.#venue(market, line);
  }

  #venue(market: Market, line: Line): Venue {
    const memory = createMemory();
    const { fake, clock } = this;
    const transport = createTransport({
      baseUrl: fake.url,
      market,
      timePath: market === "spot" ? "/api/v3/time" : "/fapi/v1/time",
      credentials: fake.keys,
      clock,
      fetch: this.#whileOpen(line === "http" ? fake.fetch : fake.directFetch),
      memory,
    });
    const deps = { transport, clock, memory, known: new KnownSymbols() };
    return market === "spot" ? binanceSpotVenue(deps) : binanceUsdmVenue({ ...deps, marginMode: "isolated" });
  }

  /** What a venue of before has still on its way must not meet what goes wrong for this one. */
  #whileOpen(send: typeof fetch): typeof fetch {
    const { clock } = this;
    return async (...request) => {
      if (clock !== this.clock) throw new Error("this venue was closed");
      return send(...request);
    };
  }

  #prepare(market: Market): void {
    const { spot, usdm } = this.fake;
    const account = { spot, usdm }[market];
    account.setBalance("USDT", "100000");
    const book = (kind: Kind, name: string, more: Partial<OrderRequest> = {}): void => {
      const order = { ...requestOf(market, kind, name), symbol: "BTCUSDT", ...more };
      account.place(order, { type: sentAs[kind], timeInForce: "GTC" });
    };
    if (market === "spot") spot.setBalance("BTC", "1");
    else usdm.setMarginType("BTCUSDT", "ISOLATED");
    book("market", "old-filled");
    book("limit", "old-resting");
    book("limit", "of-a-stranger");
    if (market === "spot") {
      const terms = (type: string) => ({ type, timeInForce: "GTC" });
      spot.placePair([
        { order: requestOf(market, "stop", "old-guard"), terms: terms("STOP_LOSS") },
        { order: requestOf(market, "target", "old-target"), terms: terms("TAKE_PROFIT") },
      ]);
      return;
    }
    book("stop", "old-triggered", { quantity: "0.1", triggerPrice: "9900" });
    usdm.setPrice("BTCUSDT", "9900");
    usdm.setPrice("BTCUSDT", "10000");
    book("stop", "old-stop");
  }
}

export function symbolAt(market: Market): string {
  return market === "usdm" ? "BTCUSDT.P" : "BTCUSDT";
}

export function requestOf(market: Market, kind: Kind, name: string): OrderRequest {
  const reduceOnly = kind === "stop" || kind === "target";
  return { clientOrderId: idOf(name), symbol: symbolAt(market), quantity: "0.5", reduceOnly, ...kinds[kind] };
}

/** A stop of spot and the target that is placed with it. */
export function pairOf(stop: string, target: string): OrderRequest {
  return {
    ...requestOf("spot", "stop", stop),
    target: { clientOrderId: idOf(target), triggerPrice: kinds.target.triggerPrice },
  };
}
