import * as z from "zod";
import { firstProblem } from "#contracts/codec";
import { HttpError } from "#runtime/http-error";

const chat = z.object({ id: z.int(), type: z.string().default("private"), title: z.string().optional() });
const from = z.object({ id: z.int(), username: z.string().optional(), first_name: z.string().optional() });
const message = z.object({
  message_id: z.int(),
  date: z.int().default(0),
  chat,
  from: from.optional(),
  text: z.string().optional(),
});

/** What is read of an update; it carries much more, and kinds of which we take only the id. */
export const update = z.object({
  update_id: z.int(),
  message: message.optional(),
  callback_query: z
    .object({ id: z.string(), from, message: message.partial({ date: true }).optional(), data: z.string().optional() })
    .optional(),
  my_chat_member: z.object({ chat }).optional(),
});
export type Update = z.infer<typeof update>;

/** Throws 400 when it is no update. */
export function readUpdate(body: unknown): Update {
  const parsed = update.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, "invalid_update", `not a Telegram update: ${firstProblem(parsed.error)}`);
}

export function personOf(who: z.infer<typeof from> | undefined): string | undefined {
  if (who === undefined) return undefined;
  return (who.username === undefined ? (who.first_name ?? String(who.id)) : `@${who.username}`).slice(0, 80);
}

/** A group hears much that is not meant for the bot: there only what begins with a slash is. */
export function isAddressed(text: string, chatType: string): boolean {
  return chatType === "private" || text.startsWith("/");
}

/** The first word, for people and logs: never what else somebody wrote. */
export function commandIn(text: string): string {
  return /^\/\w{1,32}/.exec(text)?.[0] ?? "something";
}
