import { LEASE_MS, type AttemptReply, type Evidence } from "#contracts/ledger";
import { CLOSES_ITSELF } from "./details.ts";
import { recordEvidence, toDoubt } from "./evidence.ts";
import { CLOSING, GUARDED, isCovered } from "./exposure.ts";
import { notify } from "./messages.ts";
import { isFollowing, lastClose } from "./main-legs.ts";
import { dropLeg, endSignal } from "./outcome.ts";
import { isLeased, isMain, isOpen, type SignalRow } from "./rows.ts";
import { finish } from "./schedule.ts";
import { attemptBackoff, MAX_FAILURES } from "./times.ts";
import type { Tx } from "./tx.ts";
import { sentence } from "./words.ts";

interface AttemptRequest {
  requestId: string;
  lease: string;
  evidence: readonly Evidence[];
}

const LEASE_EXPIRED = "The attempt ended without a word; its lease expired.";
const ASKED_NEXT = "The attempt ended without a word; its lease expired, the venue is asked next.";

/** Records the evidence first, whoever brings it; answers the signal while the lease is valid. */
export function underLease(tx: Tx, request: AttemptRequest): SignalRow | undefined {
  const row = tx.signal(request.requestId);
  const holdsLease = row !== undefined && row.lease === request.lease && isLeased(row, tx.now);
  recordEvidence(tx, request.evidence, { requestId: request.requestId, holdsLease });
  if (!row || !holdsLease) return undefined;
  tx.touch(row);
  return row;
}

export function renewLease(tx: Tx, row: SignalRow): void {
  tx.update(row, { lease_until: tx.now + LEASE_MS });
}

export function settle(tx: Tx, request: AttemptRequest): AttemptReply {
  const since = Math.min(tx.now, (tx.signal(request.requestId)?.lease_until ?? Infinity) - LEASE_MS);
  return endAttempt(tx, request, (row) => {
    tx.update(row, { failures: 0 });
    if (!isToFollow(tx, row, since)) backOff(tx, row, 0);
  });
}

/** The last answer was that a part of a close has filled: nothing has to be waited for. */
function isToFollow(tx: Tx, row: SignalRow, since: number): boolean {
  const last = lastClose(tx, row.request_id);
  return last !== undefined && isFollowing(last) && last.status === "planned" && last.planned_at >= since;
}

export function defer(
  tx: Tx,
  request: AttemptRequest & { reason: string; notBefore?: Date | undefined },
): AttemptReply {
  return endAttempt(tx, request, (row) => {
    tx.update(row, { failures: 0, last_error: request.reason.slice(0, 300) });
    backOff(tx, row, request.notBefore?.getTime() ?? 0);
    tx.log("info", "signal.deferred", request.reason, row.request_id, { notBefore: new Date(row.not_before) });
  });
}

export function fail(tx: Tx, request: AttemptRequest & { error: string; reason: string }): AttemptReply {
  return endAttempt(tx, request, (row) => {
    tx.log("error", "signal.attempt_failed", `${request.error}: ${request.reason}`, row.request_id, {
      failures: row.failures + 1,
    });
    backOff(tx, row, 0);
    countFailure(tx, row, { error: request.error, reason: request.reason });
  });
}

/** An attempt that never came back: whatever it was sending is in doubt. */
export function expireLease(tx: Tx, row: SignalRow): void {
  const sent = tx.legs(row.request_id).some((leg) => isOpen(leg));
  tx.log("warn", "lease.expired", sent ? ASKED_NEXT : LEASE_EXPIRED, row.request_id, { attempt: row.attempts });
  release(tx, row);
  // No further pause: the lease has been one.
  countFailure(tx, row, { error: "lease_expired", reason: LEASE_EXPIRED });
  tx.touch(row);
}

function endAttempt(tx: Tx, request: AttemptRequest, verdict: (row: SignalRow) => void): AttemptReply {
  const row = underLease(tx, request);
  if (row) {
    release(tx, row);
    verdict(row);
  }
  finish(tx);
  if (!row) return { status: "stale_lease" };
  return row.outcome === null ? { status: "ok" } : { status: "ok", outcome: row.outcome };
}

function release(tx: Tx, row: SignalRow): void {
  tx.update(row, { lease: null, lease_until: null, hints: 0, hint_at: 0 });
  for (const leg of tx.legs(row.request_id)) {
    if (leg.status === "sending") toDoubt(tx, row, leg, "The attempt ended without an answer of the venue");
  }
}

/** What remains planned waits: 1 s doubling to 30 s, or as long as the venue said. */
function backOff(tx: Tx, row: SignalRow, notBefore: number): void {
  if (row.ended === 1) return;
  if (!tx.legs(row.request_id).some((leg) => isMain(leg) && leg.status === "planned")) return;
  const due = Math.max(tx.now + attemptBackoff(row.backoffs), notBefore);
  tx.update(row, { backoffs: row.backoffs + 1, not_before: due });
}

function countFailure(tx: Tx, row: SignalRow, cause: { error: string; reason: string }): void {
  const failures = row.failures + 1;
  tx.update(row, { failures, last_error: `${cause.error}: ${cause.reason}`.slice(0, 300) });
  if (failures < MAX_FAILURES) return;
  tx.update(row, { failures: 0 });
  closeUnprotected(tx, row);
  if (row.ended === 0) giveUp(tx, row, cause);
}

/** Filled, but the protection that should follow never got out: all that is left is to close. */
function closeUnprotected(tx: Tx, row: SignalRow): void {
  if (row.guarding === 0 || row.emergency !== GUARDED) return;
  const missing = tx.legs(row.request_id).filter((leg) => leg.status === "planned" && !isMain(leg));
  const cause = row.last_error ?? "three failed attempts";
  if (!missing.some((leg) => leg.role === "stop")) {
    const targets = missing.filter((leg) => leg.role === "target");
    for (const leg of targets) dropLeg(tx, leg, "failed", sentence(cause));
    if (targets.length > 0) {
      notify(tx, row, "warning", `Target failed and given up: ${row.symbol} · ${tx.ledger}`, [
        { label: "Cause", value: sentence(cause) },
      ]);
    }
    return;
  }
  if (isCovered(tx, row)) {
    for (const leg of missing) if (leg.role === "stop") dropLeg(tx, leg, "failed", sentence(cause));
    return notify(tx, row, "warning", `Stop failed, the larger one stands: ${row.symbol} · ${tx.ledger}`, [
      { label: "Cause", value: cause },
    ]);
  }
  tx.update(row, { emergency: CLOSING });
  notify(tx, row, "critical", `Protection failed, closing the position: ${row.symbol} · ${tx.ledger}`, [
    { label: "Cause", value: cause },
    CLOSES_ITSELF,
  ]);
}

function giveUp(tx: Tx, row: SignalRow, cause: { error: string; reason: string }): void {
  const main = tx.legs(row.request_id).filter(isMain);
  if (main.some((leg) => leg.status === "in_doubt" || leg.status === "sending")) return;
  // Only the word for it is missing: what its legs came to is how it ends.
  if (main.length > 0 && main.every((leg) => leg.status !== "planned")) return;
  const reason = sentence(`Given up after ${MAX_FAILURES} failed attempts: ${cause.reason}`);
  const sent = main.some((leg) => leg.status === "done");
  for (const leg of main) if (leg.status === "planned") dropLeg(tx, leg, "failed", reason);
  // With an order at the venue there is nothing to replay; the judgement ends it as failed.
  if (!sent) endSignal(tx, row, { outcome: "failed", reason }, { error: cause.error });
}
