import type { Paint } from "./paint.ts";

const QUOTES = /(?:USDT|USDC|FDUSD|TUSD|BUSD|USD|EUR|GBP|TRY|BTC|ETH|BNB)$/;

/** The currency that a symbol's prices and profits are in; empty when nobody knows it. */
export function quoteOf(symbol: string): string {
  return QUOTES.exec(symbol.replace(/\.P$/, ""))?.[0] ?? "";
}

const BYTES = ["B", "KB", "MB", "GB"] as const;

/** `812 B`, `3.4 MB`: thousands, as Cloudflare bills them. */
export function bytes(count: number): string {
  const power = Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  const value = count / 1_000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${BYTES[power] ?? "B"}`;
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
