import { add, divide, isZero, multiply, type Decimal } from "#contracts/decimal";
import { laneOf } from "#contracts/ids";
import type { Fill } from "#contracts/order";
import type { Outcome } from "#contracts/outcome";
import { sizeWords } from "#contracts/signal";
import { detailsOf, nextSteps, type Details } from "./details.ts";
import { headlineOf, leftOpen } from "./headline.ts";
import { withFollowing } from "./main-legs.ts";
import { post } from "./outbox.ts";
import { positionOf } from "./positions.ts";
import { PASSING_STATE_MS } from "./times.ts";
import { clientIdOf, isMain, PARKED, type LegRow, type SignalRow } from "./rows.ts";
import type { Tx } from "./tx.ts";

type Severity = "info" | "warning" | "critical";

/** `signal.settled` of the signal as it stands. */
export function tellSettled(tx: Tx, row: SignalRow, outcome: Outcome): void {
  const signal = tx.bodyOf(row);
  const { filled, price } = executionOf(tx, row);
  tx.update(row, { settled_quantity: filled });
  const rev = tx.revise(row);
  post(tx, {
    queue: "records",
    type: "signal.settled",
    requestId: row.request_id,
    rev,
    data: {
      rev,
      strategy: signal.strategy,
      account: signal.account,
      venue: signal.venue,
      symbol: signal.symbol,
      lane: laneOf(signal),
      seq: row.seq,
      action: signal.action,
      quantity: signal.quantity,
      size: signal.size && sizeWords(signal.size, signal.symbol),
      orderType: signal.orderType,
      price: signal.price,
      outcome,
      reason: row.reason ?? "",
      filledQuantity: filled,
      averagePrice: price,
      attempts: row.attempts,
      acceptedAt: new Date(row.accepted_at),
      validUntil: new Date(row.valid_until),
      settledAt: tx.at,
      ...(row.generation === 0 ? {} : { generation: row.generation, replayId: row.replay_id ?? undefined }),
      ...(row.parked === PARKED ? { parked: true } : {}),
      ...(signal.channel === undefined ? {} : { channel: signal.channel }),
    },
  });
}

/** Tells the trader how a signal ended. */
export function notifyOutcome(tx: Tx, row: SignalRow, outcome: Outcome): void {
  notify(tx, row, severityOf(tx, row, outcome), headlineOf(tx, row, outcome), nextSteps(tx, row, outcome));
}

/** One notification about a signal; `extra` stands before the standing details, which are of `legs`. */
export function notify(
  tx: Tx,
  row: SignalRow,
  severity: Severity,
  title: string,
  extra: Details = [],
  legs: readonly LegRow[] = tx.legs(row.request_id).filter(isMain),
): void {
  const rev = tx.revise(row);
  post(tx, {
    queue: "notifications",
    type: "notification.requested",
    requestId: row.request_id,
    rev,
    data: {
      severity,
      title: title.slice(0, 300),
      details: [...extra, ...detailsOf(tx, row, legs)].map(({ label, value }) => ({
        label,
        value: value.slice(0, 500),
      })),
      at: tx.at,
    },
  });
}

/** What a leg's new state adds to its row in `orders`. */
export interface OrderChange {
  status: "sending" | "in_doubt" | "working" | "filled" | "cancelled" | "rejected" | "expired" | "not_executed";
  fills?: Fill[];
  withPosition?: boolean;
  reason?: string | undefined;
  /** When it came to be; now, if not said. */
  at?: Date;
}

/** The leg's state usually passes at once: {@link tellPassed} publishes it should nothing replace it before. */
export function tellLater(tx: Tx, leg: LegRow): void {
  tx.updateLeg(leg, { pending_at: tx.now + PASSING_STATE_MS });
}

/** Publishes what {@link tellLater} held back for long enough. */
export function tellPassed(tx: Tx, row: SignalRow): void {
  for (const leg of tx.legs(row.request_id)) {
    if (leg.pending_at === null || leg.pending_at > tx.now) continue;
    tellOrder(tx, row, leg, { status: stateOf(leg), at: new Date(leg.pending_at - PASSING_STATE_MS) });
  }
}

function stateOf(leg: LegRow): OrderChange["status"] {
  if (leg.status === "sending" || leg.status === "in_doubt") return leg.status;
  return leg.status === "done" ? (leg.order_status ?? "working") : "not_executed";
}

/** `order.updated` of the leg as it stands. A passing state that was not published yet gives way. */
export function tellOrder(tx: Tx, row: SignalRow, leg: LegRow, change: OrderChange): void {
  const signal = tx.bodyOf(row);
  const order = tx.orderOf(leg);
  const rev = tx.revise(row);
  post(tx, {
    queue: "records",
    type: "order.updated",
    requestId: row.request_id,
    key: leg.leg,
    rev,
    data: {
      rev,
      leg: leg.leg,
      role: leg.role,
      clientOrderId: clientIdOf(leg),
      venueOrderId: leg.venue_order_id ?? undefined,
      account: signal.account,
      venue: signal.venue,
      symbol: leg.symbol,
      side: leg.side,
      type: order?.type ?? "market",
      quantity: leg.quantity ?? "0",
      price: order?.price ?? order?.triggerPrice,
      status: change.status,
      filledQuantity: leg.filled_quantity,
      averagePrice: leg.average_price ?? undefined,
      fee: leg.fee,
      reason: change.reason ?? leg.reason ?? undefined,
      sentAt: new Date(leg.sent_at ?? tx.now),
      updatedAt: change.at ?? tx.at,
      fills: change.fills ?? [],
      position: change.withPosition ? positionOf(tx, leg.symbol) : undefined,
    },
  });
  tx.updateLeg(leg, { pending_at: null });
}

/** Quantity and price of what the signal is about: its entry, else its closes. */
export function executionOf(tx: Tx, row: SignalRow): { filled: Decimal; price: Decimal | undefined } {
  const main = tx.legs(row.request_id).filter((leg) => isMain(leg) && !isZero(leg.filled_quantity));
  const entry = main.find(({ role }) => role === "entry");
  // A reversal is about what it opens.
  const told = entry ? withFollowing(entry, main) : main;
  const [first, ...more] = told;
  const alone = { filled: first?.filled_quantity ?? "0", price: first?.average_price ?? undefined };
  if (more.length === 0) return alone;
  const filled = told.reduce((sum, leg) => add(sum, leg.filled_quantity), "0");
  const worth = told.reduce((sum, leg) => add(sum, multiply(leg.filled_quantity, leg.average_price ?? "0")), "0");
  return { filled, price: divide(worth, filled) };
}

function severityOf(tx: Tx, row: SignalRow, outcome: Outcome): Severity {
  if (outcome === "failed") return "critical";
  const isDone = outcome === "filled" || outcome === "working";
  // A position stays open that its owner believes closed.
  const unexecutedExit = row.is_exit === 1 && !isDone && outcome !== "superseded";
  if (unexecutedExit || !isZero(leftOpen(tx, row, outcome))) return "critical";
  return isDone ? "info" : "warning";
}
