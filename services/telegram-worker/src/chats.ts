import { TELEGRAM_CHATS_KEY, telegramChats } from "#contracts/telegram";
import type { Log } from "#runtime/log";
import type { KeyValueStore } from "./env.ts";

/** Who may ask and be told: the chat of TELEGRAM_CHAT_ID_DEFAULT and those that `hoox telegram setup` has written to KV. */
export interface Chats {
  /** Where notifications go that name no chat; empty when none is configured. Throws when that cannot be known. */
  default(): Promise<string>;
  isKnown(chatId: string): Promise<boolean>;
}

/** KV itself may lag by a minute; a chat that was just set up should not wait much longer. */
const FRESH_MS = 10_000;

export function createChats(of: { secret: string; config: KeyValueStore; log: Log; now: () => Date }): Chats {
  let last: { ids: readonly string[]; at: number } | undefined;

  async function configured(): Promise<readonly string[]> {
    const at = of.now().getTime();
    if (last && last.ids.length > 0 && at - last.at < FRESH_MS) return last.ids;
    try {
      const text = await of.config.get(TELEGRAM_CHATS_KEY);
      const ids = text === null ? [] : telegramChats.parse(JSON.parse(text)).map(({ chatId }) => chatId);
      last = { ids, at };
      return ids;
    } catch (error) {
      of.log("warn", "telegram.chats_unread", `the KV key ${TELEGRAM_CHATS_KEY} could not be read: ${String(error)}`);
      if (last) return last.ids;
      throw error;
    }
  }

  return {
    async default() {
      return of.secret === "" ? ((await configured())[0] ?? "") : of.secret;
    },
    async isKnown(chatId) {
      return chatId === of.secret || (await configured()).includes(chatId);
    },
  };
}
