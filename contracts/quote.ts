/** Longest first where one ends in another. Those that would be read into other pairs (DOT·USD, BNB·USD) are left out. */
const quotes = ["FDUSD", "USDT", "USDC", "USDE", "DAI", "USD", "EUR", "GBP", "TRY", "BRL", "JPY", "BTC", "ETH", "BNB"];

/** The currency that a symbol's prices, fees and profits are in; undefined when its end says nothing known. */
export function quoteOf(symbol: string): string | undefined {
  const pair = symbol.replace(/\.P$/, "");
  return quotes.find((quote) => pair.length > quote.length && pair.endsWith(quote));
}
