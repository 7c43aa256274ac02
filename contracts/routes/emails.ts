import * as z from "zod";
import { route, time } from "./route.ts";

/** An e-mail as text, for the Worker that receives it: reading MIME takes more code than a gateway should carry. */
export const readEmail = z.object({
  /** The address in the header `From`, in lower case; empty when it names none or several. */
  from: z.string(),
  /** The header `Date`. */
  sentAt: time.optional(),
  /** The plain text, or that of the HTML. */
  text: z.string(),
  /** Headers `Authentication-Results`, the topmost first: the one that the last server added. */
  authentication: z.array(z.string()),
});
export type ReadEmail = z.infer<typeof readEmail>;

/** ops-worker, behind the internal key. */
export const emailRoutes = {
  read: route({
    method: "POST",
    path: "/emails/read",
    /** The message as it came, bytes as base64. */
    body: z.object({ raw: z.base64().max(200_000) }),
    reply: readEmail,
  }),
} as const;
