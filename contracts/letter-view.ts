import * as z from "zod";
import { deadLetterClass, verdict } from "./dead-letter.ts";
import { ledgerName } from "./ids.ts";
import { letterStatus } from "./replay.ts";

const time = z.iso.datetime();

/** A row of `dead_letters` without its body. */
export const deadLetterRow = z.object({
  /** Id of the parked message. */
  id: z.string(),
  request_id: z.string(),
  /** When it was parked first. */
  created_at: time,
  /** When it was parked last: with the id it names one death, which is what `letterRef` compares. */
  parked_at: time,
  queue: z.string(),
  type: z.string().nullable(),
  class: deadLetterClass,
  error: z.string(),
  reason: z.string(),
  fingerprint: z.string(),
  /** Deliveries over all its lives. */
  attempts: z.int(),
  generation: z.int(),
  /** Its last replay. */
  replay_id: z.string().nullable(),
  status: letterStatus,
  first_seen_at: time,
  resolved_at: time.nullable(),
  parked_by: z.string(),
  worker_version: z.string(),
  /** Of the signal that it is about, as far as the database knows it. */
  lane: z.string().nullable(),
  strategy: z.string().nullable(),
});
export type DeadLetterRow = z.infer<typeof deadLetterRow>;

/** One entry of a letter's history, the oldest first. */
export const letterEvent = z.discriminatedUnion("what", [
  z.object({
    what: z.literal("parked"),
    at: time,
    /** Deliveries of this life. */
    attempts: z.int(),
    generation: z.int(),
    class: deadLetterClass,
    error: z.string(),
    reason: z.string().optional(),
    fingerprint: z.string().optional(),
    by: z.string().optional(),
    version: z.string().optional(),
    replayId: z.string().optional(),
    /** Of an `unexplained` death: when the copy that died was put on its queue. */
    sentAt: time.optional(),
  }),
  z.object({ what: z.literal("replayed"), at: time, by: z.string(), reason: z.string(), replayId: z.string() }),
  /** Taken for a replay that then was refused: open again. */
  z.object({
    what: z.literal("released"),
    at: time,
    by: z.string(),
    reason: z.string(),
    replayId: z.string(),
    verdict: verdict.optional(),
  }),
  z.object({ what: z.literal("discarded"), at: time, by: z.string(), reason: z.string() }),
  /** Its effect was seen. */
  z.object({ what: z.literal("resolved"), at: time, reason: z.string() }),
]);
export type LetterEvent = z.infer<typeof letterEvent>;

/** One death of a letter; another parking of the same letter is not the same death. */
export const letterRef = z.object({ id: z.string().min(1).max(200), parkedAt: time });
export type LetterRef = z.infer<typeof letterRef>;

/** A letter with what d1-worker can say towards a verdict. */
export const judgedLetter = deadLetterRow.extend({
  /** Absent when the contracts of its queue read the body now; else why not. */
  unreadable: z.string().optional(),
  /** Whether the database shows the effect; `unknown` for what only others know, a signal for example. */
  effective: z.union([z.boolean(), z.literal("unknown")]),
  /** The ledger that has the signal; absent for other letters. */
  ledger: ledgerName.optional(),
});
export type JudgedLetter = z.infer<typeof judgedLetter>;

/** A letter as it stands now. */
export const letterNow = deadLetterRow.pick({ status: true, parked_at: true, generation: true, replay_id: true });
export type LetterNow = z.infer<typeof letterNow>;
