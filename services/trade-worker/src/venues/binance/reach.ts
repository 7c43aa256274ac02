import type { LiveAccount, LiveWorld } from "../live.ts";
import type { Venue } from "../venue.ts";
import type { Market } from "./faults.ts";
import { binanceKeyHealth } from "./key-health.ts";
import type { MarketMemory } from "./memories.ts";
import { createTransport, type Transport } from "./transport.ts";

/** Addresses: developers.binance.com, general API information of both markets. */
const MARKETS: Readonly<Record<Market, { live: string; testnet: string; timePath: string }>> = {
  spot: { live: "https://api.binance.com", testnet: "https://testnet.binance.vision", timePath: "/api/v3/time" },
  usdm: { live: "https://fapi.binance.com", testnet: "https://demo-fapi.binance.com", timePath: "/fapi/v1/time" },
};

/** The wallet is at spot's address. A testnet has none, unless a relay stands for everything. */
export function keyHealthOf(market: Market, of: LiveAccount, world: LiveWorld): Pick<Venue, "keyHealth"> {
  const { isTestnet, url } = of.settings;
  const own = reach(market, of, world).transport;
  const wallet = isTestnet && url === undefined ? undefined : reach("spot", of, world).transport;
  return { keyHealth: binanceKeyHealth({ market, own, wallet, isRelayed: url !== undefined }) };
}

/** An account of one market, at its own address, at its testnet or behind a relay. */
export function reach(
  market: Market,
  { credentials, settings }: LiveAccount,
  world: LiveWorld,
): MarketMemory & { transport: Transport } {
  const { live, testnet, timePath } = MARKETS[market];
  const baseUrl = settings.url ?? (settings.isTestnet ? testnet : live);
  const remembered = world.binance({ market, baseUrl });
  const { clock, fetch } = world;
  const { memory } = remembered;
  return {
    ...remembered,
    transport: createTransport({ baseUrl, market, timePath, credentials, clock, fetch, memory }),
  };
}
