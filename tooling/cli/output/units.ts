import type { Paint } from "./paint.ts";

const QUOTES = /(?:USDT|USDC|FDUSD|TUSD|BUSD|USD|EUR|GBP|TRY|BTC|ETH|BNB)$/;

/** The currency that a symbol's prices and profits are in; empty when nobody knows it. */
export function quoteOf(symbol: string): string {
  return QUOTES.exec(symbol.replace(/\.P$/, ""))?.[0] ?? "";
}

/** Division leaves twenty places; eight are what venues know. */
export function short(decimal: string | null | undefined): string {
  return decimal === undefined || decimal === null ? "-" : decimal.replace(/(\.\d{8})\d+$/, "$1…");
}

/** `-3.2 USDT`, red below zero and green above. */
export function money(decimal: string, symbol: string, paint: Paint): string {
  const text = `${short(decimal)} ${quoteOf(symbol)}`.trimEnd();
  if (decimal === "0") return text;
  return decimal.startsWith("-") ? paint.bad(text) : paint.good(text);
}
