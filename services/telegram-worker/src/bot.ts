// The web build everywhere: tests in Node then run what workerd runs, with fetch and without node-fetch.
import { Api, GrammyError } from "grammy/web";
import { ACKNOWLEDGE, shortHash } from "#contracts/telegram";
import { meaningOf, noChat } from "./bot-errors.ts";
import type { Buttons } from "./buttons.ts";
import type { Channel } from "./channel.ts";
import type { Digest } from "./digest.ts";
import type { Pressed } from "./handlers/telegram-update.ts";

export interface Bot extends Channel, Pressed {
  say(chatId: string, plain: string): Promise<void>;
}

export interface BotOptions {
  token: string;
  apiRoot: string;
  buttons: Buttons;
  timeoutSeconds?: number;
  /** A group became a supergroup: from now on its messages go to `to`. */
  onMoved?: (from: string, to: string) => void;
}

/** An acknowledgement may come as late as somebody wakes up. */
const ACKNOWLEDGE_HOLDS_MS = 7 * 86_400_000;

/** The bot as a channel. One message is one call, or two when Telegram cannot read our HTML. */
export function createBot({ token, apiRoot, buttons, timeoutSeconds = 8, onMoved }: BotOptions): Bot {
  const api = new Api(token, { apiRoot, timeoutSeconds });
  const quickApi = new Api(token, { apiRoot, timeoutSeconds: Math.min(timeoutSeconds, 3) });
  const moved = new Map<string, string>();

  async function post(chatId: string, text: string, extra: object = {}): Promise<void> {
    await api.sendMessage(chatId, text, { link_preview_options: { is_disabled: true }, ...extra });
  }

  async function postReadable(chatId: string, digest: Digest): Promise<void> {
    const extra = { ...replyOf(digest), ...(await keyboardOf(digest, chatId)) };
    try {
      await post(chatId, digest.html, { parse_mode: "HTML", ...extra });
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      await post(chatId, digest.plain, extra);
    }
  }

  async function keyboardOf({ buttons: own, acknowledges }: Digest, chatId: string): Promise<object> {
    const rows = [...(own?.rows ?? [])].map((row) =>
      row.map((each) => ({ ...each, until: own?.until ?? new Date(0) })),
    );
    if (acknowledges !== undefined) {
      const action = `${ACKNOWLEDGE}${await shortHash(acknowledges)}`;
      rows.push([{ label: "Acknowledge", action, until: new Date(Date.now() + ACKNOWLEDGE_HOLDS_MS) }]);
    }
    if (rows.length === 0) return {};
    const keyboard = rows.map((row) =>
      Promise.all(
        row.map(async ({ label, action, until }) => ({
          text: label,
          callback_data: await buttons.dataOf({ chatId, action, until }),
        })),
      ),
    );
    return { reply_markup: { inline_keyboard: await Promise.all(keyboard) } };
  }

  return {
    name: "telegram",
    async deliver(digest, chatId) {
      if (chatId === "") throw noChat();
      const to = moved.get(chatId) ?? chatId;
      try {
        await postReadable(to, digest);
        return to;
      } catch (error) {
        const newId = error instanceof GrammyError ? error.parameters.migrate_to_chat_id : undefined;
        if (newId === undefined) throw meaningOf(error, to);
        const next = String(newId);
        moved.set(chatId, next);
        onMoved?.(chatId, next);
        await postReadable(next, digest).catch((again: unknown) => {
          throw meaningOf(again, next);
        });
        return next;
      }
    },
    async say(chatId, plain) {
      await post(chatId, plain).catch((error: unknown) => {
        throw meaningOf(error, chatId);
      });
    },
    async answer(queryId, { text, alert }) {
      await api.answerCallbackQuery(queryId, { text, show_alert: alert });
    },
    async removeButtons(chatId, messageId) {
      await api.editMessageReplyMarkup(chatId, messageId, {});
    },
    async check() {
      const me = await quickApi.getMe().catch((error: unknown) => {
        throw meaningOf(error, "the bot");
      });
      return `@${me.username}`;
    },
  };
}

function replyOf({ replyTo }: Digest): object {
  return replyTo === undefined ? {} : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } };
}

function isUnreadable(error: unknown): boolean {
  return error instanceof GrammyError && error.error_code === 400 && /can't parse entities/i.test(error.description);
}
