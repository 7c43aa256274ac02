import { compare, minimum, roundToStep, subtract, type Decimal } from "#contracts/decimal";
import type { VenueFacts } from "#contracts/ledger";
import type { OrderRequest } from "#contracts/order";
import { planEmergency } from "./emergency.ts";
import { addMain } from "./main-legs.ts";
import { opposite, type LegRow, type SignalRow } from "./rows.ts";
import { openAgainst } from "./sizing.ts";
import type { Tx } from "./tx.ts";

/**
 * What the venue takes at once of an order that closes, and what is to follow. A position may have become larger than one
 * order can be; what opens is never cut, because its owner should hear of the rule.
 */
export function atOnce(
  tx: Tx,
  { leg, order, facts }: { leg: LegRow; order: OrderRequest; facts: VenueFacts },
): { order: OrderRequest; rest: Decimal | null } {
  const most = onlyCloses(tx, leg, order) ? mostOf(order, facts) : undefined;
  if (most === undefined || compare(order.quantity, most) <= 0) return { order, rest: null };
  return { order: { ...order, quantity: most }, rest: subtract(order.quantity, most) };
}

/** A net order may close as a close does. */
function onlyCloses(tx: Tx, { role, symbol, side }: LegRow, { quantity }: OrderRequest): boolean {
  if (role === "entry") return compare(quantity, openAgainst(tx, symbol, side)) <= 0;
  return role === "close" || role === "emergency";
}

/** In whole steps, so that rounding leaves nothing between the parts. */
function mostOf({ type }: Pick<OrderRequest, "type">, facts: VenueFacts): Decimal | undefined {
  const { maxQuantity, maxMarketQuantity, quantityStep } = facts;
  const market = type === "limit" ? undefined : maxMarketQuantity;
  const most =
    market !== undefined && maxQuantity !== undefined ? minimum(market, maxQuantity) : (market ?? maxQuantity);
  return most === undefined || quantityStep === undefined ? most : roundToStep(most, quantityStep);
}

/** Plans what was left of a close that has filled. */
export function planRest(tx: Tx, row: SignalRow, leg: LegRow): void {
  const { rest, role, side } = leg;
  if (rest === null || leg.order_status !== "filled") return;
  tx.updateLeg(leg, { rest: null });
  if (role === "emergency") planEmergency(tx, row, rest, { against: { side: opposite(side) } });
  else addMain(tx, row, { role: "close", side, quantity: rest });
}
