import * as z from "zod";
import { firstProblem } from "#contracts/codec";
import { HttpError } from "#runtime/http-error";
import type { Log } from "#runtime/log";
import type { Recent } from "../recent.ts";

const chat = z.object({ id: z.int(), type: z.string(), title: z.string().optional(), username: z.string().optional() });
const message = z.object({ chat, text: z.string().optional() });

/** What is read of an update; it carries much more, and kinds of which we take only the id. */
const update = z.object({
  update_id: z.int(),
  message: message.optional(),
  edited_message: message.optional(),
  channel_post: message.optional(),
  my_chat_member: z.object({ chat }).optional(),
});

export interface UpdateDeps {
  knownChatId: string;
  /** Undefined without a bot token. */
  say: ((chatId: string, text: string) => Promise<void>) | undefined;
  seen: Recent<true>;
}

const POINTER = "Hoox only writes here. To ask it something, use a terminal: npx hoox status";

/**
 * One update from Telegram's webhook. Answers the reply still to be sent, if there is one: Telegram waits
 * for our 200, not for our words. Throws 400 when it is no update.
 */
export function onTelegramUpdate(body: unknown, log: Log, deps: UpdateDeps): (() => Promise<void>) | undefined {
  const parsed = update.safeParse(body);
  if (!parsed.success)
    throw new HttpError(400, "invalid_update", `not a Telegram update: ${firstProblem(parsed.error)}`);
  const { update_id: id, ...kinds } = parsed.data;
  if (deps.seen.get(String(id))) {
    log("info", "telegram.update", `update ${id} came again and was dropped`, { updateId: id });
    return undefined;
  }
  deps.seen.set(String(id), true);
  const from = (kinds.message ?? kinds.edited_message ?? kinds.channel_post ?? kinds.my_chat_member)?.chat;
  const known = from !== undefined && String(from.id) === deps.knownChatId;
  // The id of an unknown chat is what a person who is setting this up looks for.
  const who = from === undefined ? "no chat" : known ? `chat ${from.id}` : `unknown chat ${from.id}`;
  log("info", "telegram.update", `update ${id} from ${who}`, {
    updateId: id,
    chatId: from?.id,
    chatType: from?.type,
    known,
  });

  const { say } = deps;
  const text = kinds.message?.text;
  if (!say || !known || text === undefined) return undefined;
  const addressed = from.type === "private" || text.startsWith("/");
  return addressed ? () => say(String(from.id), POINTER) : undefined;
}
