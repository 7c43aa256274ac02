import { Big } from "big.js";
import * as z from "zod";

/** A number as text: optional sign, digits, optional fraction; never an exponent, never a float. */
export type Decimal = string;

const PLAIN = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const LENIENT = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?$/;

// 40 places hold every product of two venue quantities; division is the only operation that rounds.
Big.DP = 20;
Big.RM = Big.roundDown;

/** A decimal in canonical form (`1.5`, `-0.001`); anything else fails. */
export const decimal = z
  .string({ error: ({ input }) => (typeof input === "number" ? `must be in quotes, such as "${input}"` : undefined) })
  .max(60)
  .regex(PLAIN, { error: "must be a plain decimal such as 0.001", abort: true });

/** A decimal greater than zero. */
export const positiveDecimal = decimal.refine((text) => isPositive(text), "must be greater than zero");

/**
 * Reads a number as people and JSON write it (`" 1.50 "`, `.5`, `1e-7`) into canonical form,
 * or answers undefined. A JavaScript number passes through its shortest text, which is exact
 * for what JSON can carry in 15 digits.
 */
export function parseDecimal(value: string | number): Decimal | undefined {
  const text = String(value).trim().replace(/^\+/, "");
  if (text.length > 60 || !LENIENT.test(text)) return undefined;
  return canonical(new Big(text));
}

export function add(a: Decimal, b: Decimal): Decimal {
  return canonical(new Big(a).plus(b));
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return canonical(new Big(a).minus(b));
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return canonical(new Big(a).times(b));
}

/** Rounds toward zero at 20 places. Throws when `b` is zero. */
export function divide(a: Decimal, b: Decimal): Decimal {
  return canonical(new Big(a).div(b));
}

export function negate(a: Decimal): Decimal {
  return canonical(new Big(a).neg());
}

export function absolute(a: Decimal): Decimal {
  return canonical(new Big(a).abs());
}

/** -1, 0 or 1, as for a sort. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  return new Big(a).cmp(b);
}

export function minimum(a: Decimal, b: Decimal): Decimal {
  return compare(a, b) <= 0 ? a : b;
}

export function maximum(a: Decimal, b: Decimal): Decimal {
  return compare(a, b) >= 0 ? a : b;
}

export function isZero(a: Decimal): boolean {
  return compare(a, "0") === 0;
}

export function isPositive(a: Decimal): boolean {
  return compare(a, "0") > 0;
}

export function isNegative(a: Decimal): boolean {
  return compare(a, "0") < 0;
}

/** The largest multiple of `step` that is not beyond `a`, toward zero; venues refuse the rest. */
export function roundToStep(a: Decimal, step: Decimal): Decimal {
  return canonical(new Big(a).div(step).round(0, Big.roundDown).times(step));
}

function canonical(value: Big): Decimal {
  const text = value.toFixed();
  return text === "-0" ? "0" : text;
}
