import { parseClientOrderId } from "#contracts/ids";
import type { OrderRequest } from "#contracts/order";
import type { AllowedNow, Evidence, SendingReply, Task, VenueFacts } from "#contracts/ledger";
import { isProtective, verdictFor } from "./kill-switch.ts";
import { messageOf } from "./message-of.ts";
import type { Progress } from "./progress.ts";
import { fitToRules, isTooSmall, marketStepOf, type Fitted } from "./rounding.ts";
import { ACCOUNT_RETRY_MS, VenueRefusal, VenueUnavailable, type PlaceReply, type VenueRules } from "./venues/venue.ts";

/** What the attempt does after one task. */
export type Step =
  | { next: "task" }
  /** As task; the leg will not be executed, so what builds on it must not be either. */
  | { next: "task"; failed: true }
  | { next: "settle" }
  | { next: "defer"; reason: string; retryAfterMs?: number | undefined }
  /** Another attempt owns the signal. */
  | { next: "end" };

/** What must be known of the venue before `sending`, because nothing slow may stand between it and the POST. */
type Terms = { rules: VenueRules; offsetMs: number } | { refusal: string; isOfAccount: boolean };

/** Terms by symbol, for the length of one attempt. */
export type KnownTerms = Map<string, Terms>;

/** Effect protocol, `planned → sending → done | in_doubt` for one leg. */
export async function placeLeg(task: Task, progress: Progress, known: KnownTerms): Promise<Step> {
  const { ports, work } = progress;
  let terms: Terms;
  let facts: VenueFacts = {};
  let accountLimits: AllowedNow | undefined;
  try {
    [terms, accountLimits] = await Promise.all([termsOf(task.symbol, progress, known), allowedOf(task, progress)]);
    facts = await factsFor(task, terms, progress);
  } catch (error) {
    return askingFailed(error);
  }
  // Nobody else closes or guards what is open.
  if ("refusal" in terms && terms.isOfAccount && task.role !== "entry")
    return { next: "defer", reason: terms.refusal, retryAfterMs: ACCOUNT_RETRY_MS };
  const evidence = progress.undelivered;
  let reply: SendingReply;
  const { requestId } = work.signal;
  try {
    reply = await progress.askLedger((ledger) =>
      ledger.sending({ v: 1, requestId, leg: task.leg, lease: work.lease, evidence, ...facts, accountLimits }),
    );
  } catch (error) {
    return { next: "defer", reason: messageOf(error) };
  }
  progress.delivered(evidence);
  switch (reply.status) {
    case "go":
      return send(task, { go: reply, terms }, progress, known);
    case "stop":
      ports.log("info", "order.stopped", `${task.role} ${task.symbol}: ${reply.reason}`, {
        clientOrderId: task.clientOrderId,
        leg: task.leg,
        ms: progress.ms,
      });
      return { next: "task" };
    case "stale_lease":
      return { next: "end" };
    default:
      throw new Error(`the ledger answered sending with something new: ${JSON.stringify(reply satisfies never)}`);
  }
}

async function send(
  task: Task,
  { go, terms }: { go: Extract<SendingReply, { status: "go" }>; terms: Terms },
  progress: Progress,
  known: KnownTerms,
): Promise<Step> {
  const { clock } = progress.ports;
  const since = clock.now();
  const target = targetTaskOf(task, go);
  // What becomes of one request becomes of all its orders.
  const learn = (answer: Evidence["answer"]): void => {
    progress.learn(task, answer, { since });
    if (target) progress.learn(target, answer, { since });
  };
  let fitted: Fitted;
  try {
    fitted = "refusal" in terms ? { fits: false, reason: terms.refusal } : fitToRules(go.order, terms.rules);
    if (fitted.fits && !isProtective(go.role)) {
      const verdict = verdictFor(go.role, await progress.ports.killSwitch());
      if (verdict.kind !== "go") {
        learn({ kind: verdict.kind, reason: verdict.reason });
        return verdict.kind === "halted" ? { next: "task", failed: true } : { next: "defer", reason: verdict.reason };
      }
    }
  } catch (error) {
    // Our own mistake, but nothing was sent: said so, the leg may be tried again instead of being in doubt.
    learn({ kind: "not_executed", reason: `not sent: ${messageOf(error)}` });
    throw error;
  }
  if (!fitted.fits) {
    learn(rejected(fitted.reason, go.order, terms));
    return { next: "task", failed: true };
  }
  if (!progress.mayCallVenue()) {
    learn({ kind: "not_executed", reason: OUT_OF_TIME });
    return { next: "defer", reason: OUT_OF_TIME };
  }
  const offsetMs = "refusal" in terms ? 0 : terms.offsetMs;
  // Never refreshed: whatever stalls from here on, the venue refuses the POST when the window has passed. The offset
  // is between the venue's clock and ours, and a ledger whose clock runs ahead must not sign in the venue's future.
  const signedAt = new Date(Math.min(go.sentAt.getTime(), since.getTime()) + offsetMs);
  const { order } = fitted;
  const reply = await progress.askVenue((venue) => venue.place(order, { signedAt })).catch(unmapped);
  switch (reply.kind) {
    case "accepted":
      progress.learn(task, { kind: "order", order: reply.order }, { since, event: "order.placed" });
      if (target && reply.target)
        progress.learn(target, { kind: "order", order: reply.target }, { since, event: "order.placed" });
      return { next: "task" };
    case "rejected": {
      const now = reply.byRules ? await termsAnew(task.symbol, { before: terms, progress, known }) : terms;
      if (fitsOtherwise({ asked: go.order, sent: order }, now)) {
        const reason = `${reply.reason}; the rules of ${task.symbol} had changed`;
        learn({ kind: "not_executed", reason });
        return { next: "defer", reason };
      }
      learn(rejected(reply.reason, order, now));
      return { next: "task", failed: true };
    }
    case "not_executed":
      learn({ kind: "not_executed", reason: reply.reason });
      return { next: "defer", reason: reply.reason, retryAfterMs: reply.retryAfterMs };
    case "unknown":
      learn({ kind: "unknown", reason: reply.reason });
      return { next: "settle" };
    default:
      return reply satisfies never;
  }
}

/** What the venue asks for by now, if it can still be heard: it has refused by its rules. */
async function termsAnew(
  symbol: string,
  { before, progress, known }: { before: Terms; progress: Progress; known: KnownTerms },
): Promise<Terms> {
  known.delete(symbol);
  return progress.mayCallVenue() ? termsOf(symbol, progress, known).catch(() => before) : before;
}

/** Whether it would now be sent another order. */
function fitsOtherwise({ asked, sent }: { asked: OrderRequest; sent: OrderRequest }, terms: Terms): boolean {
  if ("refusal" in terms) return false;
  const fitted = fitToRules(asked, terms.rules);
  return fitted.fits && JSON.stringify(fitted.order) !== JSON.stringify(sent);
}

function rejected(reason: string, order: OrderRequest, terms: Terms): Evidence["answer"] {
  return {
    kind: "rejected",
    reason,
    ...(!("refusal" in terms) && isTooSmall(order, terms.rules) && { tooSmall: true }),
  };
}

/** The target that is sent with a stop, as if it were a task of its own. */
function targetTaskOf(task: Task, { order: { target } }: Extract<SendingReply, { status: "go" }>): Task | undefined {
  const named = target && parseClientOrderId(target.clientOrderId);
  return named && { ...task, clientOrderId: target.clientOrderId, leg: named.leg, role: "target" };
}

export const OUT_OF_TIME = "the attempt ran out of time before the venue could be called";

async function termsOf(symbol: string, progress: Progress, known: KnownTerms): Promise<Terms> {
  const before = known.get(symbol);
  if (before !== undefined) return before;
  const terms = await progress
    .askVenue(async (venue): Promise<Terms> => {
      const [rules, offsetMs] = await Promise.all([venue.rules(symbol), venue.clockOffsetMs()]);
      return { rules, offsetMs };
    })
    .catch((error: unknown): Terms => {
      // Still goes through `sending`, so that the ledger has the leg on which it writes the refusal down.
      if (error instanceof VenueRefusal) return { refusal: error.message, isOfAccount: error.isOfAccount };
      throw error;
    });
  known.set(symbol, terms);
  return terms;
}

/** What the ledger needs of the venue to turn a size into a quantity, and to tell what it takes at once. */
async function factsFor(task: Task, terms: Terms, progress: Progress): Promise<VenueFacts> {
  const { size } = progress.work.signal;
  const rules = "refusal" in terms ? {} : ruleFacts(terms.rules);
  if (size === undefined || task.role !== "entry" || !("percentOfEquity" in size)) return rules;
  if ("refusal" in terms) return { equity: { refused: terms.refusal } };
  const equity = await progress
    .askVenue(async (venue): Promise<VenueFacts["equity"]> => venue.equity(task.symbol))
    .catch((error: unknown) => {
      if (error instanceof VenueRefusal) return { refused: error.message };
      throw error;
    });
  return { ...rules, equity };
}

function ruleFacts(rules: VenueRules): VenueFacts {
  const { maxQuantity, maxMarketQuantity, minNotional, maxTriggerOrders } = rules;
  // Whatever is bought in any way must be closed and guarded at the market.
  return { quantityStep: marketStepOf(rules), maxQuantity, maxMarketQuantity, minNotional, maxTriggerOrders };
}

/** Of an entry alone: nothing may hold back what ends exposure. */
async function allowedOf({ role }: Task, { ports, work }: Progress): Promise<AllowedNow | undefined> {
  return role === "entry" ? ports.accountLimits(work.ledger) : undefined;
}

/** Whatever went wrong while asking, it is no evidence: the asking is tried again. */
export function askingFailed(error: unknown): Extract<Step, { next: "defer" }> {
  const retryAfterMs = error instanceof VenueUnavailable ? error.retryAfterMs : undefined;
  return { next: "defer", reason: messageOf(error), retryAfterMs };
}

/** Whatever an adapter throws while placing, the order may stand. */
function unmapped(error: unknown): PlaceReply {
  return { kind: "unknown", reason: messageOf(error) };
}
