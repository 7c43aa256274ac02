import * as z from "zod";
import { deadLetterClass, forcible, verdict } from "./dead-letter.ts";
import { verdicts, type Verdict } from "./verdict.ts";
import { requestId } from "./ids.ts";
import { strategyName } from "./strategy.ts";

const time = z.iso.datetime();
const text = z.string().min(1).max(200);

/** More letters than this are not planned or replayed in one go. */
export const MAX_PLANNED = 10_000;

export const letterStatus = z.enum(["open", "replayed", "resolved", "discarded"]);

/** Which letters; all that are given must hold. */
export const letterFilters = z.object({
  ids: z.array(text).min(1).max(1_000).optional(),
  queue: text.optional(),
  /** Parked first at or after, and before. */
  since: time.optional(),
  until: time.optional(),
  class: deadLetterClass.optional(),
  fingerprint: text.optional(),
  lane: text.optional(),
  strategy: strategyName.optional(),
  requestId: requestId.optional(),
  status: letterStatus.optional(),
  replayId: text.optional(),
});
export type LetterFilters = z.infer<typeof letterFilters>;

/** For acts on many: `all` says that no filter is meant. */
export const letterSelection = letterFilters.extend({ all: z.literal(true).optional() });
export type LetterSelection = z.infer<typeof letterSelection>;

/** How many letters have which verdict; those that none has are absent. */
export const verdictCounts = z.partialRecord(verdict, z.int().min(1));
export type VerdictCounts = z.infer<typeof verdictCounts>;

/** Letters with the same cause. */
export const letterGroup = z.object({
  fingerprint: z.string(),
  queue: z.string(),
  class: deadLetterClass,
  error: z.string(),
  /** Of the example. */
  reason: z.string(),
  count: z.int(),
  firstAt: time,
  lastAt: time,
  /** Id of the letter parked last. */
  example: z.string(),
  /** Of its open letters; absent where nobody judged. */
  verdicts: verdictCounts.optional(),
});
export type LetterGroup = z.infer<typeof letterGroup>;

export const plannedLetter = z.object({
  id: z.string(),
  requestId: z.string(),
  queue: z.string(),
  type: z.string().optional(),
  class: deadLetterClass,
  fingerprint: z.string(),
  lane: z.string().optional(),
  createdAt: time,
  parkedAt: time,
  generation: z.int(),
  verdict,
  /** Why, as a sentence. */
  reason: z.string(),
  /** What would make it another verdict: a deploy, a look at the venue, `--force`. */
  hint: z.string().optional(),
});
export type PlannedLetter = z.infer<typeof plannedLetter>;

/** What a replay would do now. Advice, never permission: each letter is judged again when its turn comes. */
export const replayPlan = z.object({
  /** Of the letters and their verdicts: equal for equal plans. */
  hash: z.string(),
  plannedAt: time,
  /** In the order of a replay: parked first, first. */
  letters: z.array(plannedLetter),
  summary: verdictCounts,
  /** Who could not be asked; letters that hang on the answer are UNCERTAIN. */
  problems: z.array(z.string()).optional(),
});
export type ReplayPlan = z.infer<typeof replayPlan>;

export const replayStates = [
  /** Behind another job. */
  "queued",
  /** Its first letters, few at a time, each time waiting for how they end. */
  "canary",
  "running",
  /** Goes on by itself when what it waits for has passed. */
  "waiting",
  "paused",
  /** Letters died again for the same cause. */
  "stopped",
  "cancelled",
  "done",
] as const;
export const replayState = z.enum(replayStates);
export type ReplayState = z.infer<typeof replayState>;

/** States that a job never leaves. */
export const endedReplayStates: readonly ReplayState[] = ["stopped", "cancelled", "done"];

export const replayRate = z.int().min(1).max(500);
export const DEFAULT_REPLAY_RATE = 20;

export const replayJob = z.object({
  id: z.uuid(),
  state: replayState,
  /** Letters per second at most. */
  rate: replayRate,
  force: z.array(forcible),
  reason: z.string(),
  by: z.string(),
  selection: letterSelection,
  planHash: z.string(),
  createdAt: time,
  /** Letters parked later are not part of it. */
  cutoff: time,
  startedAt: time.optional(),
  endedAt: time.optional(),
  counts: z.object({
    total: z.int(),
    pending: z.int(),
    /** Executed: sent to their queue, or revived in their ledger. */
    sent: z.int(),
    skipped: z.int(),
    failed: z.int(),
    /** Of the sent ones. */
    resolved: z.int(),
    diedAgain: z.int(),
    /** Open again because nothing was heard of them. */
    lost: z.int().default(0),
  }),
  /** Why letters were skipped. */
  skipped: verdictCounts,
  /** Why it waits, in words. */
  waitingFor: z.string().optional(),
  stoppedBecause: z.string().optional(),
  /** The job that runs before it. */
  behind: z.uuid().optional(),
});
export type ReplayJob = z.infer<typeof replayJob>;

export const replayItem = z.object({
  /** Order of execution, from 1. */
  position: z.int(),
  id: z.string(),
  requestId: z.string(),
  queue: z.string(),
  fingerprint: z.string(),
  state: z.enum(["pending", "sent", "skipped", "failed"]),
  verdict: verdict.optional(),
  reason: z.string().optional(),
  at: time.optional(),
});
export type ReplayItem = z.infer<typeof replayItem>;

const reason = z.string().trim().min(1).max(500);

export const planBody = letterSelection;

export const createReplayBody = letterSelection.extend({
  /** Sent again after a lost answer, it is the same job. */
  id: z.uuid().optional(),
  /** 409 when the letters or their verdicts are others by now. Without filters: those that it was made of. */
  planHash: z.string().optional(),
  rate: replayRate.default(DEFAULT_REPLAY_RATE),
  /** Verdicts to execute beside SAFE; needs a reason. */
  force: z.array(forcible).max(3).default([]),
  reason: reason.optional(),
});

export const replayReply = z.object({ replay: replayJob, note: z.string().optional() });

export const replayQuery = z.object({
  /** `position` of the last item seen. */
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(0).max(1_000).default(0),
  state: replayItem.shape.state.optional(),
});

export const changeReplayBody = z.object({ reason: reason.optional() });

export const discardBody = letterSelection.extend({ reason });

export const letterAudit = z.object({
  at: time,
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  reason: z.string(),
  requestId: z.string(),
});
export type LetterAudit = z.infer<typeof letterAudit>;

/** In the order of {@link verdicts}. */
export function countVerdicts(all: readonly { verdict: Verdict }[]): VerdictCounts {
  const counts: VerdictCounts = {};
  for (const each of verdicts) {
    const count = all.filter((letter) => letter.verdict === each).length;
    if (count > 0) counts[each] = count;
  }
  return counts;
}
