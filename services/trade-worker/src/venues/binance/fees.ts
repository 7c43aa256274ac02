import { add, compare, multiply, type Decimal } from "#contracts/decimal";
import { messageOf } from "../../message-of.ts";
import type { OrderTrades } from "./order-trades.ts";
import type { Commission } from "./shapes.ts";
import type { Assets } from "./symbol-info.ts";

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
  // By asset: a price costs a question, and one order may have hundreds of trades.
  const taken = new Map<string, Decimal>();
  for (const { commission, commissionAsset: asset } of commissions)
    taken.set(asset, add(taken.get(asset) ?? "0", commission));
  for (const [asset, commission] of taken) {
    if (compare(commission, "0") === 0) continue;
    const rate = asset === of.quoteAsset ? "1" : await of.priceOf(`${asset}${of.quoteAsset}`).catch(unpriced);
    if (typeof rate === "string") fee = add(fee, multiply(commission, rate));
    else reason = `${UNKNOWN_FEE}: ${commission} ${asset} has no price (${rate.why})`;
  }
  return reason === undefined ? { fee } : { fee, reason };
}

/** Of the eight seconds that an order may take with all that goes before and after it. */
export const FEE_LIMIT = { ms: 3_000, who: "Binance" };

export const UNKNOWN_FEE = "its fee is not known and counts as 0";

export function unknownFee(error: unknown): Fee & { reason: string } {
  return { fee: "0", reason: `${UNKNOWN_FEE}: ${messageOf(error)}` };
}

/** What of a fee nobody knows, by what is listed of the order's trades. */
export function lackingFee({ trades, lacks }: OrderTrades): Pick<Fee, "reason"> {
  if (lacks === undefined) return {};
  return {
    reason: `${trades.length === 0 ? UNKNOWN_FEE : "a part of its fee is not known and counts as 0"}: ${lacks}`,
  };
}

/** What a symbol is a pair of: where that cannot be heard, by its name and what fees of it were taken in. */
export async function assetsFor(
  heard: Promise<Assets>,
  { name, commissions }: { name: string; commissions: readonly Commission[] },
): Promise<Assets> {
  return heard.catch((error: unknown) => {
    const assets = assetsByName(name, commissions);
    if (assets === undefined) throw error;
    return assets;
  });
}

/** A fee is taken in what is bought or sold, or in a third asset. */
function assetsByName(name: string, commissions: readonly Commission[]): Assets | undefined {
  const taken = commissions.map(({ commissionAsset }) => commissionAsset);
  const base = taken.find((asset) => name.startsWith(asset));
  if (base !== undefined) return { baseAsset: base, quoteAsset: name.slice(base.length) };
  const quote = taken.find((asset) => name.endsWith(asset));
  return quote === undefined ? undefined : { baseAsset: name.slice(0, -quote.length), quoteAsset: quote };
}

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
