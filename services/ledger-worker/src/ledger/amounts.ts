import { absolute, compare, isNegative, isPositive, isZero, roundToStep, type Decimal } from "#contracts/decimal";
import { quoteOf } from "#contracts/quote";

/** A price or quantity without the digits that nobody can trade. */
export function figure(value: Decimal): string {
  return roundToStep(value, "0.00000001");
}

/** `0.65 USDT`; the currency only where a symbol tells it. */
export function money(amount: Decimal, symbol = ""): string {
  const quote = quoteOf(symbol);
  const rounded = roundToStep(amount, compare(absolute(amount), "1") >= 0 ? "0.01" : "0.00000001");
  return quote === undefined ? rounded : `${rounded} ${quote}`;
}

/** `+9.34 USDT`, `-3.2 USDT` */
export function gain(amount: Decimal, symbol?: string): string {
  return `${isPositive(amount) ? "+" : ""}${money(amount, symbol)}`;
}

/** `profit +9.34 USDT`, `loss -3.2 USDT` */
export function gainWords(amount: Decimal, symbol: string): string {
  return `${isNegative(amount) ? "loss" : "profit"} ${gain(amount, symbol)}`;
}

/** `long 0.5`, `short 2`, `flat` */
export function positionWords(quantity: Decimal): string {
  if (isZero(quantity)) return "flat";
  return `${isNegative(quantity) ? "short" : "long"} ${figure(absolute(quantity))}`;
}
