import { binanceUsdmVenue } from "../binance-usdm/adapter.ts";
import type { LiveAccount, LiveVenueFactory, LiveWorld } from "../live.ts";
import type { Market } from "./faults.ts";
import type { MarketMemory } from "./memories.ts";
import { binanceSpotVenue } from "./spot-adapter.ts";
import { createTransport, type Transport } from "./transport.ts";

/** Addresses: developers.binance.com, general API information of both markets. */
const MARKETS: Readonly<Record<Market, { live: string; testnet: string; timePath: string }>> = {
  spot: { live: "https://api.binance.com", testnet: "https://testnet.binance.vision", timePath: "/api/v3/time" },
  usdm: { live: "https://fapi.binance.com", testnet: "https://demo-fapi.binance.com", timePath: "/fapi/v1/time" },
};

export const openBinanceSpot: LiveVenueFactory = (of, world) => {
  const { transport, known, memory } = reach("spot", of, world);
  return binanceSpotVenue({ transport, clock: world.clock, memory, known });
};

export const openBinanceUsdm: LiveVenueFactory = (of, world) => {
  const { transport, known, memory } = reach("usdm", of, world);
  return binanceUsdmVenue({ transport, clock: world.clock, memory, known, marginMode: of.settings.marginMode });
};

function reach(
  market: Market,
  { credentials, settings }: LiveAccount,
  world: LiveWorld,
): MarketMemory & { transport: Transport } {
  const { live, testnet, timePath } = MARKETS[market];
  const baseUrl = settings.url ?? (settings.isTestnet ? testnet : live);
  const remembered = world.binance({ market, baseUrl });
  const { clock, fetch } = world;
  const transport = createTransport({
    baseUrl,
    market,
    timePath,
    credentials,
    clock,
    fetch,
    memory: remembered.memory,
  });
  return { ...remembered, transport };
}
