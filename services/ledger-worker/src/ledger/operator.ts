import type * as z from "zod";
import { compare, isPositive, subtract } from "#contracts/decimal";
import type { resolveReply, resolveRequest } from "#contracts/ledger";
import { applyOrder, applyRejected } from "./evidence.ts";
import { GUARDED, isCovered } from "./exposure.ts";
import { clearHalt, storedHalt } from "./halt.ts";
import { dropLeg } from "./outcome.ts";
import { clientIdOf, isLeased, isOpen, type LegRow, type SignalRow } from "./rows.ts";
import { legInQuestion } from "./question.ts";
import { endGuard } from "./protection.ts";
import { finish } from "./schedule.ts";
import type { Tx } from "./tx.ts";
import { sentence } from "./words.ts";
import { viewSignal } from "./views.ts";

type ResolveRequest = z.infer<typeof resolveRequest>;
type ResolveReply = z.infer<typeof resolveReply>;

/** Asks for every entry that is or may be at the venue to be cancelled; the answers decide how they end. */
export function cancelEntries(tx: Tx, request: { reason: string }): { cancelling: number } {
  const open = tx.sql
    .exec<LegRow>(`SELECT * FROM legs WHERE live = 1 AND role = 'entry'`)
    .filter((leg) => isOpen(leg) && leg.cancel_reason === null);
  for (const { request_id, leg: name } of open) {
    const leg = tx.leg(request_id, name);
    if (!leg) continue;
    tx.updateLeg(leg, {
      cancel_reason: sentence(request.reason),
      cancel_outcome: "halted",
      asks: 0,
      due_at: tx.now,
      awaited_since: tx.now,
    });
    const row = tx.signal(request_id);
    // A watch hint under way asks for less than what is now due.
    if (row) tx.update(row, { hint_at: 0 });
    tx.touched.add(request_id);
  }
  finish(tx);
  return { cancelling: open.length };
}

/** Ends a doubt by an operator's word, or clears the halt that two venue orders for one leg caused. */
export function resolve(tx: Tx, request: ResolveRequest): ResolveReply {
  const row = tx.signal(request.requestId);
  if (!row) return { status: "refused", reason: "This ledger has no such signal." };
  if (isLeased(row, tx.now)) {
    return { status: "refused", reason: "An attempt is asking the venue at this moment; try again in 15 seconds." };
  }
  const leg = legInQuestion(tx, row);
  const problem = leg ? decide(tx, row, leg, request) : resumeTrading(tx, row);
  if (problem !== undefined) return { status: "refused", reason: problem };
  tx.log("warn", "signal.resolved", `${request.outcome} by ${request.by}: ${request.reason}`, row.request_id);
  tx.touch(row);
  finish(tx);
  return { status: "resolved", signal: viewSignal(tx, row) };
}

function decide(tx: Tx, row: SignalRow, leg: LegRow, request: ResolveRequest): string | undefined {
  const reason = sentence(`Resolved by ${request.by}: ${request.reason}`);
  if (request.outcome === "rejected" && leg.role === "emergency" && leg.status !== "in_doubt") {
    if (leg.status === "planned") dropLeg(tx, leg, "superseded", reason);
    // A fill that came too late is guarded with the rest of its entry; what could not be guarded is left as it is.
    if (isCovered(tx, row)) tx.update(row, { guarding: 1, emergency: GUARDED, warn_at: null, warnings: 0 });
    else if (row.emergency !== GUARDED) endGuard(tx, row, reason);
    return undefined;
  }
  if (request.outcome === "rejected") {
    applyRejected(tx, row, leg, { reason });
    return undefined;
  }
  const order = tx.orderOf(leg);
  const quantity = request.quantity ?? leg.quantity ?? undefined;
  const price = request.price ?? order?.price ?? order?.referencePrice ?? order?.triggerPrice;
  if (quantity === undefined || price === undefined)
    return "Say at which quantity and price it was filled (--quantity, --price).";
  if (compare(quantity, leg.filled_quantity) < 0) {
    return `The venue has already reported ${leg.filled_quantity} filled; ${quantity} is less.`;
  }
  const whole = leg.quantity ?? quantity;
  // A filled order counts as all that was asked for, less than a step aside: a part must not pass for it.
  const missing = subtract(whole, quantity);
  const isPart = isPositive(missing) && compare(missing, leg.quantity_step ?? "0") >= 0;
  applyOrder(tx, row, leg, {
    clientOrderId: clientIdOf(leg),
    venueOrderId: leg.venue_order_id ?? undefined,
    status: isPart ? "cancelled" : "filled",
    quantity: whole,
    filledQuantity: quantity,
    averagePrice: price,
    fee: leg.fee,
    reason,
    updatedAt: tx.at,
  });
  return undefined;
}

function resumeTrading(tx: Tx, row: SignalRow): string | undefined {
  if (storedHalt(tx)?.includes(row.request_id)) {
    clearHalt(tx);
    return undefined;
  }
  return "None of its orders is in doubt, so there is nothing to resolve.";
}
