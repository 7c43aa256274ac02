import * as z from "zod";
import { defineContract } from "./envelope.ts";

/** A row of `audit_log`: who changed what, and why. Append-only. */
export const auditRecorded = defineContract({
  type: "audit.recorded",
  version: 1,
  data: () =>
    z.object({
      /** `operator`, `telegram:<chat>` or a Worker's name. */
      actor: z.string(),
      /** `noun.verb`: `kill-switch.on`. */
      action: z.string(),
      target: z.string(),
      reason: z.string(),
      at: z.date(),
    }),
});

/** A row of `queue_samples`: how deep a queue was at a moment. */
export const queueSampled = defineContract({
  type: "queue.sampled",
  version: 1,
  data: () =>
    z.object({
      queue: z.string(),
      backlogCount: z.int().min(0),
      backlogBytes: z.int().min(0),
      oldestMessageAt: z.date().optional(),
      sampledAt: z.date(),
    }),
});
