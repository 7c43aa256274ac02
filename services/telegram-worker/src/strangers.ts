import type { Producer } from "#queues/producer";
import type { Log } from "#runtime/log";

export interface StrangerDeps {
  producer: Producer;
  now: () => Date;
  /** What this isolate has written down in this hour. */
  strangers: { hour: string; chats: Set<string> };
}

/** Anybody may write to a bot: past so many strangers an hour nothing more is written down. */
const STRANGERS_AN_HOUR = 20;

/**
 * Somebody who may not ask has asked. Nothing is answered; an audit row and a line of the log say so, once
 * per chat and hour: the row's id is the same for all isolates.
 */
export async function noteStranger(
  stranger: { chatId: string; chatType: string; asked: string; person: string | undefined; requestId: string },
  log: Log,
  deps: StrangerDeps,
): Promise<void> {
  const { chatId, chatType, asked, requestId } = stranger;
  const at = deps.now();
  const hour = at.toISOString().slice(0, 13);
  if (deps.strangers.hour !== hour) deps.strangers = { hour, chats: new Set() };
  const { chats } = deps.strangers;
  const fields = { chatId, chatType, asked };
  if (chats.has(chatId) || chats.size >= STRANGERS_AN_HOUR) {
    log("debug", "telegram.stranger", `unknown chat ${chatId} again`, fields);
    return;
  }
  chats.add(chatId);
  // The id of an unknown chat is what a person who is setting this up looks for.
  const reason = `unknown chat ${chatId} asked ${asked} and was not answered`;
  log("warn", "telegram.stranger", reason, fields);
  const row = { actor: `telegram:${chatId}`, action: "telegram.refused", target: asked, reason, at };
  await deps.producer
    .send("records", "audit.recorded", row, { requestId, id: `telegram/stranger/${chatId}/${hour}` })
    .catch((error: unknown) => log("error", "change.unannounced", `audit row of ${reason}: ${String(error)}`));
}
