import type { LiveVenueFactory } from "../live.ts";
import { keyHealthOf, reach } from "./reach.ts";
import { binanceSpotVenue } from "./spot-adapter.ts";

export const openBinanceSpot: LiveVenueFactory = (of, world) => {
  const { clock } = world;
  return { ...binanceSpotVenue({ clock, ...reach("spot", of, world) }), ...keyHealthOf("spot", of, world) };
};
