import * as z from "zod";
import { isPositive, parseDecimal, type Decimal } from "#contracts/decimal";
import { venueRules, type VenueRules } from "../venue.ts";

/** What a symbol is a pair of, as long as there is its name. */
export interface Assets {
  baseAsset: string;
  quoteAsset: string;
}

/** A symbol as `exchangeInfo` lists it. What it is made of and its steps are said of one that is halted, too. */
export interface Listing {
  assets?: Assets;
  rules?: VenueRules;
  /** Why it cannot be traded now. */
  problem?: string;
}

const exchangeInfo = z.object({ symbols: z.array(z.looseObject({ symbol: z.string() })) });
const assetsEntry = z.object({ baseAsset: z.string(), quoteAsset: z.string() });
const rulesEntry = z.object({
  status: z.string(),
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

function listingOf(symbol: string, entry: unknown): Listing {
  const { data: assets } = assetsEntry.safeParse(entry);
  const { data: found } = rulesEntry.safeParse(entry);
  if (assets === undefined || found === undefined)
    return { ...(assets && { assets }), problem: `Binance's rules of ${symbol} cannot be read` };
  const rules = rulesOf(found.filters);
  if (rules === undefined)
    return { assets, problem: `Binance's rules of ${symbol} lack the quantity step or the price tick` };
  if (found.status === "TRADING") return { assets, rules };
  return { assets, rules, problem: `${symbol} does not trade now: it is ${found.status}` };
}

/** Binance writes a rule that is off as zero. */
function rulesOf(filters: readonly Readonly<Record<string, unknown>>[]): VenueRules | undefined {
  const field = (filter: string, name: string): unknown =>
    filters.find((each) => each["filterType"] === filter)?.[name];
  const value = (filter: string, name: string): Decimal | undefined => {
    const text = field(filter, name);
    const number = typeof text === "string" ? parseDecimal(text) : undefined;
    return number !== undefined && isPositive(number) ? number : undefined;
  };
  return venueRules.safeParse({
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
  }).data;
}
