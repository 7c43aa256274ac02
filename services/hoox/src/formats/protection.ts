import { isPositive, isZero } from "#contracts/decimal";
import type { Signal } from "#contracts/signal";
import { byPlainName, decimalOf, number, positive, wrong, type Fields } from "./fields.ts";
import { JsonNumber, type JsonObject, type JsonValue } from "./json.ts";

type Protection = NonNullable<Signal["stopLoss"]>;
type TakeProfit = NonNullable<Signal["takeProfits"]>[number];
const MAX_TARGETS = 10;

/** `65000`, `"5%"`, `{"price": …}` or `{"percent": …}`. Nothing, "" and 0 all mean none. */
export function stopLossOf(fields: Fields): Protection | undefined {
  return protectionOf("stopLoss", fields.get("stoploss"));
}

/** One target or several, each as a stop loss is written; an object may say how much of the position. */
export function takeProfitsOf(fields: Fields): TakeProfit[] | undefined {
  const value = fields.get("takeprofits") ?? fields.get("takeprofit");
  const targets = (Array.isArray(value) ? value : [value]).flatMap((each) => takeProfitOf(each) ?? []);
  if (targets.length > MAX_TARGETS) throw wrong("takeProfits", `may hold at most ${MAX_TARGETS} targets`);
  return targets.length === 0 ? undefined : targets;
}

function takeProfitOf(value: JsonValue): TakeProfit | undefined {
  const target = protectionOf("takeProfit", value);
  if (target === undefined || !isObject(value)) return target;
  return { ...target, quantity: positive(byPlainName(value), "quantity") };
}

function protectionOf(name: string, value: JsonValue): Protection | undefined {
  if (value === undefined || value === null) return undefined;
  if (isObject(value)) return ofObject(name, byPlainName(value));
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
  const price = number(fields, "price") ?? number(fields, "stopPrice") ?? number(fields, "limitPrice");
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

function isObject(value: JsonValue): value is JsonObject {
  return value instanceof Map;
}
