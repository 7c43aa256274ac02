import type { Delivery, DeliveryBatch } from "#queues/consumer";
import type { QueueBinding } from "#queues/producer";
import type { Isolate } from "./process.ts";
import type { Random } from "../fakes/random.ts";
import type { Background, World } from "./world.ts";

/** A message that an invocation left unsettled is seen again after this long. */
const REDELIVERY_MS = 30_000;
const DEFAULT_CONCURRENCY = 4;

export interface QueueSettings {
  readonly size: number;
  readonly waitMs: number;
  /** Deliveries after the first. */
  readonly limit: number;
  readonly concurrency?: number | undefined;
}

export type Consume = (batch: DeliveryBatch, background: Background) => Promise<void>;

interface Stored {
  readonly id: string;
  readonly timestamp: Date;
  readonly text: string;
  readonly about: string;
  attempts: number;
  visibleAt: number;
}

type Settled = { kind: "ack" } | { kind: "retry"; delayMs: number };

/** A queue as the platform keeps its promises: at least once, in no order, some day. */
export class SimQueue {
  readonly name: string;
  /** Deleted because no queue stands behind this one. */
  readonly lost: string[] = [];
  /** Everything that was ever put on it, for who sends it again. */
  readonly texts = new Set<string>();
  readonly #world: World;
  readonly #random: Random;
  readonly #settings: QueueSettings;
  readonly #behind: SimQueue | undefined;
  #waiting: Stored[] = [];
  #inFlight = 0;
  #flying = 0;
  #consumer: { isolate: Isolate; consume: Consume } | undefined;
  #wakeUp: { at: number; cancel(): void } | undefined;

  constructor(world: World, of: { name: string; settings: QueueSettings; behind?: SimQueue }) {
    this.name = of.name;
    this.#world = world;
    this.#random = world.latency.stream(`queue ${of.name}`);
    this.#settings = of.settings;
    this.#behind = of.behind;
  }

  /** Messages that are not done with. */
  get size(): number {
    return this.#waiting.length + this.#flying;
  }

  /** Requests that the messages left are about, for reports. */
  describe(): string {
    return this.#waiting.map((each) => `${/"type":"([^"]+)"/.exec(each.text)?.[1] ?? "?"}×${each.attempts}`).join(" ");
  }

  consumedBy(isolate: Isolate, consume: Consume): void {
    this.#consumer = { isolate, consume };
  }

  /** The binding of a producing Worker. */
  binding(): QueueBinding & { metrics(): Promise<unknown> } {
    const send = (bodies: readonly { body: unknown; delaySeconds?: number | undefined }[]): Promise<void> => {
      const texts = bodies.map((each) => ({ text: JSON.stringify(each.body), delaySeconds: each.delaySeconds ?? 0 }));
      return this.#world.step(
        `send.${this.name}`,
        () => {
          for (const { text, delaySeconds } of texts) this.#put(text, delaySeconds * 1_000);
        },
        {
          about: aboutOf(texts[0]?.text ?? "", this.#world.labels),
          detail: () => texts.map((each) => summary(each.text)).join(", "),
        },
      );
    };
    return {
      send: (body, options) => send([{ body, delaySeconds: options?.delaySeconds }]),
      sendBatch: (messages) => send([...messages]),
      metrics: () =>
        this.#world.step(`metrics.${this.name}`, () => ({
          backlogCount: this.size,
          backlogBytes: this.#waiting.reduce((sum, { text }) => sum + text.length, 0),
          // 1970: there is none.
          oldestMessageTimestamp: new Date(this.#oldest ?? 0),
        })),
    };
  }

  /** What comes back after everybody has forgotten it: hints, and what a ledger answers for. */
  putAllAgain(of: { about: (requestId: string) => boolean }): void {
    for (const text of this.texts) {
      const request = valueAt(text, '"requestId":"', 36);
      if (this.#mayBeLost(text) && request !== undefined && of.about(request)) this.#put(text, 0);
    }
  }

  #put(text: string, delayMs: number): void {
    this.texts.add(text);
    const about = aboutOf(text, this.#world.labels);
    if (this.#mayBeLost(text) && this.#world.happens("queue_lost", this.name, about)) {
      this.#world.log(() => `${this.name}: lost ${summary(text)}`);
      return;
    }
    this.#store({
      id: this.#random.uuid(),
      timestamp: this.#world.now(),
      text,
      about,
      attempts: 0,
      visibleAt: this.#arrival(delayMs, about),
    });
  }

  /** Hints come again, what a ledger's outbox sent is sent until it is confirmed, and logs are only logs. */
  #mayBeLost(text: string): boolean {
    if (this.#behind === undefined) return false;
    return text.includes('"confirmTo":"') || text.includes('"type":"signal.hinted"') || text.includes('"type":"log.');
  }

  /** What the platform does with a message that ran out of deliveries: same id and time, attempts anew. */
  #take(message: Stored): void {
    this.#store({ ...message, attempts: 0, visibleAt: this.#arrival(0, message.about) });
  }

  #store(message: Stored): void {
    this.#waiting.push(message);
    const twice = this.#world.happens("queue_duplicate", this.name, message.about);
    if (twice) {
      this.#waiting.push({ ...message, visibleAt: this.#arrival(twice.skewed(0, 40_000), message.about) });
    }
    this.#look();
  }

  #arrival(delayMs: number, about: string): number {
    const slow = this.#world.happens("queue_delay", this.name, about)?.integer(1_000, 60_000) ?? 0;
    const late = this.#world.happens("queue_late", this.name, about)?.integer(60_000, 900_000) ?? 0;
    return this.#world.milliseconds + delayMs + slow + late + this.#random.skewed(1, 80);
  }

  /** Delivers what is due and plans the next look. */
  #look(): void {
    const now = this.#world.milliseconds;
    const { size, waitMs } = this.#settings;
    while (!this.#isBusy) {
      let due = 0;
      let first = Infinity;
      for (const { visibleAt } of this.#waiting) {
        if (visibleAt > now) continue;
        due += 1;
        first = Math.min(first, visibleAt);
      }
      if (due < size && first + waitMs > now) break;
      this.#deliver(this.#waiting.filter((each) => each.visibleAt <= now));
    }
    let next = Infinity;
    for (const { visibleAt } of this.#waiting) next = Math.min(next, visibleAt > now ? visibleAt : visibleAt + waitMs);
    if (next < Infinity) this.#wakeAt(Math.max(next, now + 1));
  }

  get #oldest(): number | undefined {
    const [first, ...others] = this.#waiting.map(({ timestamp }) => timestamp.getTime());
    return first === undefined ? undefined : Math.min(first, ...others);
  }

  get #isBusy(): boolean {
    return this.#inFlight >= (this.#settings.concurrency ?? DEFAULT_CONCURRENCY);
  }

  #wakeAt(at: number): void {
    const now = this.#world.milliseconds;
    if (this.#wakeUp !== undefined && this.#wakeUp.at > now && this.#wakeUp.at <= at) return;
    this.#wakeUp?.cancel();
    this.#wakeUp = undefined;
    // When all consumers are busy, the end of a batch looks again.
    if (this.#isBusy) return;
    this.#wakeUp = { at, cancel: this.#world.plan(at - now, () => this.#look()).cancel };
  }

  #deliver(due: Stored[]): void {
    const ordered = due.toSorted((a, b) => a.visibleAt - b.visibleAt);
    const reordered = ordered.length > 1 ? this.#world.happens("queue_reorder", this.name) : undefined;
    if (reordered) ordered.unshift(...ordered.splice(reordered.integer(1, ordered.length - 1), 1));
    const batch = ordered.slice(0, this.#settings.size);
    this.#waiting = this.#waiting.filter((each) => !batch.includes(each));
    for (const message of batch) message.attempts += 1;
    const settled = new Map<Stored, Settled>();
    const deliveries = batch.map((message): Delivery => ({
      id: message.id,
      timestamp: message.timestamp,
      body: JSON.parse(message.text),
      attempts: message.attempts,
      ack: () => void (settled.has(message) || settled.set(message, { kind: "ack" })),
      retry: (options) =>
        void (
          settled.has(message) || settled.set(message, { kind: "retry", delayMs: (options?.delaySeconds ?? 0) * 1_000 })
        ),
    }));
    const consumer = this.#consumer;
    if (consumer === undefined) throw new Error(`nobody consumes ${this.name}`);
    this.#inFlight += 1;
    this.#flying += batch.length;
    const { over, answer } = this.#world.invoke(
      consumer.isolate,
      `${consumer.isolate.name} ${this.name}`,
      (background) => {
        this.#world.log(() => `batch: ${batch.map((each) => `${summary(each.text)}×${each.attempts}`).join(", ")}`);
        return consumer.consume({ queue: this.name, messages: deliveries }, background);
      },
    );
    answer.catch((error: unknown) => {
      if (!(error instanceof Error && error.name === "Died")) {
        this.#world.accidents.push(`the consumer of ${this.name} threw: ${String(error)}`);
      }
    });
    void (async () => {
      const how = await over;
      this.#inFlight -= 1;
      this.#flying -= batch.length;
      const lost = how === "died" || this.#world.happens("queue_answer_lost", this.name) !== undefined;
      for (const message of batch)
        this.#finish(message, lost ? undefined : settlementOf(settled.get(message), how === "failed"));
      this.#look();
    })();
  }

  #finish(message: Stored, how: Settled | undefined): void {
    if (how?.kind === "ack") return;
    if (message.attempts > this.#settings.limit) {
      this.#world.log(() => `${this.name}: out of deliveries: ${summary(message.text)}`);
      if (this.#behind === undefined) this.lost.push(summary(message.text));
      else this.#behind.#take(message);
      return;
    }
    message.visibleAt =
      this.#world.milliseconds + (how === undefined ? REDELIVERY_MS : how.delayMs + this.#random.skewed(1, 50));
    this.#waiting.push(message);
  }
}

/** What is not settled when the handler returns is acked; when it threw, retried. */
function settlementOf(said: Settled | undefined, failed: boolean): Settled {
  return said ?? (failed ? { kind: "retry", delayMs: 0 } : { kind: "ack" });
}

/** The alert that a message is about and what it says of it, as far as both are known. */
function aboutOf(text: string, labels: ReadonlyMap<string, string>): string {
  const request = valueAt(text, '"requestId":"', 36);
  const type = valueAt(text, '"type":"', 24)?.split('"')[0];
  return [request === undefined ? undefined : labels.get(request), type].filter((part) => part !== undefined).join(".");
}

function valueAt(text: string, key: string, length: number): string | undefined {
  const found = text.indexOf(key);
  return found < 0 ? undefined : text.slice(found + key.length, found + key.length + length);
}

/** `type requestId`, as far as it can be read. */
function summary(text: string): string {
  const type = /"type":"([^"]+)"/.exec(text)?.[1] ?? "unreadable";
  const request = /"requestId":"([0-9a-f]{8})/.exec(text)?.[1] ?? "";
  return `${type} ${request}`.trim();
}
