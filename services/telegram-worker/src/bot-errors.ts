import { GrammyError, HttpError } from "grammy/web";
import { PermanentError, RetryLater } from "#queues/errors";

/** Telegram names no wait only in odd cases; its usual ones are of this size. */
const UNNAMED_WAIT_SECONDS = 30;

export function noChat(): PermanentError {
  return new PermanentError("telegram_no_chat", "no chat to send to: none is set up; run: npx hoox telegram setup");
}

/** What an error of the Bot API means to the consumer policy. Anything unmapped stays as it is: a retry. */
export function meaningOf(error: unknown, chatId: string): Error {
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
    const fix = "write to the bot once, then run: npx hoox telegram setup";
    const reason = `chat ${chatId} does not exist for the bot; ${fix}`;
    return new PermanentError("telegram_chat_not_found", reason, cause);
  }
  if (status === 409) {
    return new PermanentError("telegram_conflict", `Telegram brings its updates elsewhere: ${description}`, cause);
  }
  if (status === 400) {
    return new PermanentError("telegram_bad_request", `Telegram refuses the message: ${description}`, cause);
  }
  return error;
}
