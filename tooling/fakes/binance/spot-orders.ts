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
