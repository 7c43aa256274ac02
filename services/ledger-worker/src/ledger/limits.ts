import * as z from "zod";
import { firstProblem } from "#contracts/codec";
import {
  absolute,
  add,
  compare,
  divide,
  isNegative,
  isZero,
  minimum,
  multiply,
  negate,
  positiveDecimal,
  subtract,
  type Decimal,
} from "#contracts/decimal";
import { quoteOf } from "#contracts/quote";
import type { Side, Signal } from "#contracts/signal";
import { storedHalt } from "./halt.ts";
import { positionOf, profitOfDay } from "./positions.ts";
import { isOpen, type LegRow } from "./rows.ts";
import { openAgainst, unfilled } from "./sizing.ts";
import { MINUTE } from "./times.ts";
import type { Tx } from "./tx.ts";

/** Strict, because a misspelt limit would be no limit. */
export const limits = z.strictObject({
  /** Orders sent within a minute, exits and protective legs counted, entries held back. */
  ordersPerMinute: z.int().min(1).optional(),
  /** Net loss of the UTC day from fills, fees counted, in the quote currency. */
  maxDailyLoss: positiveDecimal.optional(),
  /** Absolute quantity per symbol, resting and doubtful entries counted as filled. */
  maxPosition: positiveDecimal.optional(),
});
export type Limits = z.infer<typeof limits>;

/** Reads the LIMITS variable; what cannot be read halts entries rather than the Worker. */
export function parseLimits(text: string | undefined): Limits | { invalid: string } {
  try {
    const parsed = limits.safeParse(JSON.parse(text === undefined || text.trim() === "" ? "{}" : text));
    return parsed.success ? parsed.data : { invalid: firstProblem(parsed.error) };
  } catch {
    return { invalid: "it is not JSON" };
  }
}

/** Why no entry may trade in this ledger, or undefined. */
export function tradingOff(tx: Pick<Tx, "sql" | "config" | "memory">): string | undefined {
  const stored = storedHalt(tx);
  if (stored !== undefined) return stored;
  const { limits: configured } = tx.config;
  if (!("invalid" in configured)) return undefined;
  return `LIMITS of ledger-worker is misconfigured: ${configured.invalid}; entries are halted until it is corrected and deployed`;
}

/** Why this entry may not be sent now, or undefined. Exits and protective legs are never asked. */
export function entryRefusal(tx: Tx, entry: LegRow, quantity: Decimal, signal: Signal): string | undefined {
  return accountRefusal(tx, entry, quantity) ?? strategyRefusal(tx, entry, quantity, signal);
}

function accountRefusal(tx: Tx, entry: LegRow, quantity: Decimal): string | undefined {
  const off = tradingOff(tx);
  if (off !== undefined) return off;
  const { limits: configured } = tx.config;
  if ("invalid" in configured) return undefined;
  const { ordersPerMinute, maxDailyLoss, maxPosition } = configured;
  if (ordersPerMinute !== undefined && sentLately(tx) >= ordersPerMinute) {
    return `The limit of ${ordersPerMinute} orders per minute is reached.`;
  }
  if (maxDailyLoss !== undefined) {
    const profit = profitOfDay(tx);
    if (isNegative(profit) && compare(negate(profit), maxDailyLoss) >= 0) {
      return `Today's loss of ${negate(profit)} reaches the daily limit of ${maxDailyLoss}.`;
    }
  }
  return maxPosition === undefined
    ? undefined
    : beyondPosition(tx, entry, quantity, `the limit of ${maxPosition}`, maxPosition);
}

/** The limits that came with the signal. */
function strategyRefusal(tx: Tx, entry: LegRow, quantity: Decimal, signal: Signal): string | undefined {
  const { maxNotional, maxPosition, maxPositionNotional } = signal.limits ?? {};
  const of = (limit: Decimal): string => `the limit of ${limit} of strategy ${signal.strategy}`;
  if (maxPosition !== undefined) {
    const beyond = beyondPosition(tx, entry, quantity, of(maxPosition), maxPosition);
    if (beyond !== undefined) return beyond;
  }
  if (maxPositionNotional !== undefined) {
    const beyond = beyondWorth(tx, entry, quantity, signal.price, maxPositionNotional);
    if (beyond !== undefined) return beyond;
  }
  if (maxNotional === undefined) return undefined;
  // What a net order closes raises nothing: it must be able to end what an earlier one began.
  const opens = subtract(quantity, minimum(quantity, openAgainst(tx, entry.symbol, entry.side)));
  if (isZero(opens)) return undefined;
  const money = quoteOf(entry.symbol);
  const unit = money === undefined ? "" : ` ${money}`;
  if (signal.price === undefined) {
    return `What it is worth is not known without a price, so ${of(maxNotional + unit)} for one order cannot be kept; put a price into the alert, such as "price": "{{close}}".`;
  }
  const worth = multiply(opens, signal.price);
  if (compare(worth, maxNotional) <= 0) return undefined;
  return `It would open ${opens} at ${signal.price}, worth ${worth}${unit}, beyond ${of(maxNotional + unit)} for one order.`;
}

/** The most that an alert lets the position be worth. */
function beyondWorth(
  tx: Tx,
  entry: LegRow,
  quantity: Decimal,
  price: Decimal | undefined,
  limit: Decimal,
): string | undefined {
  const what = `the alert's limit of ${[limit, quoteOf(entry.symbol)].filter(Boolean).join(" ")} for the position`;
  if (price !== undefined) return beyondPosition(tx, entry, quantity, what, divide(limit, price));
  return `What the position is worth is not known without a price, so ${what} cannot be kept; put a price into the alert, such as "price": "{{close}}".`;
}

function beyondPosition(tx: Tx, entry: LegRow, quantity: Decimal, what: string, limit: Decimal): string | undefined {
  const now = positionOf(tx, entry.symbol).quantity;
  const projected = add(reserved(tx, entry, now), signed(entry.side, quantity));
  const grows = compare(absolute(projected), absolute(now)) > 0;
  if (!grows || compare(absolute(projected), limit) <= 0) return undefined;
  return `The position in ${entry.symbol} would become ${projected}, beyond ${what}.`;
}

/** Counts an order that is being sent, exits too. */
export function countSend(tx: Tx): void {
  if ("invalid" in tx.config.limits || tx.config.limits.ordersPerMinute === undefined) return;
  tx.sql.exec(`DELETE FROM sends WHERE at <= ?`, tx.now - MINUTE);
  tx.sql.exec(`INSERT INTO sends (at) VALUES (?)`, tx.now);
}

function sentLately(tx: Tx): number {
  return tx.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM sends WHERE at > ?`, tx.now - MINUTE)[0]?.n ?? 0;
}

/** The position as it would be with every other entry of that side filled. */
function reserved(tx: Tx, entry: LegRow, position: Decimal): Decimal {
  return tx
    .liveLegs(entry.symbol)
    .filter((leg) => leg.role === "entry" && leg.side === entry.side && leg !== entry && isOpen(leg))
    .reduce((sum, leg) => add(sum, signed(leg.side, unfilled(leg))), position);
}

function signed(side: Side, quantity: Decimal): Decimal {
  return side === "buy" ? quantity : negate(quantity);
}
