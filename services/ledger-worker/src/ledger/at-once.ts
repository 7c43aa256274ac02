import { add, compare, isPositive, isZero, minimum, roundToStep, subtract, type Decimal } from "#contracts/decimal";
import type { VenueFacts } from "#contracts/ledger";
import type { OrderRequest } from "#contracts/order";
import { planEmergency } from "./emergency.ts";
import { addMain } from "./main-legs.ts";
import { notify } from "./messages.ts";
import { opposite, type LegRow, type SignalRow } from "./rows.ts";
import { opensOf } from "./sizing.ts";
import type { Tx } from "./tx.ts";

/**
 * What the venue takes at once of an order that closes, and what is to follow. A position may have become larger than one
 * order can be; what opens is never cut, because its owner should hear of the rule.
 */
export function atOnce(
  tx: Tx,
  { leg, order, facts }: { leg: LegRow; order: OrderRequest; facts: VenueFacts },
): { order: OrderRequest; rest: Decimal | null } {
  // What may rest is not cut: its lane would wait for it.
  const rests = order.type === "limit" && order.timeInForce !== "ioc" && order.timeInForce !== "fok";
  const most = !rests && onlyCloses(tx, leg, order) ? mostOf(order, facts) : undefined;
  if (most === undefined || compare(order.quantity, most) <= 0) return { order, rest: null };
  return { order: { ...order, quantity: most }, rest: subtract(order.quantity, most) };
}

/** A net order may close as a close does. */
export function onlyCloses(tx: Tx, leg: LegRow, { quantity }: Pick<OrderRequest, "quantity">): boolean {
  if (leg.role === "entry") return isZero(opensOf(tx, leg, quantity));
  return leg.role === "close" || leg.role === "emergency";
}

/** In whole steps, so that rounding leaves nothing between the parts. */
function mostOf({ type }: Pick<OrderRequest, "type">, facts: VenueFacts): Decimal | undefined {
  const { maxQuantity, maxMarketQuantity, quantityStep } = facts;
  const market = type === "limit" ? undefined : maxMarketQuantity;
  const most =
    market !== undefined && maxQuantity !== undefined ? minimum(market, maxQuantity) : (market ?? maxQuantity);
  const whole = most === undefined || quantityStep === undefined ? most : roundToStep(most, quantityStep);
  return whole !== undefined && isPositive(whole) ? whole : undefined;
}

/** Plans what was left of a close that has filled. */
export function planRest(tx: Tx, row: SignalRow, leg: LegRow): void {
  const { rest, role, side } = leg;
  if (rest === null || leg.order_status !== "filled") return;
  tx.updateLeg(leg, { rest: null });
  if (role !== "emergency" && row.ended === 1) {
    notify(tx, row, "critical", `Not closed: ${rest} ${leg.symbol} is still open · ${tx.ledger}`, [
      { label: "Why", value: "its signal had ended before this order was heard of" },
    ]);
    return;
  }
  if (role === "emergency") planEmergency(tx, row, rest, { against: { side: opposite(side) } });
  else addMain(tx, row, { role: "close", side, quantity: rest });
}

/** What it was to trade before it was cut: it is cut anew when it is sent again. */
export function uncut({ quantity, rest }: LegRow): Pick<LegRow, "quantity" | "rest"> {
  return { quantity: quantity === null || rest === null ? quantity : add(quantity, rest), rest: null };
}

/** What it traded when it was sent, and what was cut off then, though it was thought not to have arrived. */
export function asSent(tx: Tx, leg: LegRow): Pick<LegRow, "quantity" | "rest"> {
  const { quantity, rest, status } = leg;
  const sent = status === "planned" || status === "dropped" ? tx.orderOf(leg)?.quantity : undefined;
  if (sent === undefined || quantity === null || compare(sent, quantity) >= 0) return { quantity, rest };
  return { quantity: sent, rest: subtract(quantity, sent) };
}
