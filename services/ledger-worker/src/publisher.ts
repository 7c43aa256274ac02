import type { Packed, Producer } from "#queues/producer";
import type { Log } from "#runtime/log";

/** What is published within this goes out as one batch per queue: a send costs more than what it carries. */
const GATHER_MS = 5;

export interface Publisher {
  /** Sends soon, in the background. What fails is not lost: the outbox and the alarm publish it again. */
  publish(messages: readonly Packed[]): void;
}

export function createPublisher(options: {
  producer: Pick<Producer, "sendPacked">;
  background: (work: Promise<void>) => void;
  log: Log;
  pause?: (ms: number) => Promise<void>;
}): Publisher {
  const pause = options.pause ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  let waiting: Packed[] = [];
  let gathering = false;

  async function flush(): Promise<void> {
    await pause(GATHER_MS);
    gathering = false;
    const messages = waiting;
    waiting = [];
    // Queue by queue, so that one that is down holds up no other.
    const groups = [...Map.groupBy(messages, (message) => message.queue)];
    await Promise.all(
      groups.map(async ([queue, group]) => {
        try {
          await options.producer.sendPacked(group);
        } catch (error) {
          options.log("warn", "outbox.unpublished", `${queue}: ${String(error)}`, { queue, messages: group.length });
        }
      }),
    );
  }

  return {
    publish(messages) {
      if (messages.length === 0) return;
      waiting.push(...messages);
      if (gathering) return;
      gathering = true;
      options.background(flush());
    },
  };
}
