import type { AttemptReply, Task } from "#contracts/ledger";
import { redact } from "#queues/redact";
import type { Log } from "#runtime/log";
import { messageOf } from "./message-of.ts";
import { askingFailed, OUT_OF_TIME, placeLeg, type KnownTerms, type Step } from "./place-leg.ts";
import { Progress, type AttemptLedger, type AttemptPorts } from "./progress.ts";
import type { Work } from "./work.ts";

export type { AttemptPorts } from "./progress.ts";

type Ending =
  | { kind: "settle" }
  | { kind: "defer"; reason: string; retryAfterMs?: number | undefined }
  | { kind: "fail"; error: string; reason: string }
  /** The lease is another's; the evidence went with the RPC that said so. */
  | { kind: "stale" };

/**
 * Carries out the tasks of one claimed signal and tells the ledger what came of it, once, with all
 * evidence. Never throws: what cannot be told is left to the lease.
 */
export async function runAttempt(work: Work, ports: AttemptPorts): Promise<void> {
  const log = ports.log.for(work.signal.requestId);
  const progress = new Progress(work, { ...ports, log });
  logStart(work, log);
  const ending = await carryOut(progress).catch((error: unknown): Ending => ({
    kind: "fail",
    error: error instanceof Error ? error.name : "Error",
    reason: messageOf(error),
  }));
  await tellLedger(ending, progress);
}

/** A watch comes back every minute of an order's life: only what it learns is worth lines. */
function logStart(work: Work, log: Log): void {
  const { ledger, attempt, tasks, claim } = work;
  if (claim?.purpose === "watch") return;
  if (claim) {
    const { hintId, hintedAt, waitMs, ms } = claim;
    log("info", "signal.claimed", `claimed from ledger ${ledger}`, { ledger, hintId, hintedAt, waitMs, ms });
  }
  const plan = tasks.map(taskName).join(", ") || "nothing to do";
  log("info", "attempt.started", `attempt ${attempt}: ${plan}`, { ledger, attempt, ms: 0 });
}

async function carryOut(progress: Progress): Promise<Ending> {
  const terms: KnownTerms = new Map();
  let deferral: Extract<Step, { next: "defer" }> | undefined;
  let closeFailed = false;
  for (const task of progress.work.tasks) {
    // After an asking that failed, the rest is still asked, but nothing is sent on half the evidence.
    if (task.do === "place" && deferral) continue;
    // `long` and `short` close first: what is still open must not be added to.
    if (task.do === "place" && task.role === "entry" && closeFailed) continue;
    // The rest is hinted again after the settlement.
    if (progress.isFull()) break;
    if (!progress.mayCallVenue()) return { kind: "defer", reason: deferral?.reason ?? OUT_OF_TIME };
    const step = task.do === "place" ? await placeLeg(task, progress, terms) : await askAbout(task, progress);
    switch (step.next) {
      case "task":
        if ("failed" in step && task.role === "close") closeFailed = true;
        break;
      case "defer":
        if (task.do === "place") return { kind: "defer", reason: step.reason, retryAfterMs: step.retryAfterMs };
        deferral ??= step;
        break;
      case "settle":
        return { kind: "settle" };
      case "end":
        return { kind: "stale" };
      default:
        step satisfies never;
    }
  }
  return deferral
    ? { kind: "defer", reason: deferral.reason, retryAfterMs: deferral.retryAfterMs }
    : { kind: "settle" };
}

async function askAbout(task: Task, progress: Progress): Promise<Step> {
  const { clock, log } = progress.ports;
  const since = clock.now();
  const key = { clientOrderId: task.clientOrderId, symbol: task.symbol };
  try {
    const order = await progress.askVenue((venue) => (task.do === "cancel" ? venue.cancel(key) : venue.find(key)));
    progress.learn(task, order ? { kind: "order", order } : { kind: "absent" }, {
      since,
      ...(order && task.do === "cancel" ? { event: "order.cancelled" } : {}),
    });
    return { next: "task" };
  } catch (error) {
    const step = askingFailed(error);
    log("warn", "order.not_asked", `${taskName(task)}: ${messageOf(error)}`, {
      ...key,
      leg: task.leg,
      ms: progress.ms,
    });
    return step;
  }
}

async function tellLedger(ending: Ending, progress: Progress): Promise<void> {
  const { clock, log } = progress.ports;
  const { work } = progress;
  if (ending.kind === "stale") {
    return log("warn", "attempt.superseded", "another attempt owns the signal now", {
      ledger: work.ledger,
      ms: progress.ms,
    });
  }
  const evidence = progress.undelivered;
  const base = { v: 1 as const, requestId: work.signal.requestId, lease: work.lease, evidence };
  const tell = (ledger: AttemptLedger): Promise<AttemptReply> => {
    switch (ending.kind) {
      case "settle":
        return ledger.settle(base);
      case "defer": {
        const { retryAfterMs } = ending;
        const reason = redact(ending.reason);
        const notBefore = retryAfterMs === undefined ? undefined : new Date(clock.now().getTime() + retryAfterMs);
        return ledger.defer({ ...base, reason, notBefore });
      }
      case "fail":
        return ledger.fail({ ...base, error: ending.error, reason: ending.reason });
      default:
        return ending satisfies never;
    }
  };
  const told = `attempt.${PAST[ending.kind]}`;
  try {
    const reply = await progress.askLedger(tell);
    const severity = ending.kind === "fail" ? "error" : ending.kind === "defer" ? "warn" : "info";
    const outcome = reply.status === "ok" ? reply.outcome : undefined;
    const quiet = work.claim?.purpose === "watch" && !progress.hasNews;
    if (quiet && ending.kind === "settle" && reply.status === "ok") return;
    log(severity, told, sentence(ending, reply), {
      ledger: work.ledger,
      outcome,
      evidence: evidence.length,
      ms: progress.ms,
    });
  } catch (error) {
    // The lease ends by itself; the next attempt asks the venue. The evidence stands at least here.
    log("error", "attempt.untold", `ledger ${work.ledger} could not be told (${told}): ${messageOf(error)}`, {
      ledger: work.ledger,
      evidence,
      ms: progress.ms,
    });
  }
}

const PAST = { settle: "settled", defer: "deferred", fail: "failed" } as const;

function sentence(ending: Exclude<Ending, { kind: "stale" }>, reply: AttemptReply): string {
  if (reply.status === "stale_lease") return "the lease had passed on; the evidence was recorded";
  if (ending.kind === "fail") return `${ending.error}: ${ending.reason}`;
  if (ending.kind === "defer") return ending.reason;
  return reply.outcome === undefined ? "done; the signal goes on" : `done: ${reply.outcome}`;
}

function taskName(task: Task): string {
  return `${task.do} ${task.role} ${task.symbol}`;
}
