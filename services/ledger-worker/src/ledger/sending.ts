import { compare, isZero, minimum, subtract, type Decimal } from "#contracts/decimal";
import { QUIET_MARGIN_MS, RECEIVE_WINDOW_MS, type Evidence, type SendingReply } from "#contracts/ledger";
import type { OrderRequest } from "#contracts/order";
import type { Outcome } from "#contracts/outcome";
import { renewLease, underLease } from "./attempt.ts";
import { closeWithoutStop } from "./exposure.ts";
import { isHead } from "./lane.ts";
import { countSend, entryRefusal } from "./limits.ts";
import { tellLater } from "./messages.ts";
import { dropLeg, failedClose } from "./outcome.ts";
import { closingSide, planClose, reverses } from "./plan.ts";
import { protectiveQuantity, triggerPrice } from "./protection.ts";
import { clientIdOf, isMain, isWorking, locksBalance, type LegRow, type SignalRow } from "./rows.ts";
import { finish, judge } from "./schedule.ts";
import { closingUnderWay, openAgainst, sumUnfilled } from "./sizing.ts";
import type { Tx } from "./tx.ts";
import { UNREADABLE } from "./unreadable.ts";
import { actionWords, expiredReason, legWords } from "./words.ts";

interface SendingRequest {
  requestId: string;
  leg: string;
  lease: string;
  evidence: readonly Evidence[];
}

/** `drop` ends the leg for good; without it the leg stays planned and comes again. */
interface Refusal {
  reason: string;
  drop?: { outcome: Outcome | null };
}
type Sized = { quantity: Decimal } | Refusal;

/** Permission to send one leg: everything that may forbid it is looked at in the commit that records it as sent. */
export function sending(tx: Tx, request: SendingRequest): SendingReply {
  const row = underLease(tx, request);
  // The evidence may just have ended an older signal of the lane.
  judge(tx);
  const reply: SendingReply = row ? permit(tx, row, request.leg) : { status: "stale_lease" };
  finish(tx);
  return reply;
}

function permit(tx: Tx, row: SignalRow, name: string): SendingReply {
  renewLease(tx, row);
  const leg = tx.leg(row.request_id, name);
  if (!leg) return stop(tx, row, name, "no such leg is planned");
  // Also when the same call comes twice: the first answer may have been acted upon.
  if (leg.status !== "planned") return stop(tx, row, name, `it is ${leg.status} already`);
  const refusal = isMain(leg) ? mainRefusal(tx, row, leg) : undefined;
  if (refusal) return refuse(tx, row, leg, refusal);
  const sized = sizeOf(tx, row, leg);
  if ("reason" in sized) return refuse(tx, row, leg, sized);
  if (leg.role === "entry") {
    const limit = entryRefusal(tx, leg, sized.quantity);
    if (limit !== undefined) return refuse(tx, row, leg, { reason: limit, drop: { outcome: "halted" } });
  }
  const order = orderFor(tx, row, leg, sized.quantity);
  if (!order) {
    if (leg.role === "stop") closeWithoutStop(tx, row);
    return refuse(tx, row, leg, { reason: "its trigger price cannot be computed", drop: { outcome: "failed" } });
  }
  return commit(tx, row, leg, order);
}

function mainRefusal(tx: Tx, row: SignalRow, leg: LegRow): Refusal | undefined {
  if (!tx.isReadable(row)) return { reason: UNREADABLE, drop: { outcome: "failed" } };
  if (row.ended === 1) return { reason: `the signal ended as ${row.outcome ?? "failed"}` };
  if (!isHead(tx, row)) return { reason: "it is not its lane's turn" };
  if (row.valid_until <= tx.now) return { reason: expiredReason(row), drop: { outcome: "expired" } };
  if (tx.bodyOf(row).size)
    return { reason: "Sizes other than a quantity are not traded yet.", drop: { outcome: "refused" } };
  if (leg.role === "close") return undefined;
  const failed = failedClose(tx, row.request_id);
  if (failed) return { reason: failed.reason, drop: { outcome: failed.outcome } };
  const close = tx.leg(row.request_id, "c");
  if (close && (close.status === "planned" || close.status === "sending" || close.status === "in_doubt")) {
    return { reason: "the opposite position must be closed first" };
  }
  if (close && isWorking(close)) return { reason: "the opposite position is still being closed" };
  if (!close && reverses(tx, row)) {
    planClose(tx, row, leg.side);
    return { reason: "an opposite position has opened and must be closed first" };
  }
  return undefined;
}

function sizeOf(tx: Tx, row: SignalRow, leg: LegRow): Sized {
  switch (leg.role) {
    case "entry": {
      const { quantity } = tx.bodyOf(row);
      return quantity === undefined
        ? { reason: "The signal names no quantity.", drop: { outcome: "refused" } }
        : { quantity };
    }
    case "close":
      return sizeClose(tx, row, leg);
    case "stop":
    case "target": {
      const quantity = protectiveQuantity(tx, leg);
      return isZero(quantity)
        ? { reason: "nothing is open that it would protect", drop: { outcome: null } }
        : { quantity };
    }
    case "emergency": {
      const open = openAgainst(tx, leg.symbol, leg.side);
      if (isZero(open)) return { reason: "nothing is left to close", drop: { outcome: null } };
      const left = subtract(open, sumUnfilled(closingUnderWay(tx, leg)));
      if (compare(left, "0") <= 0) return { reason: "another closing order is under way" };
      return { quantity: minimum(leg.quantity ?? left, left) };
    }
    default:
      return leg.role satisfies never;
  }
}

function sizeClose(tx: Tx, row: SignalRow, leg: LegRow): Sized {
  // `close` closes whichever side is open now, not when it was planned.
  if (row.action === "close") tx.updateLeg(leg, { side: closingSide(tx, row) });
  const open = openAgainst(tx, leg.symbol, leg.side);
  const what = `${leg.side === "sell" ? "long" : "short"} position in ${leg.symbol}`;
  if (isZero(open)) {
    if (row.is_exit === 0) return { reason: "there is nothing to close first", drop: { outcome: null } };
    const side = row.action === "close" ? `position in ${leg.symbol}` : what;
    return { reason: `No ${side} was open, so there was nothing to close.`, drop: { outcome: "superseded" } };
  }
  const wanted = row.is_exit === 1 ? minimum(tx.bodyOf(row).quantity ?? open, open) : open;
  if (!locksBalance(leg.symbol)) return { quantity: wanted };
  // Without reduce-only orders, two closes of the same holding would sell it twice.
  const others = closingUnderWay(tx, leg);
  const left = subtract(open, sumUnfilled(others));
  if (compare(left, "0") > 0) return { quantity: minimum(wanted, left) };
  if (others.some((each) => each.status !== "done"))
    return { reason: `an earlier order to close the ${what} is not known yet` };
  return {
    reason: `An earlier order to close the whole ${what} already rests at the venue.`,
    drop: { outcome: "superseded" },
  };
}

function orderFor(tx: Tx, row: SignalRow, leg: LegRow, quantity: Decimal): OrderRequest | undefined {
  const signal = tx.bodyOf(row);
  const base = { clientOrderId: clientIdOf(leg), symbol: leg.symbol, side: leg.side, quantity };
  if (isMain(leg)) {
    // The close before a reversal's entry must not wait for a price: the entry waits for it.
    const limit = signal.orderType === "limit" && !(leg.role === "close" && row.is_exit === 0);
    return {
      ...base,
      type: limit ? "limit" : "market",
      ...(signal.price === undefined ? {} : limit ? { price: signal.price } : { referencePrice: signal.price }),
      reduceOnly: leg.role === "close",
      ...(leg.role === "entry" && signal.leverage !== undefined ? { leverage: signal.leverage } : {}),
    };
  }
  const entry = tx.leg(row.request_id, "e");
  const average = entry?.average_price ?? undefined;
  if (leg.role === "emergency") {
    return { ...base, type: "market", reduceOnly: true, ...(average === undefined ? {} : { referencePrice: average }) };
  }
  const trigger = entry && triggerPrice(signal, leg, entry);
  if (trigger === undefined) return undefined;
  return { ...base, type: leg.role === "stop" ? "stop" : "take_profit", triggerPrice: trigger, reduceOnly: true };
}

function commit(tx: Tx, row: SignalRow, leg: LegRow, order: OrderRequest): SendingReply {
  const quietUntil = tx.now + RECEIVE_WINDOW_MS + QUIET_MARGIN_MS;
  const body = JSON.stringify(order);
  tx.memory.orders.put(body, order);
  tx.updateLeg(leg, {
    status: "sending",
    order_body: body,
    quantity: order.quantity,
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
  return { status: "go", order, sentAt: tx.at, quietUntil: new Date(quietUntil), role: leg.role };
}

function refuse(tx: Tx, row: SignalRow, leg: LegRow, refusal: Refusal): SendingReply {
  if (refusal.drop) {
    dropLeg(tx, leg, refusal.drop.outcome, refusal.reason);
    if (!isMain(leg)) tx.symbols.add(leg.symbol);
  }
  return stop(tx, row, leg.leg, refusal.reason);
}

function stop(tx: Tx, row: SignalRow, leg: string, reason: string): SendingReply {
  tx.log("info", "order.stopped", `${actionWords(row)} ${leg}: ${reason}`, row.request_id);
  return { status: "stop", reason };
}
