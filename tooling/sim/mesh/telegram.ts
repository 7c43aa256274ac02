import { PermanentError, RetryLater } from "#queues/errors";
import { consumeAll, type DeliveryBatch } from "#queues/consumer";
import type { Channel } from "../../../services/telegram-worker/src/channel.ts";
import { createDeps, type Deps } from "../../../services/telegram-worker/src/deps.ts";
import type { Digest } from "../../../services/telegram-worker/src/digest.ts";
import { onNotifications } from "../../../services/telegram-worker/src/handlers/notification-requested.ts";
import { Isolate } from "../process.ts";
import type { World } from "../world.ts";

/** The chat: what a trader has read. */
export class SimTelegram {
  /** Texts by requestId. */
  readonly told = new Map<string, string[]>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  readonly channel: Channel = {
    name: "telegram",
    deliver: async (digest, chatId) => {
      await this.#world.step(
        "telegram.send",
        () => this.#take(digest),
        () => `${digest.notifications.length} in one`,
      );
      return chatId;
    },
    check: async () => "the simulated chat",
  };

  #take(digest: Digest): void {
    if (this.#world.happens("telegram_busy"))
      throw new RetryLater(this.#world.latency.integer(1, 30), "too many requests");
    if (digest.plain.length > 4_096) throw new PermanentError("telegram_refused", "message is too long");
    for (const { requestId, data } of digest.notifications) {
      this.told.set(requestId, [...(this.told.get(requestId) ?? []), data.title]);
    }
  }
}

/** services/telegram-worker/src/index.ts, with the chat in the place of Telegram's API. */
export function startTelegramWorker(
  env: object,
  channel: Channel,
): { isolate: Isolate<Deps>; queue: (batch: DeliveryBatch) => Promise<void> } {
  const isolate = new Isolate({
    name: "telegram-worker",
    build: () => {
      const deps = createDeps(env);
      return { ...deps, channel, notifications: { ...deps.notifications, channel } };
    },
  });
  return {
    isolate,
    async queue(batch) {
      const deps = isolate.state;
      await consumeAll("notifications", batch, onNotifications, deps.notifications, deps.consumer);
      await deps.buffer.flush();
    },
  };
}
