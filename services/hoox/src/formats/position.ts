import { absolute, compare, isNegative, isZero, negate, parseDecimal, type Decimal } from "#contracts/decimal";
import { plainName, type Part } from "./aliases.ts";
import { contradiction, decimalOf, sayings, type Fields, type Said } from "./fields.ts";
import { AlertRefused, quoted } from "./refused.ts";

/** A position as the sender's strategy sees it. */
export interface Standing {
  /** The field that a refusal names. */
  by: Said;
  side: "long" | "short" | "flat" | undefined;
  /** Without a sign. */
  size: Decimal | undefined;
}

const SIDES: Readonly<Record<string, Standing["side"]>> = {
  long: "long",
  bullish: "long",
  short: "short",
  bearish: "short",
  flat: "flat",
};
/** Only these carry the side in their sign. */
const SIGNED = ["positionsize", "position"];

/** The position that is to stand after the order (`market_position`, `sentiment`, `position_size`). */
export function positionAfter(fields: Fields): Standing | undefined {
  return standing(fields, "position", "positionSize");
}

/** The position before the order (`prev_market_position`). */
export function positionBefore(fields: Fields): Standing | undefined {
  return standing(fields, "positionBefore", "positionBeforeSize");
}

/** With its sign, as far as both side and size are known. */
export function signed({ side, size }: Standing): Decimal | undefined {
  if (side === "flat") return "0";
  if (side === undefined || size === undefined) return undefined;
  return side === "short" ? negate(size) : size;
}

function standing(fields: Fields, sidePart: Part, sizePart: Part): Standing | undefined {
  const words = sayings(fields, sidePart);
  const numbers = [...words.filter((each) => parseDecimal(each.says) !== undefined), ...sayings(fields, sizePart)];
  const sides = words.flatMap((each) => sideOf(each, fields, sidePart));
  const [by = numbers[0]] = sides;
  if (by === undefined) return undefined;
  const named = agreed(sides.map((each) => ({ by: each, value: each.side })));
  const sizes = numbers.map((each) => ({ by: each, value: decimalOf(each.name, each.says) }));
  const size = agreed(sizes.map((each) => ({ by: each.by, value: absolute(each.value) })));
  const carried = sizes.filter((each) => isZero(each.value) || SIGNED.includes(each.by.plain));
  const inSign = agreed(carried.map((each) => ({ by: each.by, value: sideInSign(each.value, named) })));
  if (named !== undefined && inSign !== undefined && inSign !== named)
    throw contradiction(carried[0]?.by ?? by, `${by.name} says ${quoted(by.says)}`, "check which of them is right");
  if (named === "flat" && size !== undefined && !isZero(size))
    throw contradiction(sizes[0]?.by ?? by, `${by.name} says flat`, "a flat position has no size");
  return { by, side: named ?? inSign, size };
}

function sideOf(said: Said, fields: Fields, part: Part): (Said & { side: Standing["side"] })[] {
  if (parseDecimal(said.says) !== undefined) return [];
  const word = plainName(said.says);
  const side = Object.hasOwn(SIDES, word) ? SIDES[word] : undefined;
  if (side !== undefined) return [{ ...said, side }];
  // `position` alone may be anything of another system's; the two other names cannot.
  if (said.plain === "position") {
    fields.read.delete("position");
    return [];
  }
  throw new AlertRefused(
    "invalid_field",
    said.name,
    `${said.name} must be long, short or flat, not ${quoted(said.says)}`,
    part === "position" ? "use {{strategy.market_position}}" : "use {{strategy.prev_market_position}}",
  );
}

/** Beside a named side, a size without a minus says nothing of its own. */
function sideInSign(value: Decimal, named: Standing["side"]): Standing["side"] {
  if (isZero(value)) return "flat";
  if (isNegative(value)) return "short";
  return named ?? "long";
}

function agreed<T extends string | undefined>(all: readonly { by: Said; value: T }[]): T | undefined {
  const [first, ...others] = all;
  for (const other of others) {
    if (first === undefined || other.value === first.value) continue;
    if (other.value !== undefined && first.value !== undefined && isSame(other.value, first.value)) continue;
    throw contradiction(other.by, `${first.by.name} says ${quoted(first.by.says)}`, "they speak of one position");
  }
  return first?.value;
}

function isSame(a: string, b: string): boolean {
  const [one, two] = [parseDecimal(a), parseDecimal(b)];
  return one !== undefined && two !== undefined && compare(one, two) === 0;
}
