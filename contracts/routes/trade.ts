import * as z from "zod";
import { task } from "../ledger.ts";
import { signal } from "../signal.ts";
import { route } from "./route.ts";

/** trade-worker's own fetch handler: the hand-over of one claimed signal. Answers 202 and works on. */
export const tradeRoutes = {
  attempt: route({
    method: "POST",
    path: "/attempts",
    body: z.object({
      ledger: z.string(),
      signal,
      lease: z.string(),
      attempt: z.int(),
      tasks: z.array(task),
      /** How the claim went: logged by the executing invocation, so that the consumer sends no log of its own. */
      claim: z
        .object({
          hintId: z.string(),
          purpose: z.enum(["execute", "watch"]),
          ms: z.int(),
          /** When the hint was published, and how long it then lay in its queue. */
          hintedAt: z.date().optional(),
          waitMs: z.int().optional(),
        })
        .optional(),
    }),
    reply: z.object({ status: z.literal("started") }),
  }),
} as const;
