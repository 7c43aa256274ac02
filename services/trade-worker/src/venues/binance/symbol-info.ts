import * as z from "zod";
import { isPositive, parseDecimal, type Decimal } from "#contracts/decimal";
import { venueRules, type VenueRules } from "../venue.ts";

/** What a market says of one symbol. */
export interface SymbolInfo {
  baseAsset: string;
  quoteAsset: string;
  rules: VenueRules;
}

/** A symbol as `exchangeInfo` lists it, or why it cannot be traded now. */
export type Listing = SymbolInfo | { problem: string };

const exchangeInfo = z.object({ symbols: z.array(z.looseObject({ symbol: z.string() })) });
const symbolEntry = z.object({
  status: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  filters: z.array(z.looseObject({ filterType: z.string() })),
});

/** Every symbol that an answer of `exchangeInfo` lists; undefined for one that cannot be read. */
export function listingsOf(body: unknown): ReadonlyMap<string, Listing> | undefined {
  const { data } = exchangeInfo.safeParse(body);
  return data && new Map(data.symbols.map((each) => [each.symbol, listingOf(each.symbol, each)]));
}

/** Where Binance says that the minimum value is not asked of market orders: filters.md, NOTIONAL and MIN_NOTIONAL. */
const EXEMPTIONS = [
  ["NOTIONAL", "applyMinToMarket"],
  ["MIN_NOTIONAL", "applyToMarket"],
] as const;

/** Spot and USD-M have names of their own for the number in MAX_NUM_ALGO_ORDERS. */
const TRIGGER_LIMITS = ["maxNumAlgoOrders", "limit"] as const;

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0;
}

/** Binance writes a rule that is off as zero. */
function listingOf(symbol: string, entry: unknown): Listing {
  const { data: found } = symbolEntry.safeParse(entry);
  if (found === undefined) return { problem: `Binance's rules of ${symbol} cannot be read` };
  if (found.status !== "TRADING") return { problem: `${symbol} does not trade now: it is ${found.status}` };
  const field = (filter: string, name: string): unknown =>
    found.filters.find((each) => each.filterType === filter)?.[name];
  const value = (filter: string, name: string): Decimal | undefined => {
    const text = field(filter, name);
    const number = typeof text === "string" ? parseDecimal(text) : undefined;
    return number !== undefined && isPositive(number) ? number : undefined;
  };
  const rules = venueRules.safeParse({
    quantityStep: value("LOT_SIZE", "stepSize"),
    priceTick: value("PRICE_FILTER", "tickSize"),
    minQuantity: value("LOT_SIZE", "minQty"),
    maxQuantity: value("LOT_SIZE", "maxQty"),
    marketQuantityStep: value("MARKET_LOT_SIZE", "stepSize"),
    minMarketQuantity: value("MARKET_LOT_SIZE", "minQty"),
    maxMarketQuantity: value("MARKET_LOT_SIZE", "maxQty"),
    minNotional:
      value("NOTIONAL", "minNotional") ?? value("MIN_NOTIONAL", "minNotional") ?? value("MIN_NOTIONAL", "notional"),
    maxTriggerOrders: TRIGGER_LIMITS.map((name) => field("MAX_NUM_ALGO_ORDERS", name)).find(isCount),
    minNotionalOfMarket: EXEMPTIONS.some(([filter, name]) => field(filter, name) === false) ? false : undefined,
  });
  if (!rules.success) return { problem: `Binance's rules of ${symbol} lack the quantity step or the price tick` };
  return { baseAsset: found.baseAsset, quoteAsset: found.quoteAsset, rules: rules.data };
}
