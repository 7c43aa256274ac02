import { Api } from "grammy/web";
import type * as z from "zod";
import type { telegramRoutes } from "#contracts/routes/telegram";
import { meaningOf } from "./bot-errors.ts";

type BotView = Pick<z.infer<typeof telegramRoutes.bot.reply>, "username" | "webhook">;

/** What `hoox telegram` does with the bot beside sending. Throws as the bot does. */
export interface BotSetup {
  show(): Promise<BotView>;
  /** The chat in which somebody has sent `/start <code>`; waits a little for it. */
  find(code: string): Promise<{ chatId: string; title?: string } | undefined>;
  /** Where Telegram brings what people say; undefined for nowhere. */
  setWebhook(webhook: { url: string; secret: string } | undefined): Promise<void>;
}

const WAIT_SECONDS = 5;
const PAGE = 100;

export function createBotSetup(of: { token: string; apiRoot: string }): BotSetup {
  const api = new Api(of.token, { apiRoot: of.apiRoot, timeoutSeconds: WAIT_SECONDS + 4 });
  const meaning = (error: unknown): never => {
    throw meaningOf(error, "the bot");
  };
  /** What is before it is forgotten: only moved when a whole page does not hold what is looked for. */
  let offset: number | undefined;

  return {
    async show() {
      const [me, webhook] = await Promise.all([api.getMe(), api.getWebhookInfo()]).catch(meaning);
      return {
        username: me.username,
        webhook: {
          url: webhook.url ?? "",
          pending: webhook.pending_update_count,
          ...(webhook.last_error_date === undefined
            ? {}
            : { lastErrorAt: new Date(webhook.last_error_date * 1_000).toISOString() }),
          ...(webhook.last_error_message === undefined ? {} : { lastError: webhook.last_error_message }),
        },
      };
    },
    async find(code) {
      const updates = await api
        .getUpdates({ limit: PAGE, timeout: WAIT_SECONDS, ...(offset === undefined ? {} : { offset }) })
        .catch(meaning);
      const said = updates.find(({ message }) => codeIn(message?.text) === code)?.message;
      if (!said && updates.length === PAGE) offset = (updates.at(-1)?.update_id ?? 0) + 1;
      if (!said) return undefined;
      const { chat } = said;
      // Whatever the types say, a name may be missing.
      const title: string | undefined = chat.type === "private" ? (chat.username ?? chat.first_name) : chat.title;
      return { chatId: String(chat.id), ...(title ? { title: title.slice(0, 80) } : {}) };
    },
    async setWebhook(webhook) {
      if (webhook === undefined) await api.deleteWebhook().catch(meaning);
      else {
        const { url, secret } = webhook;
        const kinds = ["message", "callback_query", "my_chat_member"] as const;
        await api.setWebhook(url, { secret_token: secret, allowed_updates: kinds }).catch(meaning);
      }
    },
  };
}

/** `t.me/<bot>?start=<code>` makes Telegram send `/start <code>`; in a group the bot's name stands behind the word. */
function codeIn(text: string | undefined): string | undefined {
  return /^\/start(?:@\w+)?\s+(\S+)\s*$/.exec(text ?? "")?.[1];
}
