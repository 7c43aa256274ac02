import * as z from "zod";
import { verdict } from "../dead-letter.ts";
import { deadLetterRow, judgedLetter, letterEvent, letterNow, letterRef } from "../letter-view.ts";
import { logRow } from "../log-view.ts";
import { letterFilters, letterGroup, letterStatus } from "../replay.ts";
import { limit, route, time } from "./route.ts";

/** Opaque; the `next` of the page before. */
const cursor = z.string().max(300).optional();
/** Absent on the last page. */
const next = z.string().optional();

/** The one who acts and why: what the history of a letter says. */
const act = z.object({ by: z.string().min(1).max(120), reason: z.string().trim().min(1).max(500) });
const replayId = z.string().min(1).max(80);

export const deadLettersQuery = letterFilters.omit({ ids: true }).extend({ cursor, limit });
export const deadLettersReply = z.object({
  /** In order of their first parking, the latest first. */
  deadLetters: z.array(deadLetterRow),
  /** How many are open in all. */
  open: z.int(),
  /** How many fit the filters, on whatever page. */
  total: z.int(),
  next,
});

export const deadLetterReply = z.object({
  deadLetter: deadLetterRow,
  /** As it stood on its queue, redacted. */
  body: z.unknown(),
  history: z.array(letterEvent),
  /** The request's last lines before an `unexplained` death: all that is known of why. */
  story: z.array(logRow).optional(),
});

export const judgeLettersBody = z.object({
  filters: letterFilters.default({}),
  cursor,
  limit: z.int().min(1).max(200).default(100),
});
export const judgeLettersReply = z.object({
  /** In order of their first parking, the oldest first. */
  letters: z.array(judgedLetter),
  total: z.int(),
  next,
});

/** One per letter asked for, in that order. */
export const takenLetter = z.discriminatedUnion("status", [
  /** It is this replay's now; the same answer to the same replay as long as it has not gone on. */
  z.object({
    status: z.literal("taken"),
    id: z.string(),
    requestId: z.string(),
    queue: z.string(),
    type: z.string().nullable(),
    /** Of the life that ended; the next one is one more. */
    generation: z.int(),
    body: z.unknown(),
  }),
  /**
   * It is not as it was planned. `now.replay_id` equal to one's own says that this replay took it and it has
   * gone on since: resolved, or open again because it died again.
   */
  z.object({ status: z.literal("changed"), id: z.string(), now: letterNow }),
  z.object({ status: z.literal("unknown"), id: z.string() }),
]);
export type TakenLetter = z.infer<typeof takenLetter>;

const changedLetter = z.object({ id: z.string(), now: letterNow.optional() });

export const replayProgressReply = z.object({
  /** Letters that the replay has taken, by where they stand now. */
  statuses: z.partialRecord(letterStatus, z.int()),
  /** Those that died again, the latest first; at most 100. */
  diedAgain: z.array(
    z.object({
      id: z.string(),
      parkedAt: time,
      fingerprint: z.string(),
      /** It died of what it had died of before. */
      sameCause: z.boolean(),
      error: z.string(),
      reason: z.string(),
    }),
  ),
});

/** The part of `databaseRoutes` that is about dead letters. */
export const letterRoutes = {
  deadLetters: route({ method: "GET", path: "/dead-letters", query: deadLettersQuery, reply: deadLettersReply }),
  deadLetterGroups: route({
    method: "GET",
    path: "/dead-letter-groups",
    query: deadLettersQuery.omit({ cursor: true }),
    /** The largest first. */
    reply: z.object({ groups: z.array(letterGroup) }),
  }),
  /** The id is URL-encoded: message ids contain slashes. */
  deadLetter: route({ method: "GET", path: "/dead-letters/:id", reply: deadLetterReply }),
  /** Reads only. */
  judgeLetters: route({
    method: "POST",
    path: "/dead-letter-judgements",
    body: judgeLettersBody,
    reply: judgeLettersReply,
  }),
  /** Open letters that are as they were planned become this replay's, in one commit. */
  takeLetters: route({
    method: "POST",
    path: "/dead-letter-takings",
    body: act.extend({ replayId, letters: z.array(letterRef).min(1).max(100) }),
    reply: z.object({ letters: z.array(takenLetter) }),
  }),
  /** Taken, but refused when it was to be executed: open again, and no longer this replay's. */
  releaseLetters: route({
    method: "POST",
    path: "/dead-letter-releases",
    body: z.object({
      by: act.shape.by,
      replayId,
      letters: z
        .array(z.object({ id: z.string(), reason: act.shape.reason, verdict: verdict.optional() }))
        .min(1)
        .max(100),
    }),
    reply: z.object({ released: z.array(z.string()) }),
  }),
  /** Replayed, and nothing was heard of them since then: open again. Asked once more, it finds none. */
  reopenLetters: route({
    method: "POST",
    path: "/dead-letter-reopenings",
    body: act.extend({ sentBefore: time }),
    /** At most 500; more come with the next call. */
    reply: z.object({ reopened: z.array(z.object({ id: z.string(), queue: z.string() })) }),
  }),
  discardLetters: route({
    method: "POST",
    path: "/dead-letter-discards",
    body: act.extend({ letters: z.array(letterRef).min(1).max(100) }),
    reply: z.object({ discarded: z.array(z.string()), changed: z.array(changedLetter) }),
  }),
  /** Brings letters back from the archive that the database would not take when they came. */
  restoreLetters: route({
    method: "POST",
    path: "/dead-letter-restorations",
    body: z.object({ limit: z.int().min(1).max(500).default(200) }),
    reply: z.object({
      restored: z.int(),
      /** Still there, for another call; counted up to 1,000. */
      remaining: z.int(),
      /** Those among them that will not come by themselves, and why. */
      kept: z.array(z.object({ object: z.string(), problem: z.string() })),
    }),
  }),
  replayProgress: route({ method: "GET", path: "/replays/:replayId/progress", reply: replayProgressReply }),
} as const;
