import { compare, isPositive, isZero, parseDecimal } from "#contracts/decimal";
import type { Signal } from "#contracts/signal";
import { decimalOf, Fields, number, positive, said, wrong } from "./fields.ts";
import { JsonNumber, sameScalar, type JsonObject, type JsonValue } from "./json.ts";

type Protection = NonNullable<Signal["stopLoss"]>;
type TakeProfit = NonNullable<Signal["takeProfits"]>[number];
const MAX_TARGETS = 10;

/** `65000`, `"5%"`, `{"price": …}` or `{"percent": …}`. Nothing, "" and 0 all mean none. */
export function stopLossOf(fields: Fields): Protection | undefined {
  return protectionOf("stopLoss", fields.get("stoploss"));
}

/** One target or several, each as a stop loss is written; an object may say how much of the position. */
export function takeProfitsOf(fields: Fields): TakeProfit[] | undefined {
  const [several, one] = [fields.get("takeprofits"), fields.get("takeprofit")];
  if (!saysNothing(several) && !saysNothing(one) && !sameScalar(several, one))
    throw wrong("takeProfits", "is given twice: takeProfit and takeProfits are both given", "leave one of them out");
  const value = saysNothing(several) ? one : several;
  const targets = (Array.isArray(value) ? value : [value]).flatMap((each) => takeProfitOf(each) ?? []);
  if (targets.length > MAX_TARGETS) throw wrong("takeProfits", `may hold at most ${MAX_TARGETS} targets`);
  return targets.length === 0 ? undefined : targets;
}

function takeProfitOf(value: JsonValue): TakeProfit | undefined {
  const target = protectionOf("takeProfit", value);
  if (target === undefined || !isObject(value)) return target;
  return { ...target, quantity: positive(new Fields(value), "quantity") };
}

function protectionOf(name: string, value: JsonValue): Protection | undefined {
  if (value === undefined || value === null) return undefined;
  if (isObject(value)) return ofObject(name, new Fields(value));
  if (typeof value === "object" && !(value instanceof JsonNumber))
    throw wrong(name, "must be a price, a percentage or an object");
  const written = (value instanceof JsonNumber ? value.source : String(value)).trim();
  if (written === "" || /^nan$/i.test(written)) return undefined;
  const percent = written.endsWith("%");
  return distance(
    name,
    percent ? "percent" : "price",
    decimalOf(name, percent ? written.slice(0, -1).trim() : written),
  );
}

function ofObject(name: string, fields: Fields): Protection | undefined {
  const prices = ["price", "stopPrice", "limitPrice"].flatMap((each) => number(fields, each) ?? []);
  const [price] = prices;
  if (price !== undefined && prices.some((each) => compare(each, price) !== 0))
    throw wrong(
      name,
      "has two prices that differ",
      `a ${name} has one price: when it is reached, a market order goes out`,
    );
  if (said(fields, "type")?.toLowerCase().includes("trail"))
    throw wrong(name, "is a trailing stop, which Hoox does not have", "write a fixed price or percentage");
  const percent = number(fields, "percent");
  if (price !== undefined && percent !== undefined) throw wrong(name, "has both a price and a percentage");
  if (price !== undefined) return distance(name, "price", price);
  if (percent !== undefined) return distance(name, "percent", percent);
  // An object that says something unknown may be protection the trader counts on.
  if (fields.size > 0) throw wrong(name, "has neither a price nor a percent");
  return undefined;
}

function distance(name: string, unit: "price" | "percent", value: string): Protection | undefined {
  if (isZero(value)) return undefined;
  if (!isPositive(value))
    throw wrong(name, `must not be negative (${value})`, "a percentage is a distance and has no sign");
  return unit === "price" ? { price: value } : { percent: value };
}

/** True for all that alerts write for none: nothing, "", 0, "0%", false, "none", and what holds only such. */
export function saysNothing(value: JsonValue): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (Array.isArray(value)) return value.every(saysNothing);
  if (isObject(value)) return [...value.values()].every(saysNothing);
  const written = value instanceof JsonNumber ? value.source : String(value).trim();
  if (/^(?:nan|none|null|false|off|no)?$/i.test(written)) return true;
  const amount = parseDecimal(written.replace(/%$/, ""));
  return amount !== undefined && isZero(amount);
}

function isObject(value: JsonValue): value is JsonObject {
  return value instanceof Map;
}
