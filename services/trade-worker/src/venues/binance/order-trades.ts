import type * as z from "zod";
import { add, compare, type Decimal } from "#contracts/decimal";
import { millisecondsSince, wait, type Clock } from "../../clock.ts";
import { LIST_LIMIT } from "./lists.ts";
import type { trade } from "./shapes.ts";

type Trade = z.infer<typeof trade>;

export interface OrderTrades {
  trades: readonly Trade[];
  /** What the order has filled beyond them, in words. */
  lacks?: string;
}

/** Binance lists a trade a moment after the order that made it. */
const LISTED_WITHIN_MS = 60_000;
const ASKED_AGAIN_AFTER_MS = [300, 700];

/** The trades of an order, asked for again while they lack some of what it has just filled. */
export async function tradesOf(
  ask: () => Promise<Trade[]>,
  of: { filled: Decimal; updatedAt: Date; clock: Clock },
): Promise<OrderTrades> {
  let heard = compared(await ask(), of.filled);
  const again = millisecondsSince(of.clock, of.updatedAt) < LISTED_WITHIN_MS ? ASKED_AGAIN_AFTER_MS : [];
  for (const ms of again) {
    if (heard.lacks === undefined) break;
    await wait(of.clock, ms);
    heard = await ask().then(
      (trades) => compared(trades, of.filled),
      () => heard,
    );
  }
  return heard;
}

function compared(trades: readonly Trade[], filled: Decimal): OrderTrades {
  const listed = trades.reduce((sum, { qty }) => add(sum, qty), "0");
  if (compare(listed, filled) >= 0 || String(trades.length) === LIST_LIMIT) return { trades };
  return { trades, lacks: `Binance lists trades of ${listed} of the ${filled} that it has filled` };
}
