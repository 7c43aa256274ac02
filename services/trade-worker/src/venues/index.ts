import { ledgerOf, type LedgerName, type Venue as VenueName } from "#contracts/ids";
import type { Clock } from "../clock.ts";
import { readCredentials, type Credentials } from "./credentials.ts";
import { paperVenue } from "./paper/adapter.ts";
import type { PaperCalls } from "./paper/rpc.ts";
import { refusingVenue } from "./refusing.ts";
import type { Venue } from "./venue.ts";

export interface VenueAccount {
  account: string;
  venue: VenueName;
}

export interface LiveWorld {
  clock: Clock;
  fetch: typeof fetch;
  /** Testnets and relays are settings of an account: a text variable by name. */
  variable: (name: string) => string | undefined;
}

export interface VenueWorld extends LiveWorld {
  tradingMode: "paper" | "live";
  /** The paper exchange of one ledger; called anew for every request, because stubs do not outlive one. */
  paper: (ledger: LedgerName) => PaperCalls;
}

export type LiveVenueFactory = (of: VenueAccount & { credentials: Credentials }, world: LiveWorld) => Venue;

/** Exchanges with real money. One that is not in here is refused with words. */
const liveVenues: { readonly [V in Exclude<VenueName, "paper">]?: LiveVenueFactory } = {};

/** Never throws: whoever may not trade gets a venue that says so. */
export function openVenue(of: VenueAccount, world: VenueWorld, live = liveVenues): Venue {
  if (of.venue === "paper") return paperVenue(() => world.paper(ledgerOf(of)));
  const factory = live[of.venue];
  if (factory === undefined) {
    return refusingVenue(`this version of Hoox cannot trade at ${of.venue} yet; use the venue paper`);
  }
  if (world.tradingMode !== "live") {
    return refusingVenue(
      `${of.venue} trades real money and TRADING_MODE is ${world.tradingMode}; set TRADING_MODE to live for trade-worker and deploy it`,
    );
  }
  const credentials = readCredentials(of, world.variable);
  if ("missing" in credentials) {
    const names = credentials.missing;
    return refusingVenue(
      `${of.venue} needs credentials for account ${of.account}: ${names.join(" and ")} ${names.length > 1 ? "are" : "is"} not set; run: npx hoox secrets set ${names[0]}`,
    );
  }
  return factory({ ...of, credentials }, world);
}
