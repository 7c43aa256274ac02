import { MainClient, USDMClient } from "binance";
import { vi } from "vitest";
import type { LoggedRequest } from "../../../../tooling/fakes/binance/exchange.ts";
import type { FakeBinance } from "../../../../tooling/fakes/binance/fake.ts";
import { systemClock } from "../clock.ts";
import type { Market } from "../venues/binance/faults.ts";
import { createBinanceMemories } from "../venues/binance/memories.ts";
import { openVenue } from "../venues/index.ts";
import type { Venue } from "../venues/venue.ts";

export function ours(fake: FakeBinance, market: Market, more: Record<string, string> = {}): Venue {
  const prefix = market === "spot" ? "MAIN_BINANCE" : "MAIN_BINANCE_USDM";
  const variables: Record<string, string> = {
    [`${prefix}_API_KEY`]: fake.keys.apiKey,
    [`${prefix}_API_SECRET`]: fake.keys.apiSecret,
    [`${prefix}_URL`]: fake.url,
    ...more,
  };
  return openVenue(
    { account: "main", venue: market === "spot" ? "binance" : "binance-usdm" },
    {
      clock: systemClock,
      fetch: (input, init) => fetch(input, init),
      variable: (name) => variables[name],
      tradingMode: "live",
      paper: () => {
        throw new Error("nobody asks it");
      },
      binance: createBinanceMemories(),
    },
  );
}

/** The client of sieblyio (`binance`) for both markets. */
export function clientsOf(fake: FakeBinance): { spot: MainClient; usdm: USDMClient } {
  // It complains of ids without its own prefix, which earns it a share of the fees.
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const keys = { api_key: fake.keys.apiKey, api_secret: fake.keys.apiSecret, baseUrl: fake.url };
  return { spot: new MainClient(keys), usdm: new USDMClient(keys) };
}

/** What of a request says something about the order: neither when it was signed, nor how its answer should look. */
export function saidOf({ name, parameters }: LoggedRequest): object {
  const {
    timestamp: _timestamp,
    signature: _signature,
    recvWindow: _window,
    newOrderRespType: _type,
    newClientOrderId: _id,
    listClientOrderId: _listId,
    ...said
  } = parameters;
  const plain = Object.entries(said).map(([key, value]: [string, string]) => [
    key,
    /^[\d.]+$/.test(value) ? String(Number(value)) : value,
  ]);
  return { name, ...Object.fromEntries(plain) };
}
