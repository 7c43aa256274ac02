import * as z from "zod";
import { accountLimits } from "./account-limits.ts";
import { decimal, positiveDecimal } from "./decimal.ts";
import { ledgerName, legId, requestId, symbol } from "./ids.ts";
import { legRole, orderRequest, position, venueOrder } from "./order.ts";
import { outcome } from "./outcome.ts";
import type { RevivalRpc } from "./revival.ts";
import { action, side, signal } from "./signal.ts";
import { instant } from "./time.ts";

/**
 * What the AccountLedger Durable Object (script ledger-worker, class `AccountLedger`, one instance per
 * `account:venue`) is asked and answers. Every request is one object with a version; every method that
 * moves state is safe to call twice.
 */

/** POSTs are signed with the commit time of `sending` and refused by the venue this long after it. */
export const RECEIVE_WINDOW_MS = 5_000;
/** Added to the receive window: after both, no POST can act any more and absence means absence. */
export const QUIET_MARGIN_MS = 10_000;
/** A lease lasts this long after the last RPC made under it. */
export const LEASE_MS = 15_000;

const v = z.literal(1);
const lease = z.string().min(1);

/** What was learnt about one order, by whoever asked or placed. Recorded even under a stale lease. */
export const evidence = z.object({
  clientOrderId: z.string(),
  at: z.date(),
  answer: z.discriminatedUnion("kind", [
    /** The venue knows the order: resting, filled, cancelled, … */
    z.object({ kind: z.literal("order"), order: venueOrder }),
    /** A permanent no to placing it. `tooSmall`: the venue trades no order of so little. */
    z.object({ kind: z.literal("rejected"), reason: z.string(), tooSmall: z.literal(true).optional() }),
    /** Provably not executed; may be tried again. */
    z.object({ kind: z.literal("not_executed"), reason: z.string() }),
    /** Not sent, because a stop was found after `sending`. */
    z.object({ kind: z.literal("halted"), reason: z.string() }),
    /** No reply, or one that nobody has mapped. */
    z.object({ kind: z.literal("unknown"), reason: z.string() }),
    /** A successful "not found" and no matching trade. Proof only after `quietUntil`. */
    z.object({ kind: z.literal("absent") }),
  ]),
});
export type Evidence = z.infer<typeof evidence>;

const evidences = z.array(evidence).max(40);

// accept ---------------------------------------------------------------------------------------------

export const acceptRequest = z.object({
  v,
  ledger: ledgerName,
  signal,
  /** Begins with the strategy's name and a slash when it is the sender's own. */
  alertKey: z.object({ value: z.string().min(1).max(240), source: z.enum(["explicit", "body"]) }),
});
export const acceptReply = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("accepted"),
    requestId,
    seq: z.int().min(1),
    /** The caller publishes the hint; false means that the ledger will, when its turn comes. */
    hint: z.boolean(),
    acceptedAt: z.date(),
    validUntil: z.date(),
  }),
  z.object({ status: z.literal("duplicate"), requestId, outcome: outcome.optional() }),
  z.object({ status: z.literal("key_reused"), requestId }),
]);

// claim ----------------------------------------------------------------------------------------------

/** One thing to do at the venue, in the order given. Clients never invent tasks. */
export const task = z.object({
  do: z.enum(["place", "ask", "cancel"]),
  clientOrderId: z.string(),
  symbol: z.string(),
  /** For `place`: the leg that {@link sendingRequest} must name. */
  leg: legId,
  role: legRole,
  /** For `ask` of an order that rests: what the ledger has of it. An answer that says the same is no news. */
  known: z.object({ status: z.string(), filledQuantity: decimal }).optional(),
});
export type Task = z.infer<typeof task>;

export const claimRequest = z.object({
  v,
  requestId,
  generation: z.int().min(0),
  purpose: z.enum(["execute", "watch"]),
  /** Of the trade-worker: should the signal be parked, a replay is pointless while it still runs. */
  workerVersion: z.string().max(80).optional(),
});
export const claimReply = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("go"),
    signal,
    lease,
    leaseUntil: z.date(),
    /** 1 for the first attempt. */
    attempt: z.int().min(1),
    tasks: z.array(task),
  }),
  /** Not head, leased, backing off, nothing due, or an older generation. Acknowledge; a hint will come. */
  z.object({ status: z.literal("later"), reason: z.string() }),
  z.object({ status: z.literal("settled"), outcome }),
  /** Never accepted here. Park it; never execute it. */
  z.object({ status: z.literal("unknown") }),
]);
export type ClaimReply = z.infer<typeof claimReply>;

// the attempt ----------------------------------------------------------------------------------------

export const sendingRequest = z.object({
  v,
  requestId,
  leg: legId,
  lease,
  evidence: evidences,
  /**
   * What the account is worth in the symbol's quote currency, or why the venue will never say; asked for sizes in
   * percent of it.
   */
  equity: z.union([decimal, z.object({ refused: z.string() })]).optional(),
  /** The venue's step of quantities: a target that is nearer than that is reached, and less of a coin cannot be sold. */
  quantityStep: positiveDecimal.optional(),
  /** The most that one order of the venue may have. */
  maxQuantity: positiveDecimal.optional(),
  /** The most of one that takes what the market offers, a triggered one included. */
  maxMarketQuantity: positiveDecimal.optional(),
  /** The least that an order which may open must be worth, in the quote currency. */
  minNotional: positiveDecimal.optional(),
  /** So many orders of the symbol may wait for their trigger at the venue; a stop and a target of one pair are two. */
  maxTriggerOrders: z.number().int().positive().optional(),
  /**
   * What the account allows of this entry now, or what is wrong with that and how to mend it. Absent: an older trade-worker
   * asks nobody, and what the signal brought counts.
   */
  accountLimits: z.union([accountLimits, z.strictObject({ problem: z.string() })]).optional(),
});
/** What the account allows now, `{}` when nobody has set anything. */
export type AllowedNow = NonNullable<z.infer<typeof sendingRequest>["accountLimits"]>;
/** What the venue was asked before `sending`. */
export type VenueFacts = Pick<
  z.infer<typeof sendingRequest>,
  "equity" | "quantityStep" | "maxQuantity" | "maxMarketQuantity" | "minNotional" | "maxTriggerOrders"
>;
export const sendingReply = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("go"),
    order: orderRequest,
    /** Commit time. Plus the venue's clock offset it is the signed timestamp; it is never refreshed. */
    sentAt: z.date(),
    quietUntil: z.date(),
    /** Entries, exits and protective legs stop at different modes of the kill switch. */
    role: legRole,
  }),
  /** Do not send this leg. The ledger has already written down why; go on with the next task. */
  z.object({ status: z.literal("stop"), reason: z.string() }),
  /** Another attempt owns the signal. End this one at once. */
  z.object({ status: z.literal("stale_lease") }),
]);
export type SendingReply = z.infer<typeof sendingReply>;

/** Ends the attempt. What is still planned or in doubt is hinted again when it is due. */
export const settleRequest = z.object({ v, requestId, lease, evidence: evidences });
/** Ends the attempt without a verdict: the ledger counts it and backs off 1-30 s until validity ends. */
export const deferRequest = settleRequest.extend({ reason: z.string(), notBefore: z.date().optional() });
/** Our own bug ended the attempt. */
export const failRequest = settleRequest.extend({ error: z.string(), reason: z.string() });
export const attemptReply = z.discriminatedUnion("status", [
  z.object({ status: z.literal("ok"), outcome: outcome.optional() }),
  /** The evidence was recorded; the state was not moved. */
  z.object({ status: z.literal("stale_lease") }),
]);
export type AttemptReply = z.infer<typeof attemptReply>;

// outbox ---------------------------------------------------------------------------------------------

export const confirmRequest = z.object({ v, ids: z.array(z.string()).max(1_000) });
export const unconfirmedReply = z.object({ ids: z.array(z.string()) });

// what operators ask ---------------------------------------------------------------------------------

export const legView = z.object({
  leg: legId,
  role: legRole,
  status: z.enum(["planned", "sending", "in_doubt", "done", "dropped"]),
  clientOrderId: z.string(),
  order: orderRequest.optional(),
  orderStatus: z.string().optional(),
  filledQuantity: decimal,
  averagePrice: decimal.optional(),
  reason: z.string().optional(),
  sentAt: instant.optional(),
  quietUntil: instant.optional(),
});
export const signalView = z.object({
  requestId,
  lane: z.string(),
  seq: z.int(),
  action,
  strategy: z.string().optional(),
  /** As the alert asked for it; absent when it named none. */
  quantity: decimal.optional(),
  state: z.enum(["waiting", "head", "leased", "deferred", "in_doubt", "ended"]),
  outcome: outcome.optional(),
  reason: z.string().optional(),
  attempts: z.int(),
  acceptedAt: instant,
  validUntil: instant,
  /** Nobody tries it before; absent when that is past. */
  notBefore: instant.optional(),
  legs: z.array(legView),
  /** Which leg a word of an operator would be about ({@link resolveRequest}); absent when none is in question. */
  inQuestion: legId.optional(),
});
export type SignalView = z.infer<typeof signalView>;

export const laneView = z.object({
  lane: z.string(),
  /** Signals of the lane that have not ended, the head first. */
  signals: z.array(signalView),
});
export type LaneView = z.infer<typeof laneView>;
export const ledgerStatus = z.object({
  ledger: ledgerName,
  accepted: z.int(),
  unended: z.int(),
  inFlight: z.int(),
  inDoubt: z.int(),
  unconfirmed: z.int(),
  /** The ledger found two venue orders for one leg, or its limits are misconfigured; entries are halted. */
  tradingOff: z.string().optional(),
  /** `openedAt`: when it last left zero or changed sides; `updatedAt`: when it was traded last; `rev` counts its changes. */
  positions: z.array(
    position
      .unwrap()
      .extend({ openedAt: instant.optional(), updatedAt: instant.optional(), rev: z.int().min(0).optional() }),
  ),
  workingOrders: z.array(legView.extend({ requestId })),
  /** Positions without protection that no emergency close has closed: a person must. */
  leftToAPerson: z.array(z.object({ requestId, symbol })).optional(),
  lastAcceptedAt: instant.optional(),
  lastFillAt: instant.optional(),
});
export type LedgerStatus = z.infer<typeof ledgerStatus>;

/** The signals of one lane that wait, in their order. */
export const laneBacklog = z.object({
  symbol: z.string(),
  /** Signals whose turn has come, ever: it grows with each, and not with those that expire. */
  taken: z.int(),
  waiting: z.int(),
  /** When the oldest of them was accepted. */
  oldestAt: instant,
  /** When they expire, in their order; at most {@link MOST_WAITING} of a ledger. */
  validUntil: z.array(instant),
});

/**
 * What waits in a ledger, for the monitor: a queue's own figures count neither what is delayed nor what is in flight.
 * `accepted`, `taken` and `expired` count since it began.
 */
export const ledgerBacklog = z.object({
  ledger: ledgerName,
  /** Replays apart. */
  accepted: z.int(),
  /** Signals whose turn has come, in any of their lives. */
  taken: z.int(),
  /** Those that ended before it came, because their time was over. */
  expired: z.int(),
  /** Unended signals of which no order was sent. */
  waiting: z.int(),
  /** Those among them that back off. */
  deferred: z.int(),
  /** Legs that may or may not stand at the venue. */
  inDoubt: z.int(),
  /** When the oldest waiting one was accepted. */
  oldestAt: instant.optional(),
  /** Lanes in which signals wait. */
  lanes: z.array(laneBacklog),
});
export type LedgerBacklog = z.infer<typeof ledgerBacklog>;
export const MOST_WAITING = 1_000;

/** An operator's word on a leg in doubt or at rest, or on a position left to a person: what the venue's own screen shows. */
export const resolveRequest = z.object({
  v,
  requestId,
  outcome: z.enum(["filled", "rejected"]),
  /** Needed with `filled` when the venue filled another quantity or price than asked. */
  quantity: decimal.optional(),
  price: decimal.optional(),
  reason: z.string().min(1),
  by: z.string().min(1),
});
export const resolveReply = z.discriminatedUnion("status", [
  z.object({ status: z.literal("resolved"), signal: signalView }),
  z.object({ status: z.literal("refused"), reason: z.string() }),
]);

const reconcileWord = z.object({
  v,
  /** Of the operator's own request. */
  requestId,
  symbol,
  /** What of it is there. */
  held: decimal,
  /** What the ledger had when the exchange was asked, of this symbol and of all that share its coin: on nothing else it decides. */
  shown: z.array(z.object({ symbol, quantity: decimal, rev: z.int().min(0) })).min(1),
  /** Client order ids of the stops and targets of all these that rested there after that: another may be the difference. */
  resting: z.array(z.string()),
  price: positiveDecimal,
  reason: z.string().min(1),
  by: z.string().min(1),
});
/**
 * An operator's word that a position was made smaller past the ledger: by a liquidation, an ADL, by hand. It is booked, never
 * traded, and never makes a position larger or turns it around.
 */
export const reconcileRequest = reconcileWord.refine(
  (word) => word.shown.some((each) => each.symbol === word.symbol),
  "what was shown of the symbol itself is missing",
);
export const reconcileReply = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("reconciled"),
    booked: z.object({ side, quantity: positiveDecimal, price: positiveDecimal }),
    /** What that realised. */
    profit: decimal,
    position: position.unwrap(),
  }),
  z.object({ status: z.literal("refused"), reason: z.string() }),
]);

export interface AccountLedgerRpc extends RevivalRpc {
  accept(request: z.infer<typeof acceptRequest>): Promise<z.infer<typeof acceptReply>>;
  claim(request: z.infer<typeof claimRequest>): Promise<ClaimReply>;
  sending(request: z.infer<typeof sendingRequest>): Promise<SendingReply>;
  settle(request: z.infer<typeof settleRequest>): Promise<AttemptReply>;
  defer(request: z.infer<typeof deferRequest>): Promise<AttemptReply>;
  fail(request: z.infer<typeof failRequest>): Promise<AttemptReply>;
  /** The effect of these messages is done: stop publishing them. Unknown ids are ignored. */
  confirm(request: z.infer<typeof confirmRequest>): Promise<void>;
  /** Those of the ids that nobody has confirmed yet. */
  unconfirmed(request: z.infer<typeof confirmRequest>): Promise<z.infer<typeof unconfirmedReply>>;
  status(): Promise<LedgerStatus>;
  backlog(): Promise<LedgerBacklog>;
  lanes(): Promise<z.infer<typeof laneView>[]>;
  find(request: { v: 1; requestId: string }): Promise<SignalView | undefined>;
  /** Cancels every entry that is or may be at the venue (the kill switch asks for it); answers how many. */
  cancelEntries(request: { v: 1; reason: string }): Promise<{ cancelling: number }>;
  resolve(request: z.infer<typeof resolveRequest>): Promise<z.infer<typeof resolveReply>>;
  reconcile(request: z.infer<typeof reconcileRequest>): Promise<z.infer<typeof reconcileReply>>;
  /** Does what the alarm does, in case the alarm died. */
  poke(): Promise<void>;
}
