import type { Venue as VenueName } from "#contracts/ids";
import type { Clock } from "../clock.ts";
import type { AccountSettings } from "./account-settings.ts";
import type { BinanceMemories } from "./binance/memories.ts";
import type { Credentials } from "./credentials.ts";
import type { Venue } from "./venue.ts";

export interface VenueAccount {
  account: string;
  venue: VenueName;
}

export interface LiveWorld {
  clock: Clock;
  fetch: typeof fetch;
  /** Credentials and settings of an account: a text by name. */
  variable: (name: string) => string | undefined;
  /** What the isolate remembers of Binance between requests. */
  binance: BinanceMemories;
}

export interface LiveAccount extends VenueAccount {
  credentials: Credentials;
  settings: AccountSettings;
}

/** Opens an account at an exchange; nothing is asked of it yet. */
export type LiveVenueFactory = (of: LiveAccount, world: LiveWorld) => Venue;
