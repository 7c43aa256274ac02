import * as z from "zod";
import { positiveDecimal } from "./decimal.ts";
import { symbol, type LedgerName } from "./ids.ts";
import { quotes } from "./quote.ts";

/**
 * What an account allows of every entry, whatever strategy asks. Exits and protective legs are never asked. Strict,
 * because a misspelt limit would be no limit.
 */
export const accountLimits = z.lazy(() =>
  z.strictObject({
    /** The only symbols that may be entered. Absent: all. */
    symbols: z.array(symbol).min(1).max(200).optional(),
    /**
     * What `maxNotional`, `maxPositionNotional` and `maxDailyLoss` are in: with any of them, nothing that trades in another
     * currency is entered. Absent: dollars, of which USDT, USDC and their like are one and the same.
     */
    currency: z.enum(quotes).optional(),
    /** What one order may open (quantity × price). */
    maxNotional: positiveDecimal.optional(),
    /** Absolute quantity per symbol, resting and doubtful entries counted as filled. */
    maxPosition: positiveDecimal.optional(),
    /** What the position in one symbol may be worth at the alert's price, counted as for `maxPosition`. */
    maxPositionNotional: positiveDecimal.optional(),
    /** Symbols with a position, or with an entry that may become one. */
    maxOpenPositions: z.int().min(1).max(1_000).optional(),
    /**
     * How far from the alert's price, in percent of it, an entry may trade that opens. A market order becomes a limit
     * order there that ends where it does not fill at once.
     */
    priceBandPercent: positiveDecimal.optional(),
    /** Orders sent within a minute, exits and protective legs counted, entries held back. */
    ordersPerMinute: z.int().min(1).optional(),
    /** Net loss of the UTC day from fills in this currency, fees counted. */
    maxDailyLoss: positiveDecimal.optional(),
  }),
);
export type AccountLimits = z.infer<typeof accountLimits>;

export const LIMITS_ENTRIES = "limits:";

/** The KV key of an account's limits at one venue. */
export function limitsEntry(ledger: LedgerName): string {
  return `${LIMITS_ENTRIES}${ledger}`;
}
