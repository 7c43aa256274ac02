import * as z from "zod";
import { defineContract } from "./envelope.ts";

export const severity = z.enum(["info", "warning", "critical"]);

/** Something a trader should read. Plain text throughout: telegram-worker escapes it. */
export const notificationRequested = defineContract({
  type: "notification.requested",
  version: 1,
  data: () =>
    z.object({
      severity,
      /** One line that stands alone: `Bought 0.01 BTCUSDT at 65000 · main:paper`. */
      title: z.string().min(1).max(300),
      /** Detail below it, in order. */
      details: z.array(z.object({ label: z.string().max(40), value: z.string().max(500) })).max(20),
      /** Another chat than the configured one. */
      chatId: z.string().optional(),
      /** `answer`: what a chat asked for, told without the id of its request. */
      kind: z.enum(["event", "answer"]).optional(),
      /** The message in that chat that it answers. */
      replyTo: z.int().optional(),
      /** Rows of buttons below it. A press comes back as `command.requested` with the action. */
      buttons: z
        .array(z.array(z.object({ label: z.string().min(1).max(40), action: z.string().min(1).max(30) })).max(4))
        .max(6)
        .optional(),
      /** A press after that is refused. */
      buttonsUntil: z.date().optional(),
      /** Id of the critical notification that it says again; acknowledging this acknowledges that. */
      repeatOf: z.string().optional(),
      at: z.date(),
    }),
});

/** A row of `notifications`: what became of a request. */
export const notificationSent = defineContract({
  type: "notification.sent",
  version: 1,
  data: () =>
    z.object({
      /** Message id of the `notification.requested`. */
      notificationId: z.string(),
      severity,
      title: z.string(),
      channel: z.enum(["telegram", "log"]),
      chatId: z.string().optional(),
      status: z.enum(["sent", "failed"]),
      reason: z.string().optional(),
      /** As in the request. */
      repeatOf: z.string().optional(),
      sentAt: z.date(),
    }),
});

/** A row of `acknowledgements`: somebody has seen a critical notification, so it is said no more. */
export const notificationAcknowledged = defineContract({
  type: "notification.acknowledged",
  version: 1,
  data: () =>
    z.object({
      notificationId: z.string(),
      /** `operator` or `telegram:<chat>`. */
      by: z.string(),
      at: z.date(),
    }),
});
