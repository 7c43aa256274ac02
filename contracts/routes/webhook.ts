import * as z from "zod";
import { signal } from "../signal.ts";
import { route } from "./route.ts";

/** One field of an alert: what of the signal it became (`as`), and that in words. Keys are never shown. */
export const understoodField = z.object({ field: z.string(), value: z.string(), as: z.string(), means: z.string() });

export type UnderstoodField = z.infer<typeof understoodField>;

/** The gateway's own, beside `POST /webhook`. */
export const webhookRoutes = {
  /**
   * How an alert would be understood: the body is the alert as it would be sent. With a webhook key or the operator
   * key, which may name another strategy than the alert's key. Nothing is accepted, recorded or told; a refusal is the
   * one that `/webhook` would answer.
   */
  check: route({
    method: "POST",
    path: "/webhook/check",
    query: z.object({ strategy: z.string().optional() }),
    body: z.string(),
    reply: z.object({
      requestId: z.string(),
      signal: signal.unwrap().omit({ requestId: true }),
      understood: z.array(understoodField),
      /** Fields that mean nothing to Hoox. */
      ignored: z.array(z.string()),
    }),
  }),
} as const;

export type AlertCheck = z.infer<(typeof webhookRoutes.check)["reply"]>;
