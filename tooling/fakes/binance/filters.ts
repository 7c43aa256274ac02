import { compare, isPositive, isZero, multiply, roundToStep, type Decimal } from "#contracts/decimal";
import type { OrderRequest } from "#contracts/order";
import type { Market } from "../../../services/trade-worker/src/venues/binance/faults.ts";
import type { Book } from "./book.ts";
import { Refused } from "./http.ts";
import type { Listing } from "./listings.ts";
import { padded } from "./shapes.ts";

type Broken =
  | "closed"
  | "tooPrecise"
  | "priceTick"
  | "noQuantity"
  | "quantityStep"
  | "minQuantity"
  | "maxQuantity"
  | "marketStep"
  | "minMarket"
  | "maxMarket"
  | "notional"
  | "triggerOrders";

const lotSize: readonly [number, string] = [-1013, "Filter failure: LOT_SIZE"];
const marketLotSize: readonly [number, string] = [-1013, "Filter failure: MARKET_LOT_SIZE"];

const words: Readonly<Record<Market, Readonly<Record<Broken, readonly [number, string]>>>> = {
  spot: {
    closed: [-1013, "Market is closed."],
    tooPrecise: [-1111, "Parameter 'quantity' has too much precision."],
    priceTick: [-1013, "Filter failure: PRICE_FILTER"],
    noQuantity: [-1013, "Invalid quantity."],
    quantityStep: lotSize,
    minQuantity: lotSize,
    maxQuantity: lotSize,
    marketStep: marketLotSize,
    minMarket: marketLotSize,
    maxMarket: marketLotSize,
    notional: [-1013, "Filter failure: NOTIONAL"],
    triggerOrders: [-1013, "Filter failure: MAX_NUM_ALGO_ORDERS"],
  },
  usdm: {
    closed: [-4140, "Invalid symbol status for opening position."],
    tooPrecise: [-1111, "Precision is over the maximum defined for this asset."],
    priceTick: [-4014, "Price not increased by tick size."],
    noQuantity: [-4003, "Quantity less than or equal to zero."],
    quantityStep: [-4023, "Qty not increased by step size."],
    minQuantity: [-4004, "Quantity less than min quantity"],
    maxQuantity: [-4005, "Quantity greater than max quantity."],
    marketStep: [-4023, "Qty not increased by step size."],
    minMarket: [-4004, "Quantity less than min quantity"],
    maxMarket: [-4005, "Quantity greater than max quantity."],
    notional: [-4164, "Order's notional must be no smaller than 100 (unless you choose reduce only)."],
    triggerOrders: [-4045, "Reach max stop order limit."],
  },
};

interface Measures {
  quantity: Decimal;
  prices: readonly Decimal[];
  valueAt: Decimal;
  reduceOnly: boolean;
  /** It takes what the market offers: at once, or when it is triggered. */
  takesMarket: "at once" | "triggered" | false;
}

/** Of every asset that is listed. */
const PLACES = 8;

/** Throws {@link Refused} for the first filter of the pair that the order breaks. */
export function checkFilters(market: Market, listing: Listing, of: Measures): void {
  const broken = brokenBy(listing, of);
  if (broken !== undefined) throw new Refused(...words[market][broken]);
}

/** Throws {@link Refused} when their pair has no room for what of these waits for its trigger. */
export function checkTriggerRoom(book: Book, ...orders: readonly [OrderRequest, ...OrderRequest[]]): void {
  const { symbol } = orders[0];
  const more = orders.filter(({ triggerPrice }) => triggerPrice !== undefined);
  const waiting = book
    .of(symbol)
    .filter((each) => each.status === "working" && each.triggerPrice !== undefined && each.parts.length === 0);
  // What is there already needs no room, and is refused for that.
  const again = more.some(({ clientOrderId }) => waiting.some((each) => each.clientOrderId === clientOrderId));
  if (more.length === 0 || again) return;
  if (waiting.length + more.length > book.listing(symbol).maxTriggerOrders)
    throw new Refused(...words[book.market].triggerOrders);
}

function brokenBy(listing: Listing, of: Measures): Broken | undefined {
  const { quantity, prices } = of;
  if (listing.status !== "TRADING") return "closed";
  if ([quantity, ...prices].some((each) => (each.split(".")[1] ?? "").length > PLACES)) return "tooPrecise";
  if (prices.some((price) => !isPositive(price) || !isMultiple(price, listing.priceTick))) return "priceTick";
  if (isZero(quantity)) return "noQuantity";
  if (compare(quantity, listing.minQuantity) < 0) return "minQuantity";
  if (compare(quantity, listing.maxQuantity) > 0) return "maxQuantity";
  if (of.takesMarket !== false) {
    if (compare(quantity, listing.minMarketQuantity) < 0) return "minMarket";
    if (compare(quantity, listing.maxMarketQuantity) > 0) return "maxMarket";
    const step = listing.marketQuantityStep;
    if (isPositive(step) && !isMultiple(quantity, step)) return "marketStep";
  }
  if (!isMultiple(quantity, listing.quantityStep)) return "quantityStep";
  if (of.takesMarket === "at once" && !listing.minNotionalOfMarket) return undefined;
  const worth = multiply(quantity, of.valueAt);
  return !of.reduceOnly && compare(worth, listing.minNotional) < 0 ? "notional" : undefined;
}

function isMultiple(value: Decimal, step: Decimal): boolean {
  return compare(roundToStep(value, step), value) === 0;
}

const ORDER_TYPES: Readonly<Record<Market, readonly string[]>> = {
  spot: ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"],
  usdm: ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"],
};

/** `exchangeInfo` of one market, for one pair or all. */
export function exchangeInfoOf(market: Market, pairs: readonly Listing[], now: Date): object {
  return {
    timezone: "UTC",
    serverTime: now.getTime(),
    rateLimits: [{ rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 6_000 }],
    exchangeFilters: [],
    symbols: pairs.map((pair) => ({
      symbol: pair.symbol,
      status: pair.status,
      baseAsset: pair.baseAsset,
      quoteAsset: pair.quoteAsset,
      ...(market === "spot" ? { isSpotTradingAllowed: true } : { contractType: "PERPETUAL", marginAsset: "USDT" }),
      orderTypes: ORDER_TYPES[market],
      filters: filtersOf(market, pair),
    })),
  };
}

function filtersOf(market: Market, pair: Listing): object[] {
  const { quantityStep: stepSize, minQuantity: minQty, maxQuantity: maxQty, priceTick: tickSize } = pair;
  const lot = { minQty, maxQty, stepSize };
  const { minMarketQuantity, maxMarketQuantity, marketQuantityStep } = pair;
  return [
    { filterType: "PRICE_FILTER", minPrice: tickSize, maxPrice: "1000000.00000000", tickSize },
    { filterType: "LOT_SIZE", ...lot },
    {
      filterType: "MARKET_LOT_SIZE",
      minQty: padded(minMarketQuantity),
      maxQty: maxMarketQuantity,
      stepSize: padded(marketQuantityStep),
    },
    market === "spot"
      ? {
          filterType: "NOTIONAL",
          minNotional: pair.minNotional,
          applyMinToMarket: pair.minNotionalOfMarket,
          avgPriceMins: 5,
        }
      : { filterType: "MIN_NOTIONAL", notional: pair.minNotional },
    {
      filterType: "MAX_NUM_ALGO_ORDERS",
      ...(market === "spot" ? { maxNumAlgoOrders: pair.maxTriggerOrders } : { limit: pair.maxTriggerOrders }),
    },
  ];
}
