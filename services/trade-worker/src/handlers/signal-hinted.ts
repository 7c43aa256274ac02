import type { ClaimReply, AccountLedgerRpc } from "#contracts/ledger";
import { PermanentError } from "#queues/errors";
import { redact } from "#queues/redact";
import type { MessageOn } from "#queues/registry";
import type { Log } from "#runtime/log";
import { millisecondsSince, within, type Clock } from "../clock.ts";
import type { Work } from "../work.ts";

export interface HintDeps {
  /** Called anew for every RPC: a stub that failed once fails again. */
  ledger: (name: string) => Pick<AccountLedgerRpc, "claim" | "defer">;
  /** Resolves once the work was taken over; throws when that is not certain. */
  handOver: (work: Work) => Promise<void>;
  clock: Clock;
  log: Log;
  version: string;
}

const LEDGER_TIMEOUT_MS = 5_000;

export async function onSignalHinted(message: MessageOn<"trade-signals">, deps: HintDeps): Promise<void> {
  const { requestId, generation } = message;
  const { ledger, purpose } = message.data;
  const log = deps.log.for(requestId);
  const started = deps.clock.now();
  const reply = await within(
    deps.clock,
    { ms: LEDGER_TIMEOUT_MS, who: `ledger ${ledger}` },
    deps.ledger(ledger).claim({ v: 1, requestId, generation, purpose, workerVersion: deps.version }),
  );
  const ms = millisecondsSince(deps.clock, started);
  switch (reply.status) {
    case "go": {
      const waitMs = Math.max(0, started.getTime() - message.occurredAt.getTime());
      const claim = { hintId: message.id, purpose, ms, hintedAt: message.occurredAt, waitMs };
      return handOver(workOf(ledger, reply, claim), deps, log);
    }
    case "later":
      return log("debug", "signal.not_due", `nothing to do yet: ${reply.reason}`, { ledger, purpose, ms });
    case "settled":
      return log("debug", "signal.already_settled", `the signal has ended: ${reply.outcome}`, { ledger, purpose, ms });
    case "unknown":
      throw new PermanentError("unknown_signal", `ledger ${ledger} never accepted ${requestId}; it was not executed`);
    default:
      throw new Error(`ledger ${ledger} answered a claim with something new: ${JSON.stringify(reply satisfies never)}`);
  }
}

function workOf(ledger: string, reply: Extract<ClaimReply, { status: "go" }>, claim: Work["claim"]): Work {
  const { signal, lease, attempt, tasks } = reply;
  return { ledger, signal, lease, attempt, tasks, claim };
}

async function handOver(work: Work, deps: HintDeps, log: Log): Promise<void> {
  const started = deps.clock.now();
  try {
    await deps.handOver(work);
  } catch (error) {
    const reason = `the hand-over failed: ${redact(error instanceof Error ? error.message : String(error))}`;
    log("warn", "signal.hand_over_failed", reason, { ledger: work.ledger, ms: millisecondsSince(deps.clock, started) });
    // If the other side started after all, this takes its lease away: it may not send any more.
    await within(
      deps.clock,
      { ms: LEDGER_TIMEOUT_MS, who: `ledger ${work.ledger}` },
      deps.ledger(work.ledger).defer({
        v: 1,
        requestId: work.signal.requestId,
        lease: work.lease,
        evidence: [],
        notBefore: deps.clock.now(),
        reason,
      }),
    );
  }
}
