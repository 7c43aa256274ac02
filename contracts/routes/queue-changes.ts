import * as z from "zod";
import { problems, route } from "./route.ts";

/** Who changes a queue of an account does so past the mesh: this is how it gets into the audit log. */
export const queueChangedRoute = route({
  method: "POST",
  path: "/ops/queues/changes",
  body: z.object({
    queue: z.string().min(1).max(63),
    change: z.enum(["pause", "resume", "purge"]),
    reason: z.string().trim().min(1).max(500),
  }),
  reply: z.object({ problems }),
});

export type QueueChange = "pause" | "resume" | "purge";
