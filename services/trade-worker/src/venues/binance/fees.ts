import { add, compare, multiply, type Decimal } from "#contracts/decimal";
import type { Commission } from "./spot-orders.ts";

/** In the quote currency. What is taken in a third asset counts at that asset's price now; fails as `priceOf` does. */
export async function feeOf(
  commissions: readonly Commission[],
  of: { quoteAsset: string; priceOf: (symbol: string) => Promise<Decimal> },
): Promise<Decimal> {
  let fee = "0";
  for (const { commission, commissionAsset } of commissions) {
    if (compare(commission, "0") === 0) continue;
    const rate = commissionAsset === of.quoteAsset ? "1" : await of.priceOf(`${commissionAsset}${of.quoteAsset}`);
    fee = add(fee, multiply(commission, rate));
  }
  return fee;
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
