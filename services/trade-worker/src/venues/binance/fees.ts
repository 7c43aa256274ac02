import { add, compare, multiply, type Decimal } from "#contracts/decimal";
import type { Commission } from "./spot-orders.ts";

/** In the quote currency. What is taken in a third asset counts at that asset's price now; fails as `priceOf` does. */
export async function feeOf(
  commissions: readonly Commission[],
  of: { baseAsset: string; quoteAsset: string; priceOf: (symbol: string) => Promise<Decimal> },
): Promise<Decimal> {
  let fee = "0";
  for (const { commission, commissionAsset, price } of commissions) {
    if (compare(commission, "0") === 0) continue;
    const rate =
      commissionAsset === of.quoteAsset
        ? "1"
        : commissionAsset === of.baseAsset
          ? price
          : await of.priceOf(`${commissionAsset}${of.quoteAsset}`);
    fee = add(fee, multiply(commission, rate));
  }
  return fee;
}
