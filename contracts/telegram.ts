import * as z from "zod";

/** KV key in CONFIG: chats that may ask and be told, beside TELEGRAM_CHAT_ID_DEFAULT. Written by ops-worker alone. */
export const TELEGRAM_CHATS_KEY = "telegram:chats";
export const chatId = z.string().regex(/^-?\d{1,20}$/, "must be a number such as 4242 or -1001234567890");
export const telegramChats = z
  .array(z.object({ chatId, title: z.string().max(80).optional(), addedAt: z.iso.datetime() }))
  .max(20);
export type TelegramChats = z.infer<typeof telegramChats>;

/** KV key in CONFIG: when the daily summary is told. */
export const SUMMARY_KEY = "config:summary";
/** What may be changed of it, each on its own. */
export const summaryChange = z
  .object({
    enabled: z.boolean(),
    hour: z.int().min(0).max(23),
    timeZone: z.string().refine(isTimeZone, "must be a time zone such as Europe/Berlin or UTC"),
  })
  .partial();
export const summaryConfig = z.object({
  enabled: summaryChange.shape.enabled.unwrap().default(true),
  hour: summaryChange.shape.hour.unwrap().default(20),
  timeZone: summaryChange.shape.timeZone.unwrap().default("UTC"),
});
export type SummaryConfig = z.infer<typeof summaryConfig>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
}

/** A button's action that acknowledges a critical notification; ids are too long for a button, so it carries their hash. */
export const ACKNOWLEDGE = "ack:";

/** The first 16 characters of the id's SHA-256 in base64url: 96 bits. */
export async function shortHash(notificationId: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(notificationId));
  const text = btoa(String.fromCharCode(...new Uint8Array(hash).subarray(0, 12)));
  return text.replaceAll("+", "-").replaceAll("/", "_");
}

/** A critical notification that a chat was sent and nobody has acknowledged. */
export const unacknowledged = z.object({
  id: z.string(),
  request_id: z.string(),
  created_at: z.iso.datetime(),
  title: z.string(),
  chat_id: z.string().nullable(),
});
export type Unacknowledged = z.infer<typeof unacknowledged>;

/** What happened between two moments, for the daily summary. */
export const daySummary = z.object({
  /** Signals by how they ended; refused alerts and dropped duplicates stand here too. */
  outcomes: z.record(z.string(), z.int()),
  /** Exits that did not execute: what they should have closed may still be open. */
  exitsUnexecuted: z.int(),
  fills: z.int(),
  /** Net position per account, venue and symbol with what it has earned since the ledger began. */
  positions: z.array(
    z.object({
      account: z.string(),
      venue: z.string(),
      symbol: z.string(),
      realised_profit: z.string(),
      fees: z.string(),
    }),
  ),
  /** Milliseconds; absent when nothing was measured. */
  acknowledgement: z.object({ p50: z.number(), p99: z.number() }).optional(),
  alertToOrder: z.object({ p50: z.number(), p99: z.number() }).optional(),
});
export type DaySummary = z.infer<typeof daySummary>;
