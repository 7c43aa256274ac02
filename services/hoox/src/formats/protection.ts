import { compare, isPositive, isZero, parseDecimal } from "#contracts/decimal";
import type { Signal } from "#contracts/signal";
import { plainName } from "./aliases.ts";
import { aboveZero, decimalOf, Fields, said, wrong } from "./fields.ts";
import { JsonNumber, type JsonObject, type JsonValue } from "./json.ts";
import { protectionNamed, type ProtectionName } from "./protection-names.ts";
import { AlertRefused, quoted } from "./refused.ts";

type Protection = NonNullable<Signal["stopLoss"]>;
type TakeProfit = NonNullable<Signal["takeProfits"]>[number];
const MAX_TARGETS = 10;
const OBJECT_PRICES = ["price", "stopPrice", "limitPrice"];
const OBJECT_PERCENTS = ["percent", "percentage", "pct"];
const OBJECT_QUANTITIES = ["quantity", "qty", "size"];

interface Asked extends ProtectionName {
  name: string;
  value: JsonValue;
}

/**
 * Stop and targets in every spelling of the alias table: `65000`, `"5%"`, `{"price": …}`, `{"percent": …}`, lists,
 * `tp1 tp2`. Nothing, "" and 0 all mean none. What asks for protection and cannot be read is refused: the position
 * would stand without it.
 */
export function protectionOf(fields: Fields): Pick<Signal, "stopLoss" | "takeProfits"> {
  const asked = askedFor(fields);
  for (const [plain, value] of fields) refuseInside(fields.spelled(plain), value);
  return {
    stopLoss: stopLoss(asked.filter((each) => each.kind === "stopLoss")),
    takeProfits: takeProfits(asked.filter((each) => each.kind === "takeProfits")),
  };
}

function askedFor(fields: Fields): Asked[] {
  return [...fields].flatMap(([plain, value]) => {
    const named = protectionNamed(plain);
    const name = fields.spelled(plain);
    if (named === undefined) return [];
    if (named !== "trailing") fields.read.set(plain, named.kind);
    if (saysNothing(value)) return [];
    if (named === "trailing") throw trailing(name);
    return [{ ...named, name, value }];
  });
}

function stopLoss(asked: readonly Asked[]): Protection | undefined {
  const [first, ...others] = asked.map((each) => ({ by: each, stop: one(each) }));
  for (const other of others) {
    if (first === undefined || JSON.stringify(first.stop) === JSON.stringify(other.stop)) continue;
    const hint = `a position has one stop: leave ${other.by.name} or ${first.by.name} out`;
    throw new AlertRefused(
      "contradiction",
      other.by.name,
      `${other.by.name} and ${first.by.name} are different stops`,
      hint,
    );
  }
  return first?.stop;
}

function takeProfits(asked: readonly Asked[]): TakeProfit[] | undefined {
  const groups = new Map<string, Asked[]>();
  for (const each of asked) groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
  const lists = [...groups.values()].map((group) => ({
    name: group[0]?.name ?? "",
    targets: group.toSorted((a, b) => a.number - b.number).flatMap(several),
  }));
  const [first, ...others] = lists.filter(({ targets }) => targets.length > 0);
  for (const other of others) {
    if (first === undefined || JSON.stringify(first.targets) === JSON.stringify(other.targets)) continue;
    const problem = `is given twice: ${other.name} and ${first.name} are both given`;
    throw wrong("takeProfits", problem, "leave one of them out");
  }
  if (first !== undefined && first.targets.length > MAX_TARGETS)
    throw wrong("takeProfits", `may hold at most ${MAX_TARGETS} targets`);
  return first?.targets;
}

function several(asked: Asked): TakeProfit[] {
  const values = Array.isArray(asked.value) ? asked.value : [asked.value];
  return values.flatMap((value) => {
    const target = one({ ...asked, value });
    if (target === undefined || !isObject(value)) return target ?? [];
    const inner = new Fields(value);
    const name = OBJECT_QUANTITIES.find((each) => said(inner, each) !== undefined);
    const written = name === undefined ? undefined : said(inner, name);
    if (name === undefined || written === undefined) return [target];
    return [{ ...target, quantity: aboveZero(`${asked.name}.${name}`, decimalOf(`${asked.name}.${name}`, written)) }];
  });
}

function one({ kind, name, unit, value }: Asked): Protection | undefined {
  if (unit === "unread") {
    throw new AlertRefused(
      "unread_protection",
      name,
      `${name} is not something Hoox can measure, and ${kind === "stopLoss" ? "a stop" : "a target"} is never ignored`,
      kind === "stopLoss"
        ? 'write it as "stopLoss": a price, or a percentage such as "2%"'
        : 'write it as "takeProfits": a list of prices, of percentages, or of {"price": …, "quantity": …}',
    );
  }
  if (saysNothing(value)) return undefined;
  if (isObject(value)) return ofObject(name, kind, new Fields(value));
  if (Array.isArray(value) || typeof value === "boolean")
    throw wrong(name, "must be a price, a percentage or an object");
  const written = (value instanceof JsonNumber ? value.source : String(value)).trim();
  const percent = written.endsWith("%");
  const amount = decimalOf(name, percent ? written.slice(0, -1).trim() : written);
  return distance(name, percent || unit === "percent" ? "percent" : "price", amount);
}

function ofObject(name: string, kind: ProtectionName["kind"], fields: Fields): Protection | undefined {
  if (said(fields, "type")?.toLowerCase().includes("trail")) throw trailing(name);
  refuseUnknown(name, kind, fields);
  const prices = decimals(name, fields, OBJECT_PRICES);
  const percents = decimals(name, fields, OBJECT_PERCENTS);
  const [price] = prices;
  const [percent] = percents;
  if (price !== undefined && prices.some((each) => compare(each, price) !== 0))
    throw wrong(
      name,
      "has two prices that differ",
      `a ${name} has one price: when it is reached, a market order goes out`,
    );
  if (price !== undefined && percent !== undefined) throw wrong(name, "has both a price and a percentage");
  if (price !== undefined) return distance(name, "price", price);
  if (percent !== undefined) return distance(name, "percent", percent);
  throw wrong(name, "has neither a price nor a percent");
}

/** What an object says beside price and percent may be protection the trader counts on. */
function refuseUnknown(name: string, kind: ProtectionName["kind"], fields: Fields): void {
  const known = [...OBJECT_PRICES, ...OBJECT_PERCENTS, "type", ...(kind === "takeProfits" ? OBJECT_QUANTITIES : [])];
  for (const [plain, value] of fields) {
    if (saysNothing(value) || known.some((each) => plainName(each) === plain)) continue;
    throw new AlertRefused(
      "unread_protection",
      name,
      `${name} has neither a price nor a percent in ${quoted(fields.spelled(plain))}, which is not known`,
      `write "${kind}": {"price": …} or {"percent": …}`,
    );
  }
}

function decimals(name: string, fields: Fields, names: readonly string[]): string[] {
  return names.flatMap((each) => {
    const written = said(fields, each);
    const value = written === undefined ? undefined : decimalOf(`${name}.${each}`, written.replace(/%$/, "").trim());
    return value === undefined || isZero(value) ? [] : [value];
  });
}

/** Some systems nest in ways that are not read; protection in there is not ignored either. */
function refuseInside(name: string, value: JsonValue): void {
  if (!isObject(value) || protectionNamed(plainName(name)) !== undefined) return;
  const inner = new Fields(value);
  for (const [plain, each] of inner) {
    const named = protectionNamed(plain);
    if (named === undefined || saysNothing(each)) continue;
    const where = `${name}.${inner.spelled(plain)}`;
    if (named === "trailing") throw trailing(where);
    throw new AlertRefused(
      "unread_protection",
      where,
      `${where} is not read, and ${named.kind === "stopLoss" ? "a stop" : "a target"} is never ignored`,
      `write it beside the other fields, as "${named.kind}"`,
    );
  }
}

function trailing(name: string): AlertRefused {
  return new AlertRefused(
    "unread_protection",
    name,
    `${name} is a trailing stop, which Hoox does not have`,
    'leave it out, and write a fixed stop as "stopLoss": a price, or a percentage such as "2%"',
  );
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
