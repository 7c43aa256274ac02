import type * as z from "zod";
import { firstProblem } from "#contracts/codec";
import { telegramRoutes } from "#contracts/routes/telegram";
import { PermanentError, RetryLater } from "#queues/errors";
import { HttpError } from "#runtime/http-error";
import type { Bot } from "../bot.ts";
import type { BotSetup } from "../bot-setup.ts";
import type { Chats } from "../chats.ts";

type Routes = typeof telegramRoutes;

export interface SetupDeps {
  /** Undefined without a bot token. */
  bot: (Pick<Bot, "say"> & BotSetup) | undefined;
  chats: Chats;
  webhookSecret: string;
}

const NO_TOKEN_HINT =
  "get one from @BotFather; locally put it into .dev.vars as TG_BOT_TOKEN_BINDING and start the mesh again";
const TEST = "Hoox reaches you here: trades, refusals and what is critical arrive in this chat.";

/** One answer per route of the contract: a missing or an extra one does not compile. */
export const answers: {
  readonly [Name in keyof Routes]: (
    body: z.infer<Routes[Name]["body"]>,
    deps: SetupDeps,
  ) => Promise<z.infer<Routes[Name]["reply"]>>;
} = {
  async bot(_, { bot, chats }) {
    const defaultChat = await chats.default();
    return { configured: bot !== undefined, defaultChat, ...(bot ? await bot.show() : {}) };
  },
  async find({ code }, deps) {
    const chat = await botOf(deps).find(code);
    return chat ? { chat } : {};
  },
  async test({ chatId }, deps) {
    const bot = botOf(deps);
    const to = chatId ?? (await deps.chats.default());
    if (to === "")
      throw new HttpError(409, "telegram_no_chat", "no chat is set up", { hint: "run: npx hoox telegram setup" });
    await bot.say(to, TEST);
    return { chatId: to };
  },
  async webhook({ url }, deps) {
    const secret = deps.webhookSecret.split(",")[0]?.trim() ?? "";
    const bot = botOf(deps);
    if (url !== undefined && !/^[\w-]{1,256}$/.test(secret)) {
      throw new HttpError(
        409,
        "telegram_no_secret",
        "TELEGRAM_WEBHOOK_SECRET is not set, or not of A-Z, a-z, 0-9, _ and -",
        {
          hint: "without it anybody could write to the bot in your name; set it and start the mesh again",
        },
      );
    }
    await bot.setWebhook(url === undefined ? undefined : { url, secret });
    return url === undefined ? {} : { url };
  },
};

/** Reads the body by the route's row and says what the bot means in terms of HTTP. */
export async function answerSetup<Name extends keyof Routes>(
  name: Name,
  body: unknown,
  deps: SetupDeps,
): Promise<unknown> {
  const parsed = telegramRoutes[name].body.safeParse(body);
  if (!parsed.success) throw new HttpError(400, "invalid_body", firstProblem(parsed.error));
  // The answer and the body are those of the same row.
  const answer = answers[name] as (body: unknown, deps: SetupDeps) => Promise<unknown>;
  return answer(parsed.data, deps).catch((error: unknown) => {
    throw inHttp(error);
  });
}

function botOf({ bot }: SetupDeps): NonNullable<SetupDeps["bot"]> {
  if (bot) return bot;
  throw new HttpError(409, "telegram_not_configured", "there is no bot token", { hint: NO_TOKEN_HINT });
}

function inHttp(error: unknown): unknown {
  if (error instanceof HttpError) return error;
  if (error instanceof PermanentError) return new HttpError(409, error.code, error.message, { cause: error });
  if (error instanceof RetryLater) {
    const hint = `try again in ${error.seconds} s`;
    return new HttpError(503, "telegram_busy", error.message, { hint, cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new HttpError(502, "telegram_unreachable", message, { cause: error });
}
