import type { OrderRequest } from "#contracts/order";
import type { Book, Terms } from "./book.ts";
import { checkFilters } from "./filters.ts";
import { Refused, type Asked } from "./http.ts";

const TIMES_IN_FORCE = { GTC: "gtc", IOC: "ioc", FOK: "fok" } as const;
const TYPES = ["LIMIT", "MARKET", "STOP_LOSS", "TAKE_PROFIT", "LIMIT_MAKER"] as const;
const KINDS = {
  LIMIT: "limit",
  MARKET: "market",
  STOP_LOSS: "stop",
  TAKE_PROFIT: "take_profit",
  LIMIT_MAKER: "limit",
} as const satisfies Record<(typeof TYPES)[number], OrderRequest["type"]>;

const CLIENT_ID = /^[a-zA-Z0-9-_]{1,36}$/;

export interface Wanted {
  order: OrderRequest;
  terms: Terms;
}

/** Reads the parameters of POST /api/v3/order for the types that Hoox sends. Throws {@link Refused}. */
export function spotOrderOf({ parameters }: Asked, book: Book, generatedId: string): Wanted {
  const listing = book.listing(parameters.matching("symbol", /^[A-Z0-9-_.]{1,20}$/));
  const side = parameters.oneOf("side", ["BUY", "SELL"], { code: -1117, words: "Invalid side." });
  const type = parameters.oneOf("type", TYPES, { code: -1116, words: "Invalid orderType." });
  const limit = type === "LIMIT" || type === "LIMIT_MAKER";
  const conditional = type === "STOP_LOSS" || type === "TAKE_PROFIT";
  if (type !== "LIMIT") parameters.notWanted("timeInForce");
  if (!limit) parameters.notWanted("price");
  if (type === "MARKET") parameters.notWanted("stopPrice");
  if (parameters.has("quoteOrderQty")) throw new Refused(-1104, "The fake does not read quoteOrderQty.");
  const timeInForce =
    type === "LIMIT"
      ? parameters.oneOf("timeInForce", ["GTC", "IOC", "FOK"], { code: -1115, words: "Invalid timeInForce." })
      : "GTC";
  const quantity = parameters.decimal("quantity");
  const price = limit ? parameters.decimal("price") : undefined;
  const triggerPrice = conditional ? parameters.decimal("stopPrice") : undefined;
  const clientOrderId = parameters.has("newClientOrderId")
    ? parameters.matching("newClientOrderId", CLIENT_ID)
    : generatedId;
  checkFilters("spot", listing, {
    quantity,
    prices: [price, triggerPrice].filter((each) => each !== undefined),
    valueAt: price ?? triggerPrice ?? book.price(listing.symbol),
    reduceOnly: false,
    takesMarket: limit ? false : conditional ? "triggered" : "at once",
  });
  return {
    order: {
      clientOrderId,
      symbol: listing.symbol,
      side: side === "BUY" ? "buy" : "sell",
      type: KINDS[type],
      quantity,
      price,
      triggerPrice,
      timeInForce: type === "LIMIT_MAKER" ? "post_only" : limit ? TIMES_IN_FORCE[timeInForce] : undefined,
      reduceOnly: false,
    },
    terms: { type, timeInForce },
  };
}

const PAIR_TYPES = ["STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT", "LIMIT_MAKER"] as const;
const PLACES = ["above", "below"] as const;

/** Which type belongs on which side of the market, and what Binance says of it elsewhere. */
const misplaced = {
  BUY: {
    STOP_LOSS: { belongs: "above", code: -1196, words: "A stop loss order in a buy OCO must be above." },
    TAKE_PROFIT: { belongs: "below", code: -1198, words: "A take profit order in a buy OCO must be below." },
  },
  SELL: {
    STOP_LOSS: { belongs: "below", code: -1197, words: "A stop loss order in a sell OCO must be below." },
    TAKE_PROFIT: { belongs: "above", code: -1199, words: "A take profit order in a sell OCO must be above." },
  },
} as const;

/**
 * Reads the parameters of POST /api/v3/orderList/oco for the types that Hoox sends, the stop first. Throws
 * {@link Refused}.
 */
export function pairOrdersOf({ parameters }: Asked, book: Book, generatedId: string): readonly [Wanted, Wanted] {
  const listing = book.listing(parameters.matching("symbol", /^[A-Z0-9-_.]{1,20}$/));
  const side = parameters.oneOf("side", ["BUY", "SELL"], { code: -1117, words: "Invalid side." });
  const quantity = parameters.decimal("quantity");
  if (parameters.has("listClientOrderId")) parameters.matching("listClientOrderId", CLIENT_ID);
  const legs = PLACES.map((place) => legOf(parameters, { place, side, generatedId }));
  const prices = legs.map(({ triggerPrice }) => triggerPrice);
  for (const valueAt of prices)
    checkFilters("spot", listing, { quantity, prices, valueAt, reduceOnly: false, takesMarket: "triggered" });
  const wanted = (type: "STOP_LOSS" | "TAKE_PROFIT"): Wanted => {
    const leg = legs.find((each) => each.type === type);
    // One of each is left once both are in their places.
    if (leg === undefined) throw new Refused(-1158, "Order type not supported in OCO.");
    const { clientOrderId, triggerPrice } = leg;
    const order = { clientOrderId, symbol: listing.symbol, side: side === "BUY" ? "buy" : "sell" } as const;
    return {
      order: { ...order, type: KINDS[type], quantity, triggerPrice, reduceOnly: false },
      terms: { type, timeInForce: "GTC" },
    };
  };
  return [wanted("STOP_LOSS"), wanted("TAKE_PROFIT")];
}

function legOf(
  parameters: Asked["parameters"],
  of: { place: (typeof PLACES)[number]; side: "BUY" | "SELL"; generatedId: string },
): { type: "STOP_LOSS" | "TAKE_PROFIT"; clientOrderId: string; triggerPrice: string } {
  const { place, side, generatedId } = of;
  const type = parameters.oneOf(`${place}Type`, PAIR_TYPES, { code: -1158, words: "Order type not supported in OCO." });
  if (type !== "STOP_LOSS" && type !== "TAKE_PROFIT") throw new Refused(-1104, `The fake does not read ${type}.`);
  const { belongs, code, words } = misplaced[side][type];
  if (belongs !== place) throw new Refused(code, words);
  parameters.notWanted(`${place}Price`, `${place}TimeInForce`, `${place}IcebergQty`);
  const idName = `${place}ClientOrderId`;
  return {
    type,
    clientOrderId: parameters.has(idName) ? parameters.matching(idName, CLIENT_ID) : `${generatedId}-${place}`,
    triggerPrice: parameters.decimal(`${place}StopPrice`),
  };
}
