import { symbol, venue, venues, type Venue } from "#contracts/ids";
import { AlertRefused, quoted } from "./refused.ts";

/** What a field says, with the name that a refusal gives it. */
interface Named {
  name: string;
  says: string;
}

/** The venues that a TradingView exchange prefix can mean. */
const VENUES_OF_PREFIX: Readonly<Record<string, readonly Venue[]>> = {
  BINANCE: ["binance", "binance-usdm"],
  BYBIT: ["bybit"],
  MEXC: ["mexc"],
};
const TICKER = /^(?:([A-Z][A-Z0-9_]*):)?([A-Z0-9]+)(?:[/_-]([A-Z0-9]+))?(\.P)?$/;
/** Other senders' words for a perpetual, which would read as part of a coin's name. */
const PERPETUAL_WORD = /^(?:PERP|SWAP)$|[A-Z]USD[TC]?PERP$/;
const NAMES_PERPETUAL = /perp|swap|:|\.PS$/i;

/** Where and what to trade, in canonical form. An absent exchange is the default venue, never the prefix's. */
export function marketOf(of: { exchange: Named | undefined; ticker: Named; defaultVenue: Venue }): {
  venue: Venue;
  symbol: string;
} {
  const given = of.exchange === undefined ? of.defaultVenue : venueOf(of.exchange);
  const [, prefix, base = "", quote = "", perpetual = ""] = TICKER.exec(of.ticker.says.toUpperCase()) ?? [];
  const canonical = symbol.safeParse(`${base}${quote}${perpetual}`);
  if (base === "" || !canonical.success || PERPETUAL_WORD.test(quote) || PERPETUAL_WORD.test(base)) {
    throw new AlertRefused(
      "unknown_symbol",
      "symbol",
      `${of.ticker.name} ${quoted(of.ticker.says)} cannot be understood`,
      NAMES_PERPETUAL.test(of.ticker.says)
        ? "a perpetual is written with its currency and .P at the end, such as ETHUSDT.P"
        : "write it like BTCUSDT, BTC/USDT or BINANCE:BTCUSDT, with .P at the end for a perpetual",
    );
  }
  refuseOtherExchange(prefix, given, of.exchange?.name ?? "exchange");
  if (!perpetual) {
    // Everything on USD-M futures is a perpetual here, so a missing .P leaves no doubt.
    return { venue: given, symbol: given === "binance-usdm" ? `${canonical.data}.P` : canonical.data };
  }
  // Binance's perpetuals trade on another venue than its spot pairs; the symbol says which is meant.
  return { venue: given === "binance" ? "binance-usdm" : given, symbol: canonical.data };
}

/** The pair without prefix, separator and `.P`; undefined for what is no ticker. */
export function pairOf(ticker: string): string | undefined {
  const [, , base, quote = ""] = TICKER.exec(ticker.toUpperCase()) ?? [];
  return base === undefined || PERPETUAL_WORD.test(quote) || PERPETUAL_WORD.test(base) ? undefined : `${base}${quote}`;
}

/** The venues that another system's name can mean (`BYBIT_DLY`, `bybit_linear`, `Binance Futures`); none: unknown. */
export function venuesNamed(exchange: string): readonly Venue[] {
  const name = withoutDelay(exchange.toUpperCase());
  const own = venue.safeParse(name.toLowerCase().replaceAll("_", "-"));
  const prefix = Object.keys(VENUES_OF_PREFIX).find((each) => name.startsWith(each));
  if (prefix !== undefined && own.data !== "binance-usdm") return VENUES_OF_PREFIX[prefix] ?? [];
  return own.success ? [own.data] : [];
}

/** Lower or upper case, `_` for `-`, and the `_DL`/`_DLY` that `{{exchange}}` carries for delayed data. */
function venueOf(exchange: Named): Venue {
  const name = withoutDelay(exchange.says.toUpperCase()).toLowerCase().replaceAll("_", "-");
  const known = venue.safeParse(name);
  if (known.success) return known.data;
  throw new AlertRefused(
    "unknown_exchange",
    "exchange",
    `${exchange.name} ${quoted(exchange.says)} is not known`,
    `use one of ${venues.join(", ")}`,
  );
}

function refuseOtherExchange(prefix: string | undefined, given: Venue, name: string): void {
  if (prefix === undefined || given === "paper") return;
  if (VENUES_OF_PREFIX[withoutDelay(prefix)]?.includes(given)) return;
  throw new AlertRefused(
    "contradiction",
    "exchange",
    `${name} says ${given}, but the symbol begins with ${prefix}:`,
    `to trade on ${given} by another exchange's chart, send the symbol without its prefix`,
  );
}

function withoutDelay(name: string): string {
  return name.replace(/_DLY?$/, "");
}
