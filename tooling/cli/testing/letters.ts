import { verdictCounts, type PlannedLetter, type ReplayJob, type ReplayPlan } from "#contracts/replay";
import { countVerdicts } from "#contracts/replay";
import { ID } from "./samples.ts";

export const REPLAY = "0c2e8f6a-9d41-4f57-8a3b-6e1d2c5b7a90";
export const HASH = "3f2a9c5d1e7b8064";

export function plannedLetter(change: Partial<PlannedLetter> = {}): PlannedLetter {
  return {
    id: `${ID}/order.updated/3`,
    requestId: ID,
    queue: "records",
    type: "order.updated",
    class: "bug",
    fingerprint: "93f1a0c5d2e4b678",
    createdAt: "2026-11-23T11:57:00.000Z",
    parkedAt: "2026-11-23T11:57:00.000Z",
    generation: 0,
    verdict: "SAFE",
    reason: "Nothing speaks against it.",
    ...change,
  };
}

export function replayPlan(...letters: PlannedLetter[]): ReplayPlan {
  return {
    hash: HASH,
    plannedAt: "2026-11-23T12:00:00.000Z",
    letters,
    summary: verdictCounts.parse(countVerdicts(letters)),
  };
}

export function replayJob(
  change: Partial<Omit<ReplayJob, "counts">> & { counts?: Partial<ReplayJob["counts"]> } = {},
): ReplayJob {
  return {
    id: REPLAY,
    state: "running",
    rate: 20,
    force: [],
    reason: "",
    by: "operator",
    selection: { all: true },
    planHash: HASH,
    createdAt: "2026-11-23T12:00:00.000Z",
    cutoff: "2026-11-23T12:00:00.000Z",
    skipped: {},
    ...change,
    counts: {
      total: 40,
      pending: 40,
      sent: 0,
      skipped: 0,
      failed: 0,
      resolved: 0,
      diedAgain: 0,
      lost: 0,
      ...change.counts,
    },
  };
}
