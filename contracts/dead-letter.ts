import * as z from "zod";
import { defineContract, type DataOf } from "./envelope.ts";
import { worker } from "./ids.ts";
import { verdicts } from "./verdict.ts";

/** Why a message was parked. `unexplained` is the platform's: it came without our wrapper, after a crash or time-out. */
export const deadLetterClass = z.enum([
  "undecodable",
  "no_handler",
  "permanent",
  "retries_exhausted",
  "bug",
  "unexplained",
]);

export const verdict = z.enum(verdicts);

/** Those that an operator with a reason may overrule. */
export const forcible = z.enum(["STALE", "SUPERSEDED", "NEEDS_FIX"]);
export type Forcible = z.infer<typeof forcible>;

/**
 * A parked message: the original body with all that a person or a replay needs to know.
 * The envelope around it carries the original's requestId, or a fresh one when nobody could read it.
 */
export const letterParked = defineContract({
  type: "letter.parked",
  version: 1,
  data: () =>
    z.object({
      /** Id of the parked message (its envelope's, else the platform's): letters are upserted by it. */
      messageId: z.string(),
      originQueue: z.string(),
      type: z.string().optional(),
      class: deadLetterClass,
      /** Error name or code, such as `TelegramForbidden`. */
      error: z.string(),
      /** What failed, redacted. */
      reason: z.string(),
      /** Equal for letters with the same cause: class, error and reason without ids and numbers. */
      fingerprint: z.string(),
      attempts: z.int().min(0),
      firstSeenAt: z.date(),
      parkedAt: z.date(),
      /**
       * When this copy was put on its queue, which tells apart deaths whose time nobody knows: for an `unexplained`
       * letter `parkedAt` is when it was found, and another delivery of it is not another death.
       */
      sentAt: z.date().optional(),
      parkedBy: worker,
      workerVersion: z.string(),
      generation: z.int().min(0),
      /** True when no later copy can succeed, so the ledger that sent it may stop publishing. */
      final: z.boolean(),
      body: z.unknown(),
    }),
});
export type LetterData = DataOf<typeof letterParked>;
