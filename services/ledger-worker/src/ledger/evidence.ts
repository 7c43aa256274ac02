import { absolute, compare } from "#contracts/decimal";
import { parseClientOrderId } from "#contracts/ids";
import type { Evidence } from "#contracts/ledger";
import type { VenueOrder } from "#contracts/order";
import { afterOrder, afterRefusal } from "./after-order.ts";
import { asSent, uncut } from "./at-once.ts";
import { bookGrowth } from "./fills.ts";
import { notify, tellLater, tellOrder } from "./messages.ts";
import { clientIdOf, isMain, isOpen, isWorking, type LegRow, type SignalRow } from "./rows.ts";
import { dropLeg } from "./outcome.ts";
import { storedHalt, storeHalt } from "./halt.ts";
import { askBackoff, askForStopBackoff, attemptBackoff, guardBackoff, WITH_ITS_STOP } from "./times.ts";
import type { Tx } from "./tx.ts";
import { askBeside, comesAgain } from "./unheard.ts";
import { legWords, roleWords, sentence } from "./words.ts";

/** Whose attempt brings the evidence, and whether it still holds the signal's lease. */
export interface Witness {
  requestId: string;
  holdsLease: boolean;
}

/**
 * Records what was learnt about orders, whichever signal they belong to. An `order` answer is the venue's
 * truth and always counts; every other answer moves a leg only under a valid lease.
 */
export function recordEvidence(tx: Tx, all: readonly Evidence[], witness: Witness): void {
  const said = all.filter(({ answer }) => answer.kind === "order");
  const others = all.filter(({ answer }) => answer.kind !== "order");
  for (const each of [...said, ...others]) record(tx, each, witness);
}

function record(tx: Tx, evidence: Evidence, witness: Witness): void {
  const { answer, clientOrderId } = evidence;
  const named = parseClientOrderId(clientOrderId);
  const row = named && tx.signal(named.requestId);
  const leg = named && tx.leg(named.requestId, named.leg);
  if (!row || !leg) {
    tx.log("warn", "evidence.unknown", `nothing here is called ${clientOrderId}`, named?.requestId, {
      answer: answer.kind,
    });
    return;
  }
  tx.touch(row);
  if (answer.kind === "order") {
    // An answer to an older question may not know yet what the word is waited for.
    const isTheWord = answer.order.status !== "working" || evidence.at.getTime() >= (leg.awaited_since ?? 0);
    if (isTheWord) tx.updateLeg(leg, { awaited_since: null });
    return applyOrder(tx, row, leg, answer.order);
  }
  // Another attempt's signal is its own to move; an order answer about it still counts, above.
  const mayMove = witness.holdsLease && (witness.requestId === row.request_id || row.lease === null);
  if (!mayMove) {
    tx.log("info", "evidence.stale", `${answer.kind} for ${clientOrderId} came without a lease`, row.request_id);
    return;
  }
  switch (answer.kind) {
    // These speak of the POST that this attempt made. Of a leg in doubt they prove nothing.
    case "rejected":
      return leg.status === "sending" ? applyRefused(tx, row, leg, answer) : undefined;
    case "not_executed":
      return leg.status === "sending" ? applyNotExecuted(tx, row, leg, answer.reason) : undefined;
    case "halted":
      return leg.status === "sending" ? applyHalted(tx, row, leg, answer.reason) : undefined;
    case "unknown":
      return leg.status === "sending" ? toDoubt(tx, row, leg, answer.reason) : undefined;
    case "absent":
      return applyAbsent(tx, row, leg, evidence.at);
    default:
      return answer satisfies never;
  }
}

/** The venue's own report of an order. Figures are cumulative; older ones never win. */
export function applyOrder(
  tx: Tx,
  row: SignalRow,
  leg: LegRow,
  order: Omit<VenueOrder, "venueOrderId"> & { venueOrderId?: string },
): void {
  if (leg.venue_order_id !== null && order.venueOrderId !== undefined && leg.venue_order_id !== order.venueOrderId) {
    return secondOrder(tx, row, leg, order.venueOrderId);
  }
  const grew = compare(order.filledQuantity, leg.filled_quantity);
  if (grew < 0) return;
  const wasFinal = leg.status === "done" && leg.order_status !== "working" && leg.venue_order_id !== null;
  // Fees may be reported later than the fill; a smaller one is an older report.
  if (wasFinal && grew === 0 && compare(absolute(order.fee), absolute(leg.fee)) <= 0) return;
  // What was paid is not given back: of a smaller one not all is known.
  const fee = compare(absolute(order.fee), absolute(leg.fee)) < 0 ? leg.fee : order.fee;
  const status = wasFinal && (grew === 0 || order.status === "working") ? leg.order_status : order.status;
  const wasOpen = isOpen(leg);
  const before = { status: leg.status, orderStatus: leg.order_status, fee: leg.fee, venueOrderId: leg.venue_order_id };
  const { quantity, rest } = asSent(tx, leg);
  const { fills, grown } = bookGrowth(tx, leg, { ...order, fee, venueOrderId: order.venueOrderId ?? "" });
  tx.updateLeg(leg, {
    status: "done",
    outcome: null,
    order_status: status,
    venue_order_id: leg.venue_order_id ?? order.venueOrderId ?? null,
    quantity: quantity ?? order.quantity,
    rest,
    sent_at: leg.sent_at ?? tx.now,
    reason: order.reason ?? (status === "working" || status === "filled" ? null : leg.reason),
    doubt_since: null,
    told: 0,
    absent_at: null,
  });
  const changed =
    grew > 0 ||
    before.status !== "done" ||
    before.orderStatus !== status ||
    before.fee !== leg.fee ||
    before.venueOrderId !== leg.venue_order_id;
  if (status === "working") {
    const asks = changed ? 0 : leg.asks;
    tx.updateLeg(leg, { asks, due_at: tx.now + untilAsked(tx, leg, asks) });
  }
  if (!changed) return;
  tellOrder(tx, row, leg, { status: status ?? "working", fills, withPosition: fills.length > 0 });
  // The line that says how the signal ended says this too.
  const settles = isMain(leg) && status === "filled" && row.ended === 0;
  if (!settles)
    tx.log("info", "order.updated", `${legWords(leg)}: ${status ?? ""} ${leg.filled_quantity}`, row.request_id, {
      clientOrderId: clientIdOf(leg),
      status,
      filledQuantity: leg.filled_quantity,
    });
  afterOrder(tx, row, leg, { grown, wasOpen });
}

function applyRefused(
  tx: Tx,
  row: SignalRow,
  leg: LegRow,
  answer: { reason: string; tooSmall?: boolean | undefined },
): void {
  if (!comesAgain(tx, leg)) return applyRejected(tx, row, leg, answer);
  askBeside(tx, leg);
  applyNotExecuted(tx, row, leg, answer.reason);
  tx.updateLeg(leg, { asks: 1 });
}

/** A permanent no of the venue. */
export function applyRejected(
  tx: Tx,
  row: SignalRow,
  leg: LegRow,
  { reason, tooSmall = false }: { reason: string; tooSmall?: boolean | undefined },
): void {
  tx.updateLeg(leg, { status: "done", order_status: "rejected", reason: sentence(reason), doubt_since: null });
  tellOrder(tx, row, leg, { status: "rejected" });
  afterRefusal(tx, row, leg, { tooSmall });
}

/** Nothing is known of a leg that was sent, or may have been. */
export function toDoubt(tx: Tx, row: SignalRow, leg: LegRow, reason: string): void {
  tx.updateLeg(leg, {
    status: "in_doubt",
    reason: sentence(reason),
    doubt_since: tx.now,
    told: 0,
    asks: 0,
    due_at: nextAsk(tx, leg, 0),
  });
  tellLater(tx, leg);
  tx.log("warn", "order.in_doubt", `${legWords(leg)}: ${reason}`, row.request_id, { clientOrderId: clientIdOf(leg) });
}

/** Not later than the moment from which absence is proof. */
export function nextAsk(tx: Tx, leg: LegRow, asks: number): number {
  const next = tx.now + untilAsked(tx, leg, asks);
  const quiet = leg.quiet_until ?? 0;
  return quiet > tx.now ? Math.min(next, quiet) : next;
}

/** What a resting entry fills stands without its stop until that is known. */
function untilAsked(tx: Tx, leg: LegRow, asks: number): number {
  const entry = leg.role === "entry" && isWorking(leg) ? tx.signal(leg.request_id) : undefined;
  const awaitsStop = entry !== undefined && tx.bodyOf(entry).stopLoss !== undefined;
  return awaitsStop ? askForStopBackoff(asks) : askBackoff(asks);
}

function applyNotExecuted(tx: Tx, row: SignalRow, leg: LegRow, reason: string): void {
  if (leg.cancel_reason !== null) return dropCancelled(tx, row, leg, reason);
  const backoff = leg.role === "stop" || leg.role === "emergency" ? guardBackoff : attemptBackoff;
  tx.updateLeg(leg, {
    status: "planned",
    ...uncut(leg),
    reason: sentence(reason),
    due_at: waitsForStop(leg) ? WITH_ITS_STOP : tx.now + backoff(Math.max(0, leg.asks - 1)),
  });
  tx.update(row, { last_error: reason.slice(0, 300) });
  tellLater(tx, leg);
}

function waitsForStop({ role, mate }: Pick<LegRow, "role" | "mate">): boolean {
  return role === "target" && mate !== null;
}

function applyHalted(tx: Tx, row: SignalRow, leg: LegRow, reason: string): void {
  dropLeg(tx, leg, "halted", sentence(reason));
  tellOrder(tx, row, leg, { status: "not_executed" });
}

function applyAbsent(tx: Tx, row: SignalRow, leg: LegRow, at: Date): void {
  const quiet = leg.quiet_until ?? 0;
  if (at.getTime() < quiet || tx.now < quiet) return;
  if (isWorking(leg)) return applyMissing(tx, row, leg);
  if (leg.status !== "in_doubt" && leg.status !== "sending") return;
  // The venue had confirmed this one: that it is gone says nothing of how it ended.
  if (leg.venue_order_id !== null) return;
  // Both were placed, or neither: what is known of one is known of the other, whatever is shown of it yet.
  const mate = tx.mateOf(leg);
  if (mate?.venue_order_id || mate?.status === "done") return isOpen(mate) ? undefined : endWithMate(tx, row, leg);
  toPlanned(tx, row, leg);
  if (mate?.status === "in_doubt" || mate?.status === "sending") toPlanned(tx, row, mate);
}

/** What was placed as one has ended as one, and the venue has only one of the two to show for it. */
function endWithMate(tx: Tx, row: SignalRow, leg: LegRow): void {
  const reason = `It ended with the ${leg.role === "stop" ? "target" : "stop"} that it was placed with.`;
  dropLeg(tx, leg, "superseded", reason);
  tx.updateLeg(leg, { doubt_since: null });
  tellOrder(tx, row, leg, { status: "not_executed", reason });
}

/** It was sent and did not arrive. */
function toPlanned(tx: Tx, row: SignalRow, leg: LegRow): void {
  const reason = "The venue knows no such order.";
  if (leg.cancel_reason !== null) return dropCancelled(tx, row, leg, reason);
  const due_at = waitsForStop(leg) ? WITH_ITS_STOP : tx.now;
  tx.updateLeg(leg, { status: "planned", ...uncut(leg), reason, doubt_since: null, told: 0, asks: 0, due_at });
  tellOrder(tx, row, leg, { status: "not_executed", reason });
}

/** Whoever asked for its cancellation wants no other placement of it. */
function dropCancelled(tx: Tx, row: SignalRow, leg: LegRow, reason: string): void {
  tx.updateLeg(leg, {
    status: "dropped",
    outcome: leg.cancel_outcome ?? "superseded",
    reason: leg.cancel_reason,
    doubt_since: null,
  });
  tellOrder(tx, row, leg, { status: "not_executed", reason });
}

/** A working order that the venue no longer knows, twice, is a matter for a person: it may have filled. */
function applyMissing(tx: Tx, row: SignalRow, leg: LegRow): void {
  if (leg.absent_at === null) {
    tx.updateLeg(leg, { absent_at: tx.now, asks: 0, due_at: tx.now + askBackoff(0) });
    tx.log("warn", "order.missing", `${legWords(leg)}: the venue knows no such order`, row.request_id, {
      clientOrderId: clientIdOf(leg),
    });
    return;
  }
  if (leg.absent_at + askBackoff(0) > tx.now) return;
  toDoubt(tx, row, leg, "The venue had confirmed it and knows no such order any more");
  tx.updateLeg(leg, { told: 1 });
  notify(tx, row, "critical", `The venue no longer knows a working order: ${legWords(leg)} · ${tx.ledger}`, [
    { label: "Order", value: clientIdOf(leg) },
    {
      label: "Next",
      value: `Look at the venue's screen what became of it, then: npx hoox lanes resolve ${row.request_id} --outcome filled|rejected --reason "…"`,
    },
  ]);
}

function secondOrder(tx: Tx, row: SignalRow, leg: LegRow, venueOrderId: string): void {
  const orders = `${leg.venue_order_id ?? ""} and ${venueOrderId}`;
  const reason = `Two venue orders (${orders}) answer to ${clientIdOf(leg)} of ${row.request_id}; entries are halted until an operator resolves it.`;
  if (storedHalt(tx)?.includes(venueOrderId)) return;
  storeHalt(tx, reason);
  notify(
    tx,
    row,
    "critical",
    `Two orders for one ${roleWords(leg).toLowerCase()}, trading is off: ${leg.symbol} · ${tx.ledger}`,
    [
      { label: "Orders", value: orders },
      {
        label: "Next",
        value: `Compare positions with the venue's, then: npx hoox lanes resolve ${row.request_id} --outcome filled --reason "…"`,
      },
    ],
  );
  tx.log("error", "order.doubled", reason, row.request_id);
}
