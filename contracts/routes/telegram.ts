import * as z from "zod";
import { chatId, summaryConfig, telegramChats, unacknowledged } from "../telegram.ts";
import { route, time } from "./route.ts";

const webhookUrl = z.url({ protocol: /^https$/, error: "must begin with https://" });

const botView = z.object({
  /** There is a bot token. */
  configured: z.boolean(),
  username: z.string().optional(),
  /** Where Telegram brings what people say; empty for nowhere. */
  webhook: z
    .object({ url: z.string(), pending: z.int(), lastErrorAt: time.optional(), lastError: z.string().optional() })
    .optional(),
  /** Where notifications go; empty for nowhere. */
  defaultChat: z.string(),
});

const startCode = z.string().regex(/^[A-Za-z0-9_-]{6,64}$/, "must be 6 to 64 of A-Z, a-z, 0-9, _ and -");

const foundReply = z.object({ chat: z.object({ chatId, title: z.string().optional() }).optional() });

/** telegram-worker, behind the internal key; `POST /telegram` is Telegram's own. */
export const telegramRoutes = {
  bot: route({ method: "GET", path: "/bot", reply: botView }),
  /** Waits a few seconds for somebody to send `/start <code>`. */
  find: route({ method: "POST", path: "/find", body: z.object({ code: startCode }), reply: foundReply }),
  test: route({
    method: "POST",
    path: "/test",
    body: z.object({ chatId: chatId.optional() }),
    reply: z.object({ chatId }),
  }),
  /** Without a url Telegram keeps what people say until it is asked. */
  webhook: route({
    method: "PUT",
    path: "/webhook",
    body: z.object({ url: webhookUrl.optional() }),
    reply: z.object({ url: z.string().optional() }),
  }),
} as const;

export const telegramStatus = botView.extend({
  chats: z.array(telegramChats.element),
  summary: summaryConfig,
  /** Critical notifications that nobody has acknowledged. */
  unacknowledged: z.array(unacknowledged),
  problems: z.array(z.string()),
});

export type TelegramStatus = z.infer<typeof telegramStatus>;
