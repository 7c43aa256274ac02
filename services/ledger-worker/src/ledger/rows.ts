import { clientOrderId, type RequestId } from "#contracts/ids";
import type { LegRole } from "#contracts/order";
import type { Outcome } from "#contracts/outcome";
import type { Action, Side } from "#contracts/signal";

export interface SignalRow {
  request_id: RequestId;
  generation: number;
  symbol: string;
  seq: number;
  action: Action;
  is_exit: number;
  body: string;
  alert_key: string;
  accepted_at: number;
  valid_until: number;
  /** 1 once the lane may go on; orders may still rest at the venue. */
  ended: number;
  ended_at: number | null;
  outcome: Outcome | null;
  reason: string | null;
  /** The filled quantity that the last `signal.settled` told. */
  settled_quantity: string;
  /** Commit counter: the `rev` of every message about this signal. */
  rev: number;
  attempts: number;
  backoffs: number;
  /** Failures or expired leases in a row. */
  failures: number;
  lease: string | null;
  lease_until: number | null;
  not_before: number;
  last_error: string | null;
  /** Hints since the last claim. */
  hints: number;
  hint_at: number;
  /** 1 for a head that may be placed and has no hint under way. */
  ready: number;
  due_at: number | null;
  prune_at: number | null;
  /** 1 while filled quantity has protective legs to keep. */
  guarding: number;
  /** 1 once protection failed and all that is left to do is to close; 2 once that is left to a person. */
  emergency: number;
  /** 1 once a spot exchange did not take a part of its protection: one stop guards all, and its targets are given up. */
  untargeted: number;
  /** What others than its own protective legs closed of the entry. */
  released: string;
  /** When it is said again that the position should be closed and is not. */
  warn_at: number | null;
  warnings: number;
  /** Of the trade-worker that claimed it last. */
  worker_version: string | null;
  /** {@link NOT_PARKED}, {@link PARKED}, {@link REVIVED} or {@link DISCARDED}. */
  parked: number;
  /** Of the ledger-worker that parked it. */
  parked_version: string | null;
  /** Of the last revival. */
  replay_id: string | null;
  /** Its place in the order of acceptance, once a revival has given it another in the lane. */
  first_seq: number | null;
  /** When its validity began, if not at acceptance. */
  valid_from: number | null;
  /** 1 when an operator wants it executed though newer signals have settled. */
  unsupersedable: number;
}

/** The values of `signals.parked`. */
export const NOT_PARKED = 0;
/** It ended as a dead letter, which may be revived. */
export const PARKED = 1;
/** A dead letter until its next life ends. */
export const REVIVED = 2;
/** An operator has given the letter up. */
export const DISCARDED = -1;

export type LegStatus = "planned" | "sending" | "in_doubt" | "done" | "dropped";
export type OrderStatus = "working" | "filled" | "cancelled" | "rejected" | "expired";

export interface LegRow {
  request_id: RequestId;
  leg: string;
  ord: number;
  role: LegRole;
  symbol: string;
  seq: number;
  side: Side;
  /** Index into the signal's takeProfits: of a target, and of the stop that is placed with it. */
  target: number | null;
  status: LegStatus;
  /** Of a dropped leg; null when it simply was not needed. */
  outcome: Outcome | null;
  reason: string | null;
  order_body: string | null;
  quantity: string | null;
  /** The venue's step when it was sent; null before, or where the venue did not say. */
  quantity_step: string | null;
  /** Of a stop and a target that are placed as one: the other leg. */
  mate: string | null;
  /** What the venue would not take at once, and is to follow once this has filled. */
  rest: string | null;
  sent_at: number | null;
  quiet_until: number | null;
  order_status: OrderStatus | null;
  venue_order_id: string | null;
  filled_quantity: string;
  average_price: string | null;
  fee: string;
  profit: string;
  fills: number;
  asks: number;
  due_at: number;
  doubt_since: number | null;
  told: number;
  cancel_reason: string | null;
  cancel_outcome: Outcome | null;
  /** {@link COUNTS_NOWHERE}, {@link COUNTS_TOWARD_TARGET} or {@link COUNTS_IN_PART}. */
  cancel_counts: number;
  /** When a state that usually passes at once is to be published, should nothing replace it before. */
  pending_at: number | null;
  /** 1 while planned, in flight, in doubt or resting. */
  live: number;
  /** When its purpose was first planned: a replacement for a stop that never stood keeps the time of that one. */
  planned_at: number;
  /** When the venue first said that it does not know this order, which it had confirmed. */
  absent_at: number | null;
  /** Since when a word of the venue on it is waited for, because its cancellation or an answer was asked for. */
  awaited_since: number | null;
}

/** The values of `legs.cancel_counts`: what an order fills after it was to make way is closed again. */
export const COUNTS_NOWHERE = 0;
/** A target took it off the venue: what it filled until then counts toward the target. */
export const COUNTS_TOWARD_TARGET = 1;
/** An exit of a part did: what it fills before that is sent, that counts among what it closes a part of. */
export const COUNTS_IN_PART = 2;

export function isLive(leg: Pick<LegRow, "status" | "order_status">): boolean {
  return leg.status === "planned" || isOpen(leg);
}

/** At the venue, or possibly so. */
export function isOpen(leg: Pick<LegRow, "status" | "order_status">): boolean {
  return leg.status === "sending" || leg.status === "in_doubt" || isWorking(leg);
}

export function isWorking(leg: Pick<LegRow, "status" | "order_status">): boolean {
  return leg.status === "done" && leg.order_status === "working";
}

/** Entry and close decide how a signal ends; protective and emergency legs live beyond that. */
export function isMain(leg: Pick<LegRow, "role">): boolean {
  return leg.role === "entry" || leg.role === "close";
}

/** What guards a position: its stops and targets. */
export function isProtective({ role }: Pick<LegRow, "role">): boolean {
  return role === "stop" || role === "target";
}

const clientIds = new WeakMap<Pick<LegRow, "request_id" | "leg">, string>();

export function clientIdOf(leg: Pick<LegRow, "request_id" | "leg">): string {
  let id = clientIds.get(leg);
  if (id === undefined) clientIds.set(leg, (id = clientOrderId({ requestId: leg.request_id, leg: leg.leg })));
  return id;
}

export function opposite(side: Side): Side {
  return side === "buy" ? "sell" : "buy";
}

/** The side that an entry raises; undefined for an exit, and for a target, whose sign says it. */
export function entrySide(action: Action): Side | undefined {
  if (action === "buy" || action === "long") return "buy";
  if (action === "sell" || action === "short") return "sell";
  return undefined;
}

/** True when an exit of this action closes what an entry of `side` opened. */
export function closes(exit: Action, side: Side): boolean {
  return exit === "close" || exit === (side === "buy" ? "close_long" : "close_short");
}

/** On spot a resting sell locks the balance it would sell; perpetuals have reduce-only orders instead. */
export function locksBalance(symbol: string): boolean {
  return !symbol.endsWith(".P");
}

/** Where a signal stands in the order in which its lane accepted, whatever revivals did to its turn. */
export function acceptanceOf(row: Pick<SignalRow, "seq" | "first_seq">): number {
  return row.first_seq ?? row.seq;
}

/** True while an attempt works on the signal. */
export function isLeased(row: Pick<SignalRow, "lease" | "lease_until">, now: number): boolean {
  return row.lease !== null && (row.lease_until ?? 0) > now;
}
