import { compare, isZero, parseDecimal, type Decimal } from "#contracts/decimal";
import type { Signal, TimeInForce } from "#contracts/signal";
import { plainName } from "./aliases.ts";
import {
  aboveZero,
  contradiction,
  decimalOf,
  flag,
  missing,
  number,
  sayings,
  saysOtherwise,
  wrong,
  type Fields,
  type Said,
} from "./fields.ts";
import { AlertRefused, quoted } from "./refused.ts";

type OrderType = Signal["orderType"];
interface Typed extends Said {
  type: OrderType;
}

const ORDER_WORD = /market|limit|stop|trail|takeprofit|trigger|oco|iceberg|postonly/;

/** `orderType`, or `type` where that names one; market when the alert names none. */
export function orderTypeOf(fields: Fields, byDefault: OrderType | undefined): OrderType {
  const [first, ...others] = [...worded(fields), ...flagged(fields)];
  for (const other of others) if (first !== undefined && first.type !== other.type) throw saysOtherwise(other, first);
  return first?.type ?? byDefault ?? "market";
}

function worded(fields: Fields): Typed[] {
  const actionRead = fields.read.get("type");
  return sayings(fields, "orderType").flatMap((said) => {
    const { name, plain, says } = said;
    const word = plainName(says).replace(/order$/, "");
    if (word === "market" || word === "limit") return [{ ...said, type: word }];
    if (plain !== "type")
      throw wrong(name, `must be market or limit, not ${quoted(says)}`, "stops are written as stopLoss");
    if (ORDER_WORD.test(word)) {
      throw new AlertRefused(
        "contradiction",
        name,
        `${name} says ${quoted(says)}, which Hoox does not have as an order type`,
        `leave ${name} out, and write "orderType": "market" or "limit"; stops are written as stopLoss`,
      );
    }
    // Elsewhere `type` is the kind of signal; then action has read it, or nobody.
    if (actionRead === undefined) fields.read.delete("type");
    else fields.read.set("type", actionRead);
    return [];
  });
}

function flagged(fields: Fields): Typed[] {
  return (["market", "limit"] as const).flatMap((type) => {
    const part = type === "market" ? "isMarket" : "isLimit";
    return flag(fields, part) === true ? sayings(fields, part).map((said) => ({ ...said, type })) : [];
  });
}

const WAITING: Readonly<Record<string, TimeInForce>> = {
  gtc: "gtc",
  goodtillcancelled: "gtc",
  goodtillcanceled: "gtc",
  ioc: "ioc",
  immediateorcancel: "ioc",
  fok: "fok",
  fillorkill: "fok",
  postonly: "post_only",
  gtx: "post_only",
};

/** How long a limit order waits. A market order never does, whatever a template says of it in passing. */
export function timeInForceOf(fields: Fields, type: OrderType): TimeInForce | undefined {
  const [first, ...others] = sayings(fields, "timeInForce").map((said) => {
    const waits = WAITING[plainName(said.says)];
    if (waits === undefined) throw wrong(said.name, `must be gtc, ioc, fok or post_only, not ${quoted(said.says)}`);
    return { ...said, waits };
  });
  for (const other of others) if (first !== undefined && first.waits !== other.waits) throw saysOtherwise(other, first);
  if (first === undefined || type === "limit") return first?.waits;
  if (first.waits === "gtc" || first.waits === "ioc") return undefined;
  throw contradiction(first, "a market order does not wait", `write "orderType": "limit", or leave ${first.name} out`);
}

/** The limit of a limit order; of a market order only a reference, for which senders write 0 when there is none. */
export function priceOf(fields: Fields, type: OrderType): Decimal | undefined {
  if (type === "limit") {
    const price = number(fields, "price");
    if (price === undefined) throw missing("price", "a limit order needs its limit");
    return aboveZero(sayings(fields, "price")[0]?.name ?? "price", price);
  }
  const prices = sayings(fields, "price").flatMap((by) => valued(by));
  const limit = prices.find(({ by }) => by.plain === "limitprice");
  if (limit !== undefined) {
    const hint = `write "orderType": "limit", or leave ${limit.by.name} out`;
    throw contradiction(limit.by, "without orderType this is a market order", hint);
  }
  const [first, ...others] = prices;
  for (const other of others) {
    if (first !== undefined && compare(first.value, other.value) !== 0) throw saysOtherwise(other.by, first.by);
  }
  const [reference] = first === undefined ? sayings(fields, "reference").flatMap((by) => valued(by)) : [];
  const read = first ?? reference;
  return read === undefined ? undefined : aboveZero(read.by.name, read.value);
}

function valued(by: Said): { by: Said; value: Decimal }[] {
  const value = decimalOf(by.name, by.says);
  const parsed = parseDecimal(value);
  return parsed === undefined || isZero(parsed) ? [] : [{ by, value }];
}
