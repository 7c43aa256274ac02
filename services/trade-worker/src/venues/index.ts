import { accountPrefix } from "#contracts/account-variable";
import { ledgerOf, type LedgerName, type Venue as VenueName } from "#contracts/ids";
import { readAccountSettings } from "./account-settings.ts";
import { openBinanceSpot } from "./binance/open.ts";
import { openBinanceUsdm } from "./binance-usdm/open.ts";
import { readCredentials } from "./credentials.ts";
import type { LiveVenueFactory, LiveWorld, VenueAccount } from "./live.ts";
import { paperVenue } from "./paper/adapter.ts";
import type { PaperCalls } from "./paper/rpc.ts";
import { refusingVenue } from "./refusing.ts";
import type { Venue } from "./venue.ts";

export interface VenueWorld extends LiveWorld {
  tradingMode: "paper" | "live";
  /** The paper exchange of one ledger; called anew for every request, because stubs do not outlive one. */
  paper: (ledger: LedgerName) => PaperCalls;
}

/** Exchanges with real money. One that is not in here is refused with words. */
const liveVenues: { readonly [V in Exclude<VenueName, "paper">]?: LiveVenueFactory } = {
  binance: openBinanceSpot,
  "binance-usdm": openBinanceUsdm,
};

/**
 * Never throws: whoever may not trade gets a venue that says so. Real money needs TRADING_MODE=live; a testnet does not,
 * unless it is reached through an address that nobody here knows.
 */
export function openVenue(of: VenueAccount, world: VenueWorld, live = liveVenues): Venue {
  const { account, venue } = of;
  if (venue === "paper") return paperVenue(() => world.paper(ledgerOf(of)));
  const factory = live[venue];
  if (factory === undefined) {
    return refusingVenue(`this version of Hoox cannot trade at ${venue} yet; use the venue paper`);
  }
  const settings = readAccountSettings(of, world.variable);
  if ("problem" in settings) return refusingVenue(`trade-worker is misconfigured: ${settings.problem}`);
  if (world.tradingMode !== "live" && !(settings.isTestnet && settings.url === undefined)) {
    const why = settings.isTestnet
      ? `nobody here can tell whether ${accountPrefix(of)}_URL leads to a testnet`
      : `${venue} trades real money`;
    return refusingVenue(
      `${why} and TRADING_MODE is ${world.tradingMode}; set TRADING_MODE to live for trade-worker and deploy it`,
    );
  }
  const credentials = readCredentials(of, world.variable);
  if ("missing" in credentials) {
    const names = credentials.missing;
    return refusingVenue(
      `${venue} needs credentials for account ${account}: ${names.join(" and ")} ${names.length > 1 ? "are" : "is"} not set; run: npx hoox secrets set ${names[0]}`,
    );
  }
  return factory({ ...of, credentials, settings }, world);
}
