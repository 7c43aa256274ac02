import { compare, isZero, parseDecimal } from "#contracts/decimal";
import { venues } from "#contracts/ids";
import { isExit, type Action, type Signal } from "#contracts/signal";
import { actionNamed } from "./action.ts";
import { flag, plainName, said, type Fields } from "./fields.ts";
import { OTHER_NAMES } from "./other-names.ts";
import { AlertRefused, quoted } from "./refused.ts";
import { pairOf, venuesNamed } from "./ticker.ts";

type Read = Pick<Signal, "action" | "venue" | "symbol" | "orderType" | "quantity" | "price">;
interface Said {
  name: string;
  says: string;
}

/** Throws when a field under another system's name says something else than what was read. One that agrees is ignored. */
export function refuseContradictions(fields: Fields, read: Read): void {
  refuseOtherAction(fields, read.action);
  refuseOtherExchange(fields, read);
  refuseOtherOrderType(fields, read);
  refuseOtherPrice(fields, read);
  refuseOtherSize(fields, read);
  for (const other of saidUnder(fields, OTHER_NAMES.symbol)) {
    // `market` is "spot" or "futures" as often as it is a pair.
    const pair = plainName(other.name) === "market" ? undefined : pairOf(other.says);
    if (pair !== undefined && !read.symbol.startsWith(pair)) throw againstOurs(other, "symbol", fields);
  }
}

export function contradiction(other: Said, ours: string, hint: string): AlertRefused {
  return new AlertRefused("contradiction", other.name, `${other.name} says ${quoted(other.says)}, but ${ours}`, hint);
}

/** What these names say, spelled as the sender spells them. */
function saidUnder(fields: Fields, names: readonly string[]): Said[] {
  return names.flatMap((name) => {
    const says = said(fields, name);
    return says === undefined ? [] : [{ name: fields.spelled(name), says }];
  });
}

function againstOurs(other: Said, ours: string, fields: Fields): AlertRefused {
  const value = said(fields, ours) ?? "";
  return contradiction(other, `${ours} says ${quoted(value)}`, `say it once: leave ${other.name} out`);
}

const FLAGS = { isBuy: "buy", isSell: "sell", isClose: "close" } as const;
const MOODS: ReadonlyMap<string, Action> = new Map([
  ["bullish", "long"],
  ["bearish", "short"],
]);
/** Words that others put into these fields need not be actions. */
const FREE_TEXT = ["order", "signal"];

function refuseOtherAction(fields: Fields, action: Action): void {
  for (const other of saidUnder(fields, OTHER_NAMES.action)) {
    const meant = actionNamed(other.says) ?? MOODS.get(plainName(other.says));
    if (meant === undefined) {
      if (FREE_TEXT.includes(plainName(other.name))) continue;
      const problem = `${other.name} says ${quoted(other.says)}, which is not known and may contradict action`;
      throw new AlertRefused("contradiction", other.name, problem, `leave ${other.name} out: action says it all`);
    }
    if (!agree(action, meant)) throw otherAction(other, action, meant, fields);
  }
  for (const [name, meant] of Object.entries(FLAGS)) {
    const [other] = saidUnder(fields, [name]);
    if (other !== undefined && flag(fields, name) && !agree(action, meant))
      throw otherAction(other, action, meant, fields);
  }
  for (const other of saidUnder(fields, OTHER_NAMES.reduceOnly)) {
    if (isExit({ action }) || flag(fields, other.name) !== true) continue;
    throw contradiction(
      other,
      `${action} opens a position`,
      'to close one write "action": "close", "close_long" or "close_short", or "reduceOnly": true',
    );
  }
}

const TRADED_SIDE: Readonly<Partial<Record<Action, "buy" | "sell">>> = {
  buy: "buy",
  long: "buy",
  close_short: "buy",
  sell: "sell",
  short: "sell",
  close_long: "sell",
};

/** Whether `other` says no more and nothing else than `action`. Long and short may name the position that is closed. */
function agree(action: Action, other: Action): boolean {
  if (action === other || (other === "close" && isExit({ action }))) return true;
  if (isExit({ action: other })) return false;
  if (isExit({ action }) && (other === "long" || other === "short")) return action === `close_${other}`;
  return TRADED_SIDE[action] === TRADED_SIDE[other];
}

function otherAction(other: Said, action: Action, meant: Action, fields: Fields): AlertRefused {
  if (action !== "close" || isExit({ action: meant })) return againstOurs(other, "action", fields);
  const side = meant === "long" || meant === "short" ? `close_${meant}` : "close_long or close_short";
  const hint = `write "action": "${side}": close means whichever position is open`;
  return contradiction(other, `action says ${quoted(action)}`, hint);
}

function refuseOtherExchange(fields: Fields, { venue }: Read): void {
  const given = said(fields, "exchange");
  for (const other of saidUnder(fields, OTHER_NAMES.exchange)) {
    const named = venuesNamed(other.says);
    if (named.includes(venue)) continue;
    const [first] = named;
    if (first !== undefined) {
      const ours = given === undefined ? `this alert would trade on ${venue}` : `exchange says ${quoted(given)}`;
      throw contradiction(other, ours, `write "exchange": "${first}" or "${venue}", and leave ${other.name} out`);
    }
    // The chart's exchange, which paper may follow whatever it is.
    if (plainName(other.name) === "tvexchange" && venue === "paper") continue;
    throw new AlertRefused(
      "contradiction",
      other.name,
      `${other.name} says ${quoted(other.says)}, which is no exchange of Hoox`,
      `leave ${other.name} out, and write "exchange": one of ${venues.join(", ")}`,
    );
  }
}

const ORDER_WORD = /market|limit|stop|trail|takeprofit|trigger|oco|iceberg|postonly/;

function refuseOtherOrderType(fields: Fields, read: Read): void {
  for (const other of saidUnder(fields, OTHER_NAMES.orderType)) {
    const word = plainName(other.says).replace(/order$/, "");
    const action = actionNamed(word);
    if (action !== undefined && !agree(read.action, action)) throw otherAction(other, read.action, action, fields);
    if (action !== undefined || word === read.orderType || !ORDER_WORD.test(word)) continue;
    if (word === "market" || word === "limit") throw otherOrderType(other, word, fields);
    throw new AlertRefused(
      "contradiction",
      other.name,
      `${other.name} says ${quoted(other.says)}, which Hoox does not have as an order type`,
      `leave ${other.name} out, and write "orderType": "market" or "limit"; stops are written as stopLoss`,
    );
  }
  for (const type of ["market", "limit"] as const) {
    const name = type === "market" ? "isMarket" : "isLimit";
    const [other] = saidUnder(fields, [name]);
    if (other !== undefined && type !== read.orderType && flag(fields, name)) throw otherOrderType(other, type, fields);
  }
}

function otherOrderType(other: Said, meant: string, fields: Fields): AlertRefused {
  const given = said(fields, "orderType");
  const ours = given === undefined ? "without orderType this is a market order" : `orderType says ${quoted(given)}`;
  return contradiction(other, ours, `write "orderType": "${meant}", or leave ${other.name} out`);
}

function refuseOtherPrice(fields: Fields, { orderType, price }: Read): void {
  for (const other of saidUnder(fields, OTHER_NAMES.price)) {
    const limit = parseDecimal(other.says);
    if (limit === undefined || isZero(limit)) continue;
    if (orderType !== "limit") throw otherOrderType(other, `limit", "price": "${limit}`, fields);
    if (price !== undefined && compare(price, limit) !== 0) throw againstOurs(other, "price", fields);
  }
}

/** A volume is the bar's and an amount may be money, so beside a quantity these two are not compared. */
const COMPARABLE = ["qty", "size", "contracts"];

function refuseOtherSize(fields: Fields, { quantity }: Read): void {
  for (const other of saidUnder(fields, OTHER_NAMES.quantity)) {
    const plain = plainName(other.name);
    const size = parseDecimal(other.says);
    if (plain === "volume" || (size !== undefined && isZero(size))) continue;
    if (quantity === undefined) {
      const hint = 'write it as "quantity", in units of the base coin; or leave it out to close everything';
      throw contradiction(other, "without quantity this closes everything", hint);
    }
    const differs = size === undefined || compare(size, quantity) !== 0;
    if (COMPARABLE.includes(plain) && differs) throw againstOurs(other, "quantity", fields);
  }
}
