import { compare, isZero, parseDecimal, type Decimal } from "#contracts/decimal";
import { isExit, type Signal } from "#contracts/signal";
import { plainName } from "./aliases.ts";
import { aboveZero, contradiction, decimalOf, missing, one, sayings, wrong, type Fields, type Said } from "./fields.ts";
import type { Intent } from "./intent.ts";
import { saysNothing } from "./protection.ts";
import { AlertRefused, quoted } from "./refused.ts";

type Unit = "base" | "quote" | "equity" | "position" | "percent";

const ENTRIES_ONLY = 'with "action": "{{strategy.order.action}}" it counts for entries only';

/** How much, as the alert says it. */
export interface Amount {
  by: Said;
  value: Decimal;
  unit: Unit;
}

/** `percent` alone means: of equity for an entry, of the position for an exit. */
const UNITS: Readonly<Record<string, Unit>> = {
  base: "base",
  basecurrency: "base",
  contracts: "base",
  coins: "base",
  units: "base",
  absolute: "base",
  fixed: "base",
  fixedquantity: "base",
  quote: "quote",
  quotecurrency: "quote",
  dollaramount: "quote",
  usd: "quote",
  usdt: "quote",
  cash: "quote",
  percentofequity: "equity",
  percentequity: "equity",
  equitypercent: "equity",
  percentbalance: "equity",
  balancepercent: "equity",
  percentofposition: "position",
  percentposition: "position",
  positionpercent: "position",
  percent: "percent",
};
/** Sizes by other measures; to read them as units would be a guess. */
const UNREAD = /^(?:risk|sizeby|lot)/;

/** The one size in the alert; several must agree. */
export function amountOf(fields: Fields): Amount | undefined {
  refuseUnread(fields);
  const unit = unitOf(fields);
  const amounts = [
    ...sayings(fields, "quantity").map((by) => amount(by, unit)),
    ...sayings(fields, "money").flatMap((by) => inUnit(by, "quote")),
    ...sayings(fields, "percent").flatMap((by) => inUnit(by, "percent")),
  ];
  const [first, ...others] = amounts;
  for (const other of others) {
    if (first === undefined || (first.unit === other.unit && compare(first.value, other.value) === 0)) continue;
    throw contradiction(
      other.by,
      `${first.by.name} says ${quoted(first.by.says)}`,
      `say it once: leave ${other.by.name} out`,
    );
  }
  return first;
}

/** The size of the signal: what the positions prove, else what the alert says, else what the strategy has by default. */
export function sizeOf(
  intent: Intent,
  said: Amount | undefined,
  defaults: Pick<Signal, "quantity" | "size">,
): Pick<Signal, "quantity" | "size"> {
  const exit = isExit(intent);
  if (intent.target !== undefined || intent.everything) {
    if (said !== undefined && said.value !== "100" && !saysNothingOf(intent, said.unit)) {
      const hint = `leave ${said.by.name} out${exit ? ` to close everything; ${ENTRIES_ONLY}` : ""}`;
      throw contradiction(said.by, `the position is to be ${intent.target ?? "flat"}`, hint);
    }
    return intent.target === undefined ? {} : { size: { target: intent.target } };
  }
  if (intent.quantity !== undefined) return { quantity: aboveZero("market_position_size", intent.quantity) };
  if (said === undefined) {
    if (intent.part) throw missing("quantity", "a part of the position remains, so the alert must say how much goes");
    if (exit) return {};
    if (defaults.quantity !== undefined) return { quantity: defaults.quantity };
    if (defaults.size !== undefined) return { size: defaults.size };
    throw missing(
      "quantity",
      'write "quantity": "{{strategy.order.contracts}}", or a percentage of equity such as "5%"',
    );
  }
  return inSignal(said, exit);
}

function saysNothingOf({ anySize }: Intent, unit: Unit): boolean {
  return unit === "base" || (anySize === true && unit !== "position");
}

function inSignal({ by, value, unit }: Amount, exit: boolean): Pick<Signal, "quantity" | "size"> {
  switch (unit) {
    case "base":
      return { quantity: value };
    case "quote":
      return { size: { quote: value } };
    case "equity":
      return { size: { percentOfEquity: value } };
    case "percent":
      if (!exit) return { size: { percentOfEquity: value } };
      return { size: { percentOfPosition: ofPosition(by, value) } };
    case "position":
      if (exit) return { size: { percentOfPosition: ofPosition(by, value) } };
      throw wrong(
        by.name,
        "is a percentage of the position, and an entry has none yet",
        'write a percentage of equity such as "5%"',
      );
    default:
      return unit satisfies never;
  }
}

function ofPosition(by: Said, value: Decimal): Decimal {
  if (compare(value, "100") <= 0) return value;
  throw wrong(by.name, `is more than the whole position (${value}%)`, "leave it out to close everything");
}

function amount(by: Said, unit: (Said & { unit: Unit }) | undefined): Amount {
  if (!by.says.endsWith("%")) return { by, value: positive(by, by.says), unit: unit?.unit ?? "base" };
  const value = positive(by, by.says.slice(0, -1).trim());
  if (unit?.unit === "base" || unit?.unit === "quote")
    throw contradiction(
      by,
      `${unit.name} says ${quoted(unit.says)}`,
      `leave ${unit.name} out, or write the number alone`,
    );
  return { by, value, unit: unit?.unit ?? "percent" };
}

function inUnit(by: Said, unit: Unit): Amount[] {
  const written = by.says.replace(/%$/, "").trim();
  const value = parseDecimal(written);
  return value !== undefined && isZero(value) ? [] : [{ by, value: positive(by, written), unit }];
}

function positive(by: Said, written: string): Decimal {
  return aboveZero(by.name, decimalOf(by.name, written));
}

function unitOf(fields: Fields): (Said & { unit: Unit }) | undefined {
  const first = one(fields, "unit", (a, b) => named(a) === named(b));
  if (first === undefined) return undefined;
  const unit = named(first.says);
  if (unit !== undefined) return { ...first, unit };
  throw wrong(
    first.name,
    `${quoted(first.says)} is no unit that Hoox has`,
    "it has base units, quote currency, percent of equity and percent of position",
  );
}

function named(word: string): Unit | undefined {
  const plain = plainName(word);
  return Object.hasOwn(UNITS, plain) ? UNITS[plain] : undefined;
}

function refuseUnread(fields: Fields): void {
  for (const [plain, value] of fields) {
    if (!UNREAD.test(plain) || saysNothing(value)) continue;
    const name = fields.spelled(plain);
    throw new AlertRefused(
      "unread_size",
      name,
      `${name} is a size that Hoox does not have, and a size is never ignored`,
      'write "quantity" in base units, as a percentage of equity such as "5%", or money as "sizeUsd"',
    );
  }
}
