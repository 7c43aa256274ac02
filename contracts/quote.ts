/** Longest first where one ends in another. Those that would be read into other pairs (DOT·USD, BNB·USD) are left out. */
export const quotes = [
  "FDUSD",
  "USDT",
  "USDC",
  "USDE",
  "DAI",
  "USD",
  "EUR",
  "GBP",
  "TRY",
  "BRL",
  "JPY",
  "BTC",
  "ETH",
  "BNB",
] as const;
export type Quote = (typeof quotes)[number];

/** The currency that a symbol's prices, fees and profits are in; undefined when its end says nothing known. */
export function quoteOf(symbol: string): Quote | undefined {
  const pair = symbol.replace(/\.P$/, "");
  return quotes.find((quote) => pair.length > quote.length && pair.endsWith(quote));
}

const dollars: ReadonlySet<Quote> = new Set(["FDUSD", "USDT", "USDC", "USDE", "DAI", "USD"]);

/** As limits and a day's result count money: all dollars are one currency, `USD`. */
export type Currency = Quote;
export const DOLLARS = "USD";

export function countedAs(quote: Quote): Currency {
  return dollars.has(quote) ? DOLLARS : quote;
}

/** What a symbol earns and loses, as it is counted; undefined when nobody knows. */
export function currencyOf(symbol: string): Currency | undefined {
  const quote = quoteOf(symbol);
  return quote && countedAs(quote);
}

/** `dollars`, `BTC` */
export function currencyWords(currency: Currency): string {
  return currency === DOLLARS ? "dollars" : currency;
}
