// The web build everywhere: tests in Node then run what workerd runs, with fetch and without node-fetch.
import { Api, GrammyError, HttpError } from "grammy/web";
import { PermanentError, RetryLater } from "#queues/errors";
import type { Channel } from "./channel.ts";

export interface Bot extends Channel {
  say(chatId: string, plain: string): Promise<void>;
}

export interface BotOptions {
  token: string;
  apiRoot: string;
  timeoutSeconds?: number;
  /** A group became a supergroup: from now on its messages go to `to`. */
  onMoved?: (from: string, to: string) => void;
}

/** Telegram names no wait only in odd cases; its usual ones are of this size. */
const UNNAMED_WAIT_SECONDS = 30;

/** The bot as a channel. One message is one call, or two when Telegram cannot read our HTML. */
export function createBot({ token, apiRoot, timeoutSeconds = 8, onMoved }: BotOptions): Bot {
  const api = new Api(token, { apiRoot, timeoutSeconds });
  const quickApi = new Api(token, { apiRoot, timeoutSeconds: Math.min(timeoutSeconds, 3) });
  const moved = new Map<string, string>();

  async function post(chatId: string, text: string, mode?: "HTML"): Promise<void> {
    await api.sendMessage(chatId, text, {
      link_preview_options: { is_disabled: true },
      ...(mode === undefined ? {} : { parse_mode: mode }),
    });
  }

  async function postReadable(chatId: string, text: { html: string; plain: string }): Promise<void> {
    try {
      await post(chatId, text.html, "HTML");
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      await post(chatId, text.plain);
    }
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
    async check() {
      const me = await quickApi.getMe().catch((error: unknown) => {
        throw meaningOf(error, "the bot");
      });
      return `@${me.username}`;
    },
  };
}

function isUnreadable(error: unknown): boolean {
  return error instanceof GrammyError && error.error_code === 400 && /can't parse entities/i.test(error.description);
}

function noChat(): PermanentError {
  return new PermanentError(
    "telegram_no_chat",
    "no chat to send to: TELEGRAM_CHAT_ID_DEFAULT is not set; run: npx hoox secrets set TELEGRAM_CHAT_ID_DEFAULT",
  );
}

/** What an error of the Bot API means to the consumer policy. Anything unmapped stays as it is: a retry. */
function meaningOf(error: unknown, chatId: string): Error {
  if (error instanceof HttpError) {
    const why = error.error instanceof Error ? error.error.message : error.message;
    return new Error(`Telegram could not be reached: ${why}`, { cause: error });
  }
  if (!(error instanceof GrammyError)) return error instanceof Error ? error : new Error(String(error));
  const { error_code: status, description, parameters } = error;
  const cause = { cause: error };
  if (status === 429) return new RetryLater(parameters.retry_after ?? UNNAMED_WAIT_SECONDS, description, cause);
  // A token of the wrong form is answered 404, one of the right form 401.
  if (status === 401 || status === 404) {
    const fix = "npx hoox secrets set TG_BOT_TOKEN_BINDING";
    const reason = `Telegram refuses the bot token (${description}); run: ${fix}`;
    return new PermanentError("telegram_unauthorized", reason, cause);
  }
  if (status === 403) {
    const reason = `chat ${chatId} refuses the bot (${description}); unblock it or add it again`;
    return new PermanentError("telegram_forbidden", reason, cause);
  }
  if (status === 400 && /chat not found/i.test(description)) {
    const fix = "write to the bot once, then run: npx hoox secrets set TELEGRAM_CHAT_ID_DEFAULT";
    const reason = `chat ${chatId} does not exist for the bot; ${fix}`;
    return new PermanentError("telegram_chat_not_found", reason, cause);
  }
  if (status === 400) {
    return new PermanentError("telegram_bad_request", `Telegram refuses the message: ${description}`, cause);
  }
  return error;
}
