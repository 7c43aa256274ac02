import { venues, type Venue } from "#contracts/ids";
import { contradiction, missing, sayings, saysOtherwise, type Fields, type Said } from "./fields.ts";
import { AlertRefused, quoted } from "./refused.ts";
import { marketOf, pairOf, venuesNamed } from "./ticker.ts";

interface Market {
  venue: Venue;
  symbol: string;
}

/** `market` is the kind of market as often as it is a pair. */
const KINDS = /^(?:spot|futures?|perp(?:etual)?s?|swaps?|linear|inverse|margin|crypto)$/i;

/** Where and what to trade. Fields that name it again must agree. */
export function marketIn(fields: Fields, defaults: { venue: Venue; symbol?: string | undefined }): Market {
  const [exchange, ...otherExchanges] = sayings(fields, "exchange");
  const [ticker, ...otherTickers] = tickersOf(fields);
  const symbol = ticker?.says ?? defaults.symbol;
  if (symbol === undefined) throw missing("symbol", 'write "symbol": "{{ticker}}"');
  const market = marketOf({
    exchange,
    ticker: ticker ?? { name: "symbol", says: symbol },
    defaultVenue: defaults.venue,
  });
  for (const other of otherExchanges) refuseOtherExchange(other, exchange, market.venue);
  for (const chart of sayings(fields, "chart")) {
    // Paper may follow any chart; what is traded for money must be what the chart shows.
    if (market.venue !== "paper") refuseOtherExchange(chart, exchange, market.venue);
  }
  for (const other of otherTickers) {
    const pair = pairOf(other.says);
    if (ticker !== undefined && pair !== undefined && !market.symbol.startsWith(pair))
      throw saysOtherwise(other, ticker);
  }
  return market;
}

function tickersOf(fields: Fields): Said[] {
  return sayings(fields, "symbol").filter(({ plain, says }) => {
    const kind = plain === "market" && KINDS.test(says);
    if (kind) fields.read.delete("market");
    return !kind;
  });
}

function refuseOtherExchange(other: Said, first: Said | undefined, venue: Venue): void {
  const named = venuesNamed(other.says);
  if (named.includes(venue)) return;
  const [meant] = named;
  if (meant !== undefined) {
    const ours =
      first === undefined ? `this alert would trade on ${venue}` : `${first.name} says ${quoted(first.says)}`;
    throw contradiction(other, ours, `write "exchange": "${meant}" or "${venue}", and leave ${other.name} out`);
  }
  throw new AlertRefused(
    "contradiction",
    other.name,
    `${other.name} says ${quoted(other.says)}, which is no exchange of Hoox`,
    `leave ${other.name} out, and write "exchange": one of ${venues.join(", ")}`,
  );
}
