import { replayItem, replayJob, type ReplayItem, type ReplayJob, type VerdictCounts } from "#contracts/replay";
import type { JobStore } from "./job-store.ts";
import type { ItemRow, JobRow } from "./schema.ts";

/** A job as operators see it. */
export function viewJob(row: JobRow, store: JobStore): ReplayJob {
  const counts = store.counts(row.seq);
  const sum = (state: string): number =>
    counts.filter((each) => each.state === state).reduce((total, { count }) => total + count, 0);
  const skipped: VerdictCounts = {};
  for (const { state, verdict, count } of counts) if (state === "skipped" && verdict) skipped[verdict] = count;
  const behind = row.state === "queued" ? store.before(row) : undefined;
  return replayJob.parse({
    id: row.id,
    state: row.state,
    rate: row.rate,
    force: JSON.parse(row.force),
    reason: row.reason,
    by: row.by,
    selection: JSON.parse(row.selection),
    planHash: row.plan_hash,
    createdAt: iso(row.created_at),
    cutoff: iso(row.cutoff),
    startedAt: iso(row.started_at),
    endedAt: iso(row.ended_at),
    counts: {
      total: counts.reduce((total, { count }) => total + count, 0),
      pending: sum("pending"),
      sent: sum("sent"),
      skipped: sum("skipped"),
      failed: sum("failed"),
      resolved: row.resolved,
      diedAgain: row.died_again,
      lost: row.lost,
    },
    skipped,
    waitingFor: row.waiting_for ?? undefined,
    stoppedBecause: row.stopped_because ?? undefined,
    behind,
  });
}

export function viewItem(row: ItemRow): ReplayItem {
  return replayItem.parse({
    position: row.position,
    id: row.id,
    requestId: row.request_id,
    queue: row.queue,
    fingerprint: row.fingerprint,
    state: row.state,
    verdict: row.verdict ?? undefined,
    reason: row.reason ?? undefined,
    at: iso(row.at),
  });
}

function iso(milliseconds: number | null): string | undefined {
  return milliseconds === null ? undefined : new Date(milliseconds).toISOString();
}
