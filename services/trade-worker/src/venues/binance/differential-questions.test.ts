import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FakeBinance } from "../../../../../tooling/fakes/binance/fake.ts";
import { clientsOf, ours, saidOf } from "../../testing/two-clients.ts";
import type { Venue } from "../venue.ts";
import type { Market } from "./faults.ts";

/** The same questions by our adapters and by the client of sieblyio, as the orders are compared beside this. */
let fake: FakeBinance;
beforeAll(async () => {
  fake = await FakeBinance.start();
});
afterAll(() => fake.stop());

const ID = "aaaaaaaaabaabaaaaaaaaaaaae-e";
const STOP_ID = "aaaaaaaaabaabaaaaaaaaaaaae-s1";

interface Asking {
  name: string;
  market: Market;
  /** What of all that leaves is compared; everything when absent. */
  of?: RegExp;
  ask: (venue: Venue) => Promise<unknown>;
  /** The same by sieblyio's client, request by request. */
  theirs: (clients: ReturnType<typeof clientsOf>) => (() => Promise<unknown>)[];
}

const NOWHERE = "aaaaaaaaabaabaaaaaaaaaaaai-e";
const NO_STOP = "aaaaaaaaabaabaaaaaaaaaaaai-s1";
const ALGO_ID = 2_146_763;
const symbol = "BTCUSDT";
const all = { symbol, limit: 1000 };
const at = (clientOrderId: string, name = "BTCUSDT.P") => ({ clientOrderId, symbol: name });
const named = (origClientOrderId: string) => ({ symbol, origClientOrderId });

const askings: Asking[] = [
  {
    name: "finding an order",
    market: "spot",
    ask: (venue) => venue.find(at(ID, symbol)),
    theirs: ({ spot }) => [() => spot.getOrder(named(ID))],
  },
  {
    name: "finding an order that is nowhere",
    market: "spot",
    ask: (venue) => venue.find(at(NOWHERE, symbol)),
    theirs: ({ spot }) => [
      () => spot.getOrder(named(NOWHERE)),
      () => spot.getAccountTradeList(all),
      () => spot.getAllOrders(all),
    ],
  },
  {
    name: "cancelling an order",
    market: "spot",
    ask: (venue) => venue.cancel(at(ID, symbol)),
    theirs: ({ spot }) => [() => spot.cancelOrder(named(ID)), () => spot.getOrder(named(ID))],
  },
  {
    name: "asking for the open orders",
    market: "spot",
    ask: (venue) => venue.openOrders(symbol),
    theirs: ({ spot }) => [() => spot.getOpenOrders({ symbol })],
  },
  {
    name: "asking for the equity",
    market: "spot",
    ask: (venue) => venue.equity(symbol),
    theirs: ({ spot }) => [
      () => spot.getExchangeInfo({ symbol }),
      () => spot.getAccountInformation({ omitZeroBalances: true }),
      () => spot.getSymbolPriceTicker({ symbol }),
    ],
  },
  {
    name: "asking what the key may do",
    market: "spot",
    ask: async (venue) => venue.keyHealth?.(),
    theirs: ({ spot }) => [() => spot.getApiKeyPermissions()],
  },
  {
    name: "finding an order",
    market: "usdm",
    ask: (venue) => venue.find(at(ID)),
    theirs: ({ usdm }) => [() => usdm.getOrder(named(ID))],
  },
  {
    name: "finding a stop",
    market: "usdm",
    ask: (venue) => venue.find(at(STOP_ID)),
    theirs: ({ usdm }) => [() => usdm.getAlgoOrder({ clientAlgoId: STOP_ID })],
  },
  {
    name: "finding a stop that is nowhere",
    market: "usdm",
    ask: (venue) => venue.find(at(NO_STOP)),
    theirs: ({ usdm }) => [
      () => usdm.getAlgoOrder({ clientAlgoId: NO_STOP }),
      () => usdm.getOpenAlgoOrders({ symbol }),
      () => usdm.getOrder(named(NO_STOP)),
      () => usdm.getAccountTrades(all),
      () => usdm.getAllOrders(all),
    ],
  },
  {
    name: "cancelling an order",
    market: "usdm",
    ask: (venue) => venue.cancel(at(ID)),
    theirs: ({ usdm }) => [() => usdm.cancelOrder(named(ID)), () => usdm.getOrder(named(ID))],
  },
  {
    name: "cancelling a stop",
    market: "usdm",
    ask: (venue) => venue.cancel(at(STOP_ID)),
    theirs: ({ usdm }) => [
      () => usdm.getAlgoOrder({ clientAlgoId: STOP_ID }),
      () => usdm.cancelAlgoOrder({ algoId: ALGO_ID }),
      () => usdm.getAlgoOrder({ clientAlgoId: STOP_ID }),
    ],
  },
  {
    name: "asking for the open orders",
    market: "usdm",
    ask: (venue) => venue.openOrders("BTCUSDT.P"),
    theirs: ({ usdm }) => [() => usdm.getAllOpenOrders({ symbol }), () => usdm.getOpenAlgoOrders({ symbol })],
  },
  {
    name: "asking for the position",
    market: "usdm",
    ask: (venue) => venue.position("BTCUSDT.P"),
    theirs: ({ usdm }) => [() => usdm.getPositionsV3({ symbol })],
  },
  {
    name: "asking for the equity",
    market: "usdm",
    ask: (venue) => venue.equity("BTCUSDT.P"),
    theirs: ({ usdm }) => [() => usdm.getExchangeInfo(), () => usdm.getBalanceV3()],
  },
  {
    name: "setting the margin mode and the leverage of an entry",
    market: "usdm",
    of: /marginType|leverage/,
    ask: (venue) =>
      venue.place(
        {
          clientOrderId: NOWHERE,
          symbol: "ETHUSDT.P",
          side: "buy",
          type: "market",
          quantity: "0.5",
          reduceOnly: false,
          leverage: "25",
        },
        { signedAt: new Date() },
      ),
    theirs: ({ usdm }) => [
      () => usdm.setMarginType({ symbol: "ETHUSDT", marginType: "ISOLATED" }),
      () => usdm.setLeverage({ symbol: "ETHUSDT", leverage: 25 }),
    ],
  },
];

describe("what our adapter asks is what sieblyio's client asks", () => {
  /** An account with an order and a stop that rest. */
  function withOrders(): void {
    fake.startOver();
    fake.spot.setBalance("USDT", "100000");
    fake.usdm.setBalance("USDT", "100000");
    const order = { symbol, quantity: "0.5", reduceOnly: false } as const;
    const bought = { ...order, clientOrderId: "before", side: "buy", type: "market" } as const;
    const rests = { ...order, clientOrderId: ID, side: "buy", type: "limit", price: "9000" } as const;
    const guard = { ...order, clientOrderId: STOP_ID, side: "sell", type: "stop", triggerPrice: "9000" } as const;
    fake.spot.place(bought, { type: "MARKET", timeInForce: "GTC" });
    fake.spot.place(rests, { type: "LIMIT", timeInForce: "GTC" });
    fake.usdm.place(bought, { type: "MARKET", timeInForce: "GTC" });
    fake.usdm.place(rests, { type: "LIMIT", timeInForce: "GTC" });
    fake.usdm.place(guard, { type: "STOP_MARKET", timeInForce: "GTC" });
  }

  test.each(askings)("when $name of $market", async ({ market, of = /./, ask, theirs }) => {
    // Two lists are asked for at once, in no order.
    const asked = (): string[] =>
      fake.requests
        .filter(({ name }) => of.test(name))
        .map((each) => JSON.stringify(Object.entries(saidOf(each)).toSorted()))
        .toSorted();
    withOrders();
    await ask(ours(fake, market, { MAIN_BINANCE_USDM_MARGIN_MODE: "isolated" }));
    const own = asked();
    withOrders();
    // What is nowhere is refused.
    for (const request of theirs(clientsOf(fake))) await request().catch(() => undefined);

    expect(own).toEqual(asked());
    expect(own).not.toEqual([]);
  });
});
