import type { Delivery, DeliveryBatch } from "#queues/consumer";
import type { QueueBinding } from "#queues/producer";

/** A queue binding that keeps what was sent; `failNext` makes as many calls fail. */
export class FakeQueue implements QueueBinding {
  readonly sent: unknown[] = [];
  calls = 0;
  failNext = 0;

  async send(body: unknown): Promise<void> {
    this.#call();
    this.sent.push(overTheWire(body));
  }

  async sendBatch(messages: Iterable<{ body: unknown }>): Promise<void> {
    this.#call();
    for (const { body } of messages) this.sent.push(overTheWire(body));
  }

  #call(): void {
    this.calls += 1;
    if (this.failNext > 0) {
      this.failNext -= 1;
      throw new Error("Queue send failed: Internal Server Error");
    }
  }
}

/** One delivery that remembers how it was settled; as on the platform, the first call wins. */
export class FakeDelivery implements Delivery {
  readonly id: string;
  readonly timestamp: Date;
  readonly body: unknown;
  readonly attempts: number;
  settled: "ack" | { retryAfter: number | undefined } | undefined;
  settleCalls = 0;

  constructor(body: unknown, options: { id?: string; attempts?: number; timestamp?: Date } = {}) {
    this.body = overTheWire(body);
    this.id = options.id ?? crypto.randomUUID();
    this.attempts = options.attempts ?? 1;
    this.timestamp = options.timestamp ?? new Date("2026-11-01T00:00:00.000Z");
  }

  ack(): void {
    this.settleCalls += 1;
    this.settled ??= "ack";
  }

  retry(options: { delaySeconds?: number } = {}): void {
    this.settleCalls += 1;
    this.settled ??= { retryAfter: options.delaySeconds };
  }
}

export function batchOf(queue: string, ...messages: FakeDelivery[]): DeliveryBatch & { messages: FakeDelivery[] } {
  return { queue, messages };
}

function overTheWire(body: unknown): unknown {
  return body === undefined ? undefined : JSON.parse(JSON.stringify(body));
}
