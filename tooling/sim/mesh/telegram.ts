import { PermanentError, RetryLater } from "#queues/errors";
import { consumeAll, type DeliveryBatch } from "#queues/consumer";
import type { Channel } from "../../../services/telegram-worker/src/channel.ts";
import { createDeps, type Deps } from "../../../services/telegram-worker/src/deps.ts";
import type { Digest } from "../../../services/telegram-worker/src/digest.ts";
import { onNotifications } from "../../../services/telegram-worker/src/handlers/notification-requested.ts";
import { Isolate } from "../process.ts";
import { skewOf } from "../skew.ts";
import type { World } from "../world.ts";

export interface Told {
  /** Of the message: `requestId/type/rev`. */
  readonly id: string;
  readonly title: string;
}

/** The chat: what a trader has read. */
export class SimTelegram {
  /** By requestId, in order. */
  readonly told = new Map<string, Told[]>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  readonly channel: Channel = {
    name: "telegram",
    deliver: async (digest, chatId) => {
      await this.#world.step("telegram.send", () => this.#take(digest), {
        about: this.#world.labels.get(digest.notifications[0]?.requestId ?? "") ?? "",
        detail: () => `${digest.notifications.length} in one`,
      });
      return chatId;
    },
    check: async () => "the simulated chat",
  };

  #take(digest: Digest): void {
    const busy = this.#world.happens("telegram_busy", "telegram");
    if (busy) throw new RetryLater(busy.integer(1, 30), "too many requests");
    if (digest.plain.length > 4_096) throw new PermanentError("telegram_refused", "message is too long");
    for (const { id, requestId, data } of digest.notifications) {
      this.told.set(requestId, [...(this.told.get(requestId) ?? []), { id, title: data.title }]);
    }
  }
}

/** services/telegram-worker/src/index.ts, with the chat in the place of Telegram's API. */
export function startTelegramWorker(
  world: World,
  env: object,
  channel: Channel,
): { isolate: Isolate<Deps>; queue: (batch: DeliveryBatch) => Promise<void> } {
  const isolate = new Isolate({
    name: "telegram-worker",
    skewMs: skewOf(world, "telegram-worker"),
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
