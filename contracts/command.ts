import * as z from "zod";
import { defineContract } from "./envelope.ts";

/** Something that a person in a configured chat asks for. What may ask, and whether a button is real, was checked before. */
export const commandRequested = defineContract({
  type: "command.requested",
  version: 1,
  data: () =>
    z.object({
      chatId: z.string(),
      /** A group hears much that is not meant for the bot. */
      chatType: z.string(),
      ask: z.discriminatedUnion("kind", [
        /** As it was written: `/kill all venue misbehaves`. */
        z.object({ kind: z.literal("text"), text: z.string().max(4_096) }),
        /** A button that was sent with a notification, by its action. */
        z.object({ kind: z.literal("button"), action: z.string().max(40) }),
      ]),
      /** Who wrote or pressed, as Telegram names them. */
      person: z.string().max(80).optional(),
      /** The message that was written, or that has the button. */
      messageId: z.int().optional(),
      /** When it was said; Telegram goes on bringing it for hours when nobody takes it. */
      at: z.date(),
    }),
});

const ANSWER = "/answer";

/** Id of the notification that answers it. */
export function answerIdOf(commandId: string): string {
  return `${commandId}${ANSWER}`;
}

/** Id of the command that this notification answers, if it answers one. */
export function commandAnsweredBy(notificationId: string): string | undefined {
  return notificationId.endsWith(ANSWER) ? notificationId.slice(0, -ANSWER.length) : undefined;
}
