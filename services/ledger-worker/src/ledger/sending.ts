import { compare, type Decimal } from "#contracts/decimal";
import {
  QUIET_MARGIN_MS,
  RECEIVE_WINDOW_MS,
  type AllowedNow,
  type Evidence,
  type SendingReply,
  type VenueFacts,
} from "#contracts/ledger";
import { targetOf, type OrderRequest } from "#contracts/order";
import { sizeProblem, type Signal } from "#contracts/signal";
import { atOnce, onlyCloses } from "./at-once.ts";
import { renewLease, underLease } from "./attempt.ts";
import { rememberUnneeded } from "./emergency.ts";
import { closeWithoutStop } from "./exposure.ts";
import { guardProblem } from "./guardable.ts";
import { isHead } from "./lane.ts";
import { sizeOf, type Refusal } from "./leg-size.ts";
import { asAllowed, countSend, entryRefusal, priceBandOf, worstPrice } from "./limits.ts";
import { isFollowing, lastClose } from "./main-legs.ts";
import { tellLater } from "./messages.ts";
import { dropLeg, failedClose } from "./outcome.ts";
import { planClose, reverses } from "./plan.ts";
import { clientIdOf, isMain, isWorking, locksBalance, type LegRow, type SignalRow } from "./rows.ts";
import { finish, judge } from "./schedule.ts";
import { openAgainst } from "./sizing.ts";
import { overtakerOf } from "./settled.ts";
import { inTheWay } from "./tasks.ts";
import { triggerPrice } from "./trigger.ts";
import type { Tx } from "./tx.ts";
import { UNREADABLE } from "./unreadable.ts";
import { actionWords, expiredReason, legWords, sentence } from "./words.ts";

interface SendingRequest extends VenueFacts {
  requestId: string;
  leg: string;
  lease: string;
  evidence: readonly Evidence[];
  accountLimits?: AllowedNow | undefined;
}

/** Permission to send one leg: everything that may forbid it is looked at in the commit that records it as sent. */
export function sending(tx: Tx, request: SendingRequest): SendingReply {
  const row = underLease(tx, request);
  // The evidence may just have ended an older signal of the lane.
  judge(tx);
  const reply: SendingReply = row ? permit(tx, row, request) : { status: "stale_lease" };
  finish(tx);
  return reply;
}

function permit(tx: Tx, row: SignalRow, request: SendingRequest): SendingReply {
  renewLease(tx, row);
  const { leg: name } = request;
  const leg = tx.leg(row.request_id, name);
  if (!leg) return stop(tx, row, name, "no such leg is planned");
  // Also when the same call comes twice: the first answer may have been acted upon.
  if (leg.status !== "planned") return stop(tx, row, name, `it is ${leg.status} already`);
  const refusal = isMain(leg) ? mainRefusal(tx, row, leg) : undefined;
  if (refusal) return refuse(tx, row, leg, refusal);
  const sized = sizeOf(tx, row, leg, request);
  if ("reason" in sized) return refuse(tx, row, leg, sized);
  const { accountLimits: allowed } = request;
  const signal = asAllowed(tx.bodyOf(row), allowed);
  if (leg.role === "entry") {
    const limit = entryRefusal(tx, { entry: leg, quantity: sized.quantity, signal }, allowed);
    if (limit !== undefined) return refuse(tx, row, leg, { reason: limit, drop: { outcome: "halted" } });
    const unguardable = guardProblem(tx, row, { entry: leg, quantity: sized.quantity, facts: request });
    if (unguardable !== undefined) return refuse(tx, row, leg, { reason: unguardable, drop: { outcome: "refused" } });
  }
  const order = orderFor(tx, signal, leg, sized.quantity);
  if (!order) {
    if (leg.role === "stop") closeWithoutStop(tx, row);
    return refuse(tx, row, leg, { reason: "its trigger price cannot be computed", drop: { outcome: "failed" } });
  }
  if (leg.role === "emergency") rememberUnneeded(tx, row, leg, sized.quantity);
  return commit(tx, row, leg, { ...atOnce(tx, { leg, order, facts: request }), quantityStep: request.quantityStep });
}

function mainRefusal(tx: Tx, row: SignalRow, leg: LegRow): Refusal | undefined {
  if (!tx.isReadable(row)) return { reason: UNREADABLE, drop: { outcome: "failed" } };
  if (row.ended === 1) return { reason: `the signal ended as ${row.outcome ?? "failed"}` };
  if (!isHead(tx, row)) return { reason: "it is not its lane's turn" };
  if (row.valid_until <= tx.now) return { reason: expiredReason(row), drop: { outcome: "expired" } };
  const overtaker = overtakerOf(tx, row);
  if (overtaker !== undefined) {
    const reason = `${overtaker}, which its lane accepted later, settled before the replay was sent.`;
    return { reason, drop: { outcome: "superseded" } };
  }
  const contradiction = sizeProblem(tx.bodyOf(row));
  if (contradiction !== undefined) return { reason: sentence(contradiction), drop: { outcome: "refused" } };
  // A stop may have been sent since the way was cleared, be on its way to the venue, or not be found by it yet.
  const isInTheWay = (each: LegRow): boolean =>
    each.cancel_reason === null || each.status === "sending" || (each.side === leg.side && isWorking(each));
  if (locksBalance(leg.symbol) && inTheWay(tx, row).some(isInTheWay)) {
    return { reason: "an order that was sent meanwhile must let go of the balance first" };
  }
  if (leg.role === "close") return undefined;
  const failed = failedClose(tx, row.request_id);
  if (failed) return { reason: failed.reason, drop: { outcome: failed.outcome } };
  const close = lastClose(tx, row.request_id);
  if (close && (close.status === "planned" || close.status === "sending" || close.status === "in_doubt")) {
    return { reason: "the opposite position must be closed first" };
  }
  if (close && isWorking(close)) return { reason: "the opposite position is still being closed" };
  if (reverses(tx, row) && (!close || isOpenAgain(tx, leg, close))) {
    planClose(tx, row, leg.side);
    return { reason: "an opposite position has opened and must be closed first" };
  }
  return undefined;
}

/** Of what its close left, more than rounding leaves; at spot others may be about to sell it. */
function isOpenAgain(tx: Tx, { symbol, side }: LegRow, { quantity_step: step }: LegRow): boolean {
  return !locksBalance(symbol) && compare(openAgainst(tx, symbol, side), step ?? "0") >= 0;
}

function orderFor(tx: Tx, signal: Signal, leg: LegRow, quantity: Decimal): OrderRequest | undefined {
  const base = { clientOrderId: clientIdOf(leg), symbol: leg.symbol, side: leg.side, quantity };
  if (isMain(leg)) {
    // The close before an entry must not wait for a price: the entry waits for it, or was given up.
    const next = leg.role === "close" ? tx.leg(leg.request_id, "e") : undefined;
    const awaited = next !== undefined && (next.status === "planned" || next.outcome !== null);
    const limit = signal.orderType === "limit" && !awaited;
    const reduces = onlyCloses(tx, leg, { quantity });
    return {
      ...base,
      ...(limit ? restingAt(signal) : atTheMarket(tx, signal, leg, quantity)),
      // Whatever closes the position first, such as its stop, what passed the limits as closing opens nothing.
      reduceOnly: leg.role === "close" || (reduces && !locksBalance(leg.symbol)),
      // An exchange that does not change it while a position is open would refuse to reduce it.
      ...(signal.leverage !== undefined && !reduces ? { leverage: signal.leverage } : {}),
    };
  }
  const entry = tx.leg(leg.request_id, "e");
  const average = entry?.average_price ?? undefined;
  if (leg.role === "emergency") {
    return { ...base, type: "market", reduceOnly: true, ...(average === undefined ? {} : { referencePrice: average }) };
  }
  const trigger = entry && triggerPrice(signal, leg, entry);
  if (trigger === undefined) return undefined;
  const type = leg.role === "stop" ? "stop" : "take_profit";
  return { ...base, type, triggerPrice: trigger, reduceOnly: true, ...targetWith(tx, signal, leg) };
}

/** The target that is placed with a stop, where both would sell the same coins. */
function targetWith(tx: Tx, signal: Signal, leg: LegRow): Pick<OrderRequest, "target"> {
  const target = leg.role === "stop" ? tx.mateOf(leg) : undefined;
  const entry = tx.leg(leg.request_id, "e");
  if (target?.status !== "planned" || !entry) return {};
  const trigger = triggerPrice(signal, target, entry);
  if (trigger !== undefined) return { target: { clientOrderId: clientIdOf(target), triggerPrice: trigger } };
  dropLeg(tx, target, "failed", "its trigger price cannot be computed");
  return {};
}

function restingAt({ price, timeInForce }: Signal): Pick<OrderRequest, "type" | "price" | "timeInForce"> {
  return { type: "limit", ...(price && { price }), ...(timeInForce && { timeInForce }) };
}

/** What opens trades no further from the alert's price than the account allows: the venue itself holds it there. */
function atTheMarket(
  tx: Tx,
  signal: Signal,
  leg: LegRow,
  quantity: Decimal,
): Pick<OrderRequest, "type" | "price" | "timeInForce" | "referencePrice"> {
  const { price } = signal;
  if (price === undefined) return { type: "market" };
  const band = onlyCloses(tx, leg, { quantity }) ? undefined : priceBandOf(tx, signal);
  if (band === undefined) return { type: "market", referencePrice: price };
  const worst = worstPrice(price, { side: leg.side, band });
  return { type: "limit", price: worst, timeInForce: "ioc", referencePrice: price };
}

interface Sent extends Pick<VenueFacts, "quantityStep"> {
  order: OrderRequest;
  rest: Decimal | null;
}

function commit(tx: Tx, row: SignalRow, leg: LegRow, sent: Sent): SendingReply {
  const { order } = sent;
  const quietUntil = writeSent(tx, row, leg, sent);
  const [mate, target] = [tx.mateOf(leg), targetOf(order)];
  if (mate && target) writeSent(tx, row, mate, { ...sent, order: target });
  return { status: "go", order, sentAt: tx.at, quietUntil: new Date(quietUntil), role: leg.role };
}

/** Answers until when the venue may still act upon it. */
function writeSent(tx: Tx, row: SignalRow, leg: LegRow, { order, rest, quantityStep }: Sent): number {
  const quietUntil = tx.now + RECEIVE_WINDOW_MS + QUIET_MARGIN_MS;
  const body = JSON.stringify(order);
  tx.memory.orders.put(body, order);
  tx.updateLeg(leg, {
    status: "sending",
    order_body: body,
    quantity: order.quantity,
    quantity_step: quantityStep ?? null,
    rest,
    sent_at: tx.now,
    quiet_until: quietUntil,
    order_status: null,
    outcome: null,
    reason: null,
  });
  countSend(tx);
  tellLater(tx, leg);
  tx.log("info", "order.sending", legWords(leg), row.request_id, {
    clientOrderId: order.clientOrderId,
    quantity: order.quantity,
  });
  return quietUntil;
}

function refuse(tx: Tx, row: SignalRow, leg: LegRow, refusal: Refusal): SendingReply {
  if (refusal.drop) {
    // A close that was cut has done its part when nothing is left for the next.
    const isOver = isFollowing(leg) && refusal.drop.outcome === "superseded";
    dropLeg(tx, leg, isOver ? null : refusal.drop.outcome, refusal.reason);
    const mate = tx.mateOf(leg);
    if (mate?.status === "planned") dropLeg(tx, mate, refusal.drop.outcome, refusal.reason);
  } else if (isMain(leg)) {
    // Should its validity end before its time comes, this is why.
    tx.update(row, { last_error: refusal.reason });
  }
  return stop(tx, row, leg.leg, refusal.reason);
}

function stop(tx: Tx, row: SignalRow, leg: string, reason: string): SendingReply {
  tx.log("info", "order.stopped", `${actionWords(row)} ${leg}: ${reason}`, row.request_id);
  return { status: "stop", reason };
}
