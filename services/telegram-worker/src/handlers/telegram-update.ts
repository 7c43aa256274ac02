import type { DataOn } from "#queues/registry";
import { HttpError } from "#runtime/http-error";
import type { Log } from "#runtime/log";
import type { Buttons } from "../buttons.ts";
import type { Chats } from "../chats.ts";
import type { Recent } from "../recent.ts";
import { noteStranger, type StrangerDeps } from "../strangers.ts";
import { commandIn, isAddressed, personOf, readUpdate, type Update } from "../update.ts";

type Ask = DataOn<"commands", "command.requested">;

/** What is said to a press at once; the answer to it comes as a message. */
export interface Pressed {
  /** Ends the little clock on the button; `alert` is a window that must be closed. */
  answer(queryId: string, of: { text: string; alert: boolean }): Promise<void>;
  removeButtons(chatId: string, messageId: number): Promise<void>;
}

export interface UpdateDeps extends StrangerDeps {
  chats: Chats;
  buttons: Buttons;
  /** Undefined without a bot token. */
  pressed: Pressed | undefined;
  seen: Recent<true>;
}

/**
 * One update from Telegram's webhook: what a configured chat asks for goes to the queue `commands`. Answers
 * what may be done after our 200, for which Telegram waits. Throws when the update should come again.
 */
export async function onTelegramUpdate(
  body: unknown,
  of: { requestId: string; log: Log },
  deps: UpdateDeps,
): Promise<(() => Promise<void>) | undefined> {
  const update = readUpdate(body);
  const { requestId, log } = of;
  const id = String(update.update_id);
  if (deps.seen.get(id)) {
    log("info", "telegram.update", `update ${id} came again and was dropped`, { updateId: id });
    return undefined;
  }
  const heard = await hear(update, deps);
  const later = heard.known ? await askFor(heard, requestId, deps) : undefined;
  if (!heard.known && heard.chatId !== undefined) {
    const { chatId, chatType, asked, person } = heard;
    await noteStranger({ chatId, chatType, asked, person, requestId }, log, deps);
  } else {
    const { chatId, asked, ask, problem } = heard;
    const line = `chat ${chatId ?? "?"}: ${asked}${problem === undefined ? "" : ` (${problem})`}`;
    const severity = problem === undefined ? (ask ? "info" : "debug") : "warn";
    log(severity, "telegram.update", line, { updateId: id, chatId, asked });
  }
  deps.seen.set(id, true);
  return later;
}

interface Heard {
  update: Update;
  known: boolean;
  chatId: string | undefined;
  chatType: string;
  person: string | undefined;
  /** In words that may be logged. */
  asked: string;
  ask?: Ask["ask"];
  /** Why a press counts for nothing. */
  problem?: "expired" | "forged";
}

async function hear(update: Update, deps: UpdateDeps): Promise<Heard> {
  const { message, callback_query: query } = update;
  const where = (message ?? query?.message ?? update.my_chat_member)?.chat;
  const chatId = where === undefined ? undefined : String(where.id);
  const heard = {
    update,
    chatId,
    chatType: where?.type ?? "private",
    known: chatId !== undefined && (await deps.chats.isKnown(chatId)),
    person: personOf((message ?? query)?.from),
    asked: "nothing",
  };
  if (message?.text !== undefined) {
    const asked = commandIn(message.text);
    if (!isAddressed(message.text, heard.chatType)) return { ...heard, asked };
    return { ...heard, asked, ask: { kind: "text", text: message.text.slice(0, 4_096) } };
  }
  if (query === undefined || chatId === undefined) return heard;
  if (!heard.known) return { ...heard, asked: "a button" };
  const read = await deps.buttons.read(query.data ?? "", { chatId, now: deps.now() });
  if (typeof read === "string") return { ...heard, asked: "a button", problem: read };
  return { ...heard, asked: `button ${read.action}`, ask: { kind: "button", action: read.action } };
}

async function askFor(
  { update, ask, problem, chatId = "", chatType, person }: Heard,
  requestId: string,
  deps: UpdateDeps,
): Promise<(() => Promise<void>) | undefined> {
  const { message, callback_query: query } = update;
  const messageId = (message ?? query?.message)?.message_id;
  if (ask) {
    // A press has no date of its own; how long a button holds is signed into it.
    const at = message === undefined ? deps.now() : new Date(message.date * 1_000);
    const data: Ask = { chatId, chatType, ask, person, messageId, at };
    await deps.producer
      .send("commands", "command.requested", data, { requestId, id: `telegram/${update.update_id}` })
      .catch((error: unknown) => {
        // Not 2xx: Telegram brings it again.
        throw new HttpError(503, "command_not_queued", "the command could not be queued", { cause: error });
      });
  }
  const { pressed } = deps;
  if (!query || !pressed) return undefined;
  const text = problem === undefined ? "on its way" : "This button holds no more. Send the command again.";
  return async () => {
    await pressed.answer(query.id, { text, alert: problem !== undefined });
    if (messageId !== undefined) await pressed.removeButtons(chatId, messageId);
  };
}
