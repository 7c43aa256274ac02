import { keyHealthOf, reach } from "../binance/reach.ts";
import type { LiveVenueFactory } from "../live.ts";
import { binanceUsdmVenue } from "./adapter.ts";

export const openBinanceUsdm: LiveVenueFactory = (of, world) => {
  const { clock } = world;
  const { marginMode } = of.settings;
  const venue = binanceUsdmVenue({ clock, marginMode, ...reach("usdm", of, world) });
  return { ...venue, ...keyHealthOf("usdm", of, world) };
};
