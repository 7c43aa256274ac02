import { absolute, compare, isNegative, isPositive, isZero, subtract, type Decimal } from "#contracts/decimal";
import type { VenueFacts } from "#contracts/ledger";
import type { Side } from "#contracts/signal";
import type { Refusal, Sized } from "./leg-size.ts";
import { addMain, lastClose } from "./main-legs.ts";
import { positionOf } from "./positions.ts";
import { entrySide, isMain, isOpen, opposite, type LegRow, type SignalRow } from "./rows.ts";
import type { Tx } from "./tx.ts";

/** The net position that a signal is to arrive at; undefined for one that says something else. */
export function targetOf(tx: Tx, row: SignalRow): Decimal | undefined {
  const { size } = tx.bodyOf(row);
  return size !== undefined && "target" in size ? size.target : undefined;
}

/** The side of the position that an entry leads to, or undefined for an exit. */
export function raisedSide(tx: Tx, row: SignalRow): Side | undefined {
  const target = targetOf(tx, row);
  return target === undefined ? entrySide(row.action) : sideOf(target);
}

/** Plans what leads from the position to the target: a close, an entry, or one after the other. */
export function planTarget(tx: Tx, row: SignalRow, target: Decimal): void {
  const { close, open } = pathTo(target, positionOf(tx, row.symbol).quantity);
  if (isPositive(close))
    addMain(tx, row, { role: "close", side: opposite(sideOf(positionOf(tx, row.symbol).quantity)) });
  // With nothing to do at all, the entry is what the answer is written on.
  if (isPositive(open) || !isPositive(close)) addMain(tx, row, { role: "entry", side: sideOf(target) });
}

/**
 * The size of a leg toward a target, by the position of this moment. What was planned may not fit it any more:
 * then the other leg is planned.
 */
export function sizeTowardTarget(tx: Tx, row: SignalRow, leg: LegRow, of: VenueFacts & { target: Decimal }): Sized {
  if (othersUnderWay(tx, row))
    return { reason: "an older order of this symbol is still at the venue, or about to be sent" };
  const { target, quantityStep: step = "0" } = of;
  const held = positionOf(tx, row.symbol).quantity;
  const { close, open } = pathTo(target, held);
  const closeFirst = isPositive(close) && compare(close, step) >= 0;
  const openNext = isPositive(open) && compare(open, step) >= 0;
  if (leg.role === "close") {
    if (closeFirst) {
      tx.updateLeg(leg, { side: opposite(sideOf(held)) });
      return { quantity: close };
    }
    if (!openNext) return reached(target, held, step);
    if (!tx.leg(row.request_id, "e")) addMain(tx, row, { role: "entry", side: sideOf(target) });
    return { reason: "there is nothing to close first", drop: { outcome: null } };
  }
  if (closeFirst && lastClose(tx, row.request_id) === undefined) {
    addMain(tx, row, { role: "close", side: opposite(sideOf(held)) });
    const reason = "the position must be reduced first";
    return openNext ? { reason } : { reason, drop: { outcome: null } };
  }
  const difference = subtract(target, held);
  if (isZero(difference) || compare(absolute(difference), step) < 0) {
    const { reason } = reached(target, held, step);
    // The close before it has done what there was to do.
    const isDone = lastClose(tx, row.request_id)?.order_status === "filled";
    return { reason, drop: { outcome: isDone ? null : "superseded" } };
  }
  tx.updateLeg(leg, { side: sideOf(difference) });
  return { quantity: absolute(difference) };
}

/** What is closed of the position, and what is opened then; the other side of zero is reached by both. */
function pathTo(target: Decimal, held: Decimal): { close: Decimal; open: Decimal } {
  const [wanted, is] = [absolute(target), absolute(held)];
  const sameSide = isZero(held) || (!isZero(target) && isNegative(target) === isNegative(held));
  if (!sameSide) return { close: is, open: wanted };
  return compare(wanted, is) > 0
    ? { close: "0", open: subtract(wanted, is) }
    : { close: subtract(is, wanted), open: "0" };
}

function reached(target: Decimal, held: Decimal, step: Decimal): Refusal {
  const reason = isZero(subtract(target, held))
    ? `The position is already at the target of ${target}, so nothing was traded.`
    : `The position of ${held} is as near to the target of ${target} as the venue's step of ${step} allows.`;
  return { reason, drop: { outcome: "superseded" } };
}

/**
 * Orders of other signals that may still move the position by themselves; protective orders only guard it. An emergency
 * close waits for nobody's turn: a planned one is as good as sent.
 */
function othersUnderWay(tx: Tx, row: SignalRow): boolean {
  return tx
    .liveLegs(row.symbol)
    .some((leg) => leg.request_id !== row.request_id && (leg.role === "emergency" || (isMain(leg) && isOpen(leg))));
}

function sideOf(position: Decimal): Side {
  return isNegative(position) ? "sell" : "buy";
}
