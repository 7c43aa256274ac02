import * as z from "zod";
import { isPositive, parseDecimal, type Decimal } from "#contracts/decimal";
import { VenueRefusal, VenueUnavailable, venueRules, type VenueRules } from "../venue.ts";

/** What a market says of one symbol. */
export interface SymbolInfo {
  baseAsset: string;
  quoteAsset: string;
  rules: VenueRules;
}

/** Rules by symbol, kept by an isolate for some minutes: they hardly ever change. */
export type KnownSymbols = Map<string, { info: SymbolInfo; until: number }>;

const filters = z.array(z.looseObject({ filterType: z.string() }));
const exchangeInfo = z.object({
  symbols: z.array(
    z.object({ symbol: z.string(), status: z.string(), baseAsset: z.string(), quoteAsset: z.string(), filters }),
  ),
});

/**
 * Reads one symbol out of `exchangeInfo`; Binance writes a rule that is off as zero. Throws VenueRefusal for a symbol
 * that the market does not have, VenueUnavailable while it does not trade.
 */
export function symbolInfoOf(body: unknown, symbol: string): SymbolInfo {
  const parsed = exchangeInfo.safeParse(body);
  if (!parsed.success) throw new VenueUnavailable(`Binance's rules of ${symbol} cannot be read`);
  const found = parsed.data.symbols.find((each) => each.symbol === symbol);
  if (found === undefined) throw new VenueRefusal(`Binance does not trade ${symbol} in this market`);
  if (found.status !== "TRADING") throw new VenueUnavailable(`${symbol} does not trade now: it is ${found.status}`);
  const value = (filter: string, field: string): Decimal | undefined => {
    const text = found.filters.find((each) => each.filterType === filter)?.[field];
    const number = typeof text === "string" ? parseDecimal(text) : undefined;
    return number !== undefined && isPositive(number) ? number : undefined;
  };
  const rules = venueRules.safeParse({
    quantityStep: value("LOT_SIZE", "stepSize"),
    priceTick: value("PRICE_FILTER", "tickSize"),
    minQuantity: value("LOT_SIZE", "minQty"),
    maxQuantity: value("LOT_SIZE", "maxQty"),
    maxMarketQuantity: value("MARKET_LOT_SIZE", "maxQty"),
    minNotional:
      value("NOTIONAL", "minNotional") ?? value("MIN_NOTIONAL", "minNotional") ?? value("MIN_NOTIONAL", "notional"),
  });
  if (!rules.success)
    throw new VenueUnavailable(`Binance's rules of ${symbol} lack the quantity step or the price tick`);
  return { baseAsset: found.baseAsset, quoteAsset: found.quoteAsset, rules: rules.data };
}
