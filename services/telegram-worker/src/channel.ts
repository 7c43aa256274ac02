import type { Log } from "#runtime/log";
import type { Digest } from "./digest.ts";
import { render } from "./digest.ts";

/** Where digests go. */
export interface Channel {
  readonly name: "telegram" | "log";
  /**
   * Answers the chat that took it, which may be another than asked when a group has moved; undefined where
   * there are no chats. Throws PermanentError, RetryLater, or anything else for "try again".
   */
  deliver(digest: Digest, chatId: string): Promise<string | undefined>;
  /** Answers what a person may know of its state; throws what is wrong with it. */
  check(): Promise<string>;
}

/** Without a bot token a person watching the log is the reader. */
export function createLogChannel(log: Log): Channel {
  let said = false;
  return {
    name: "log",
    async deliver({ notifications }) {
      if (!said) {
        said = true;
        log("info", "telegram.not_configured", "without a Telegram bot token, notifications go to this log", {
          hint: "run: npx hoox telegram setup",
        });
      }
      for (const notification of notifications) {
        const { title, details } = render(notification);
        // Whoever shows it to a person reads the details there; a query for messages stays readable.
        log.for(notification.requestId)("info", "notification.logged", title, {
          notificationId: notification.id,
          severity: notification.data.severity,
          // The line has its request's id already.
          details: details.filter((each) => !each.endsWith(`: ${notification.requestId}`)),
        });
      }
      return undefined;
    },
    async check() {
      return "without a bot token, notifications go to the log";
    },
  };
}
