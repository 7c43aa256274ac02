import * as z from "zod";
import { problems, route } from "./route.ts";

/** Any key of KV: 512 bytes at most, and no control characters. */
const configKeyName = z.string().regex(/^[\x21-\x7e]{1,512}$/, "must be 1-512 characters without spaces");

const entry = z.object({ key: z.string(), value: z.string() });
export type ConfigEntry = z.infer<typeof entry>;

/** The part of `opsRoutes` that is about KV. Values are as ops-worker sees them: KV may show an older one elsewhere. */
export const configRoutes = {
  config: route({
    method: "GET",
    path: "/ops/config",
    query: z.object({ prefix: z.string().max(512).default("") }),
    reply: z.object({ entries: z.array(entry), problems }),
  }),
  /** Without a value the key is deleted. 409 when the value of a key that Hoox reads does not fit. */
  setConfig: route({
    method: "PUT",
    path: "/ops/config",
    body: z.object({
      key: configKeyName,
      value: z.string().max(100_000).optional(),
      reason: z.string().trim().min(1).max(500),
    }),
    reply: z.object({ key: z.string(), note: z.string() }),
  }),
} as const;
