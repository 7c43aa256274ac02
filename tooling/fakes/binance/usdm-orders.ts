import type { OrderRequest } from "#contracts/order";
import type { Book } from "./book.ts";
import { checkFilters } from "./filters.ts";
import { Refused, type Asked } from "./http.ts";
import type { Listing } from "./listings.ts";
import type { Parameters } from "./parameters.ts";
import type { Wanted } from "./spot-orders.ts";

const TIMES_IN_FORCE = { GTC: "gtc", IOC: "ioc", FOK: "fok", GTX: "post_only" } as const;
const CONDITIONAL = ["STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"] as const;
const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;
const badType = { code: -1116, words: "Invalid orderType." };

interface Common {
  listing: Listing;
  side: OrderRequest["side"];
  quantity: string;
  reduceOnly: boolean;
  clientOrderId: string;
}

/** Reads the parameters of POST /fapi/v1/order. Throws {@link Refused}. */
export function plainOrderOf({ parameters }: Asked, book: Book, generatedId: string): Wanted {
  const type = parameters.oneOf("type", ["LIMIT", "MARKET", ...CONDITIONAL], badType);
  if (type !== "LIMIT" && type !== "MARKET") {
    throw new Refused(
      -4120,
      "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
    );
  }
  const common = commonOf(parameters, book, { idName: "newClientOrderId", generatedId });
  if (type === "MARKET") parameters.notWanted("price", "timeInForce");
  const badTime = { code: -1115, words: "Invalid timeInForce." };
  const timeInForce = type === "LIMIT" ? parameters.oneOf("timeInForce", ["GTC", "IOC", "FOK", "GTX"], badTime) : "GTC";
  const price = type === "LIMIT" ? parameters.decimal("price") : undefined;
  const { listing, ...request } = common;
  filter(common, book, { price, takesMarket: type === "MARKET" ? "at once" : false });
  return {
    order: {
      ...request,
      symbol: listing.symbol,
      type: type === "LIMIT" ? "limit" : "market",
      price,
      timeInForce: type === "LIMIT" ? TIMES_IN_FORCE[timeInForce] : undefined,
    },
    terms: { type, timeInForce },
  };
}

/** Reads the parameters of POST /fapi/v1/algoOrder for the types that Hoox sends. Throws {@link Refused}. */
export function algoOrderOf({ parameters }: Asked, book: Book, generatedId: string): Wanted {
  parameters.oneOf("algoType", ["CONDITIONAL"], {
    code: -1130,
    words: "Data sent for parameter 'algoType' is not valid.",
  });
  const type = parameters.oneOf("type", ["STOP_MARKET", "TAKE_PROFIT_MARKET"], badType);
  parameters.optional("newOrderRespType");
  const common = commonOf(parameters, book, { idName: "clientAlgoId", generatedId });
  parameters.notWanted("price");
  const triggerPrice = parameters.decimal("triggerPrice");
  const { listing, ...request } = common;
  filter(common, book, { price: triggerPrice, takesMarket: "triggered" });
  return {
    order: { ...request, symbol: listing.symbol, type: type === "STOP_MARKET" ? "stop" : "take_profit", triggerPrice },
    terms: { type, timeInForce: "GTC" },
  };
}

function commonOf(parameters: Parameters, book: Book, of: { idName: string; generatedId: string }): Common {
  const listing = book.listing(parameters.text("symbol"));
  const side = parameters.oneOf("side", ["BUY", "SELL"], { code: -1117, words: "Invalid side." });
  const positionSide = parameters.optional("positionSide") ?? "BOTH";
  if (positionSide !== "BOTH") throw new Refused(-4061, "Order's position side does not match user's setting.");
  const clientOrderId = parameters.optional(of.idName) ?? of.generatedId;
  if (!CLIENT_ID.test(clientOrderId)) throw new Refused(-4015, "Client order id is not valid.");
  return {
    listing,
    side: side === "BUY" ? "buy" : "sell",
    quantity: parameters.decimal("quantity"),
    reduceOnly: parameters.optional("reduceOnly") === "true",
    clientOrderId,
  };
}

function filter(
  { listing, quantity, reduceOnly }: Common,
  book: Book,
  { price, takesMarket }: { price: string | undefined; takesMarket: "at once" | "triggered" | false },
): void {
  checkFilters("usdm", listing, {
    quantity,
    prices: price === undefined ? [] : [price],
    valueAt: price ?? book.price(listing.symbol),
    reduceOnly,
    takesMarket,
  });
}
