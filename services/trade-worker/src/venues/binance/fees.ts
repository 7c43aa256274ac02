import { add, compare, multiply, type Decimal } from "#contracts/decimal";
import { messageOf } from "../../message-of.ts";
import type { Commission } from "./shapes.ts";

/** A fee in the quote currency; `reason` says what of it is not known and counts as 0. */
export interface Fee {
  fee: Decimal;
  reason?: string;
}

/**
 * What is taken in a third asset counts at that asset's price now, and as nothing where there is no price: what an order
 * did must never wait for what it cost.
 */
export async function feeOf(
  commissions: readonly Commission[],
  of: { quoteAsset: string; priceOf: (symbol: string) => Promise<Decimal> },
): Promise<Fee> {
  let fee = "0";
  let reason: string | undefined;
  for (const { commission, commissionAsset } of commissions) {
    if (compare(commission, "0") === 0) continue;
    const pair = `${commissionAsset}${of.quoteAsset}`;
    const rate = commissionAsset === of.quoteAsset ? "1" : await of.priceOf(pair).catch(unpriced);
    if (typeof rate === "string") fee = add(fee, multiply(commission, rate));
    else reason = `${UNKNOWN_FEE}: ${commission} ${commissionAsset} has no price (${rate.why})`;
  }
  return reason === undefined ? { fee } : { fee, reason };
}

export const UNKNOWN_FEE = "its fee is not known and counts as 0";

function unpriced(error: unknown): { why: string } {
  return { why: messageOf(error) };
}

/**
 * Of a purchase Binance keeps its fee out of what was bought, unless the account pays in another asset: so much never
 * came. It is no fee beside the order, but a dearer price for less.
 */
export function keptOf(
  commissions: readonly Commission[],
  { side, baseAsset }: { side: "BUY" | "SELL"; baseAsset: string },
): { kept: Decimal; others: Commission[] } {
  const isKept = ({ commissionAsset }: Commission): boolean => side === "BUY" && commissionAsset === baseAsset;
  return {
    kept: commissions.filter(isKept).reduce((sum, { commission }) => add(sum, commission), "0"),
    others: commissions.filter((each) => !isKept(each)),
  };
}
