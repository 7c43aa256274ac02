import { decode, UndecodableError } from "#contracts/codec";
import type { Contract } from "#contracts/envelope";
import type { LedgerName, Worker } from "#contracts/ids";
import { PermanentError, RetryLater } from "./errors.ts";
import { letterOf } from "./letter.ts";
import type { Producer } from "./producer.ts";
import { redact } from "./redact.ts";
import { registry, type MessageOn, type QueueName, type TypeOn } from "./registry.ts";

/** The part of the platform's message that is used. `attempts` starts at 1. */
export interface Delivery {
  readonly id: string;
  readonly timestamp: Date;
  readonly body: unknown;
  readonly attempts: number;
  ack(): void;
  retry(options?: { delaySeconds?: number }): void;
}

export interface DeliveryBatch {
  readonly queue: string;
  readonly messages: readonly Delivery[];
}

/** One handler per type of the queue: a missing or an extra one does not compile. Messages run side by side. */
export type EachHandlers<Q extends QueueName, Deps> = {
  readonly [T in TypeOn<Q>]: (message: Extract<MessageOn<Q>, { type: T }>, deps: Deps) => Promise<void>;
};

/**
 * One call for all readable messages of a batch. The answer has one entry per message, in order:
 * undefined for success, the error otherwise. A throw counts for every message.
 */
export type AllHandler<Q extends QueueName, Deps> = (
  messages: readonly MessageOn<Q>[],
  deps: Deps,
) => Promise<readonly (Error | undefined)[]>;

/** The longest delay the platform takes with a retry is 24 hours; nothing of ours should wait half of that. */
const MAX_DELAY_SECONDS = 43_200;

export type SettledAs = "acked" | "retried" | "parked" | "dropped" | "archived";
/** One line per attempt, for the log. */
export interface AttemptReport {
  queue: string;
  id: string;
  type: string | undefined;
  requestId: string | undefined;
  attempt: number;
  ms: number;
  /** How long the message lay in its queue, retries included; absent when nobody could read when it was sent. */
  waitMs?: number;
  settled: SettledAs;
  error?: string;
}

export interface ConsumerOptions {
  worker: Worker;
  workerVersion: string;
  producer: Producer;
  /** Tells a ledger that the effect of its messages is done. A failure never fails a message. */
  confirm: (ledger: LedgerName, ids: readonly string[]) => Promise<void>;
  report: (line: AttemptReport) => void;
  now?: () => Date;
  random?: () => number;
}

/**
 * The consumer policy: every message is settled exactly once, one bad message never fails its
 * neighbours. Undecodable or {@link PermanentError} → parked now; {@link RetryLater} → that delay; other
 * errors → backoff while attempts remain, then what the registry says; when parking fails → retry.
 * Never throws.
 */
export async function consumeEach<Q extends QueueName, Deps>(
  queue: Q,
  batch: DeliveryBatch,
  handlers: EachHandlers<Q, Deps>,
  deps: Deps,
  options: ConsumerOptions,
): Promise<void> {
  const run = new Run(queue, options);
  await Promise.all(
    batch.messages.map(async (delivery) => {
      const started = run.milliseconds();
      const read = readDelivery(queue, delivery);
      if (read instanceof UndecodableError) return run.settle(delivery, undefined, read, started);
      // The handler map is keyed by type, so the handler found by a message's type takes that message.
      const handler = handlers[read.type as TypeOn<Q>] as (message: MessageOn<Q>, deps: Deps) => Promise<void>;
      const error = await promised(() => handler(read, deps)).then(() => undefined, asError);
      return run.settle(delivery, read, error, started);
    }),
  );
  await run.confirmAll();
}

/** As {@link consumeEach}, for handlers whose effect is one statement or one digest for the whole batch. */
export async function consumeAll<Q extends QueueName, Deps>(
  queue: Q,
  batch: DeliveryBatch,
  handler: AllHandler<Q, Deps>,
  deps: Deps,
  options: ConsumerOptions,
): Promise<void> {
  const run = new Run(queue, options);
  const started = run.milliseconds();
  const readable: { delivery: Delivery; message: MessageOn<Q> }[] = [];
  const settling: Promise<void>[] = [];
  for (const delivery of batch.messages) {
    const read = readDelivery(queue, delivery);
    if (read instanceof UndecodableError) settling.push(run.settle(delivery, undefined, read, started));
    else readable.push({ delivery, message: read });
  }
  if (readable.length > 0) {
    const messages = readable.map((each) => each.message);
    const errors = await verdicts(messages.length, () => handler(messages, deps));
    readable.forEach(({ delivery, message }, index) => {
      settling.push(run.settle(delivery, message, errors[index], started));
    });
  }
  await Promise.all(settling);
  await run.confirmAll();
}

/** Runs work so that what it throws at once is a rejection like any other. */
async function promised<T>(work: () => Promise<T>): Promise<T> {
  return work();
}

/** One verdict per message. A throw counts for all, and so does a list that does not match the messages. */
export async function verdicts(
  count: number,
  work: () => Promise<readonly (Error | undefined)[]>,
): Promise<readonly (Error | undefined)[]> {
  try {
    const errors = await work();
    if (errors.length === count) return errors;
    throw new Error(`the handler gave ${errors.length} verdicts on ${count} messages`);
  } catch (thrown) {
    const error = asError(thrown);
    return Array.from({ length: count }, () => error);
  }
}

function readDelivery<Q extends QueueName>(queue: Q, delivery: Delivery): MessageOn<Q> | UndecodableError {
  try {
    const contracts: readonly Contract[] = registry[queue].contracts;
    // The contracts are those of this queue, so the message is one of its own.
    return decode(contracts, delivery.body) as MessageOn<Q>;
  } catch (error) {
    return error instanceof UndecodableError
      ? error
      : new UndecodableError("not_an_envelope", asError(error).message, { cause: error });
  }
}

type Known = { id: string; type: string; requestId: string; occurredAt: Date; confirmTo?: string | undefined };

/** One batch on its way through the policy. */
export class Run {
  readonly #queue: string;
  readonly #options: ConsumerOptions;
  readonly #confirmations = new Map<LedgerName, Set<string>>();

  constructor(queue: string, options: ConsumerOptions) {
    this.#queue = queue;
    this.#options = options;
  }

  milliseconds(): number {
    return (this.#options.now?.() ?? new Date()).getTime();
  }

  async settle(
    delivery: Delivery,
    message: Known | undefined,
    error: Error | undefined,
    started: number,
  ): Promise<void> {
    const known = message ?? (error instanceof UndecodableError ? error.header : undefined);
    let settled: SettledAs;
    if (!error) {
      delivery.ack();
      settled = "acked";
      this.confirmLater(known?.confirmTo, known?.id);
    } else {
      settled = await this.#settleFailure(delivery, error);
    }
    this.report(delivery, known, started, settled, error);
  }

  async #settleFailure(delivery: Delivery, error: Error): Promise<SettledAs> {
    const queue = this.#origin();
    const { retry, exhausted } = registry[queue];
    const permanent = error instanceof PermanentError || error instanceof UndecodableError;
    if (!permanent && delivery.attempts <= retry.limit) {
      const delaySeconds =
        error instanceof RetryLater && Number.isFinite(error.seconds)
          ? Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(error.seconds)))
          : backoff(retry, delivery.attempts, this.#options.random);
      delivery.retry({ delaySeconds });
      return "retried";
    }
    if (!permanent && exhausted === "ack") {
      delivery.ack();
      return "dropped";
    }
    try {
      await this.#park(queue, delivery, error);
      delivery.ack();
      return "parked";
    } catch {
      delivery.retry({ delaySeconds: backoff(retry, delivery.attempts, this.#options.random) });
      return "retried";
    }
  }

  async #park(queue: QueueName, delivery: Delivery, error: Error): Promise<void> {
    const { worker, workerVersion, producer } = this.#options;
    const { known, letter } = await letterOf(queue, delivery, error, {
      worker,
      workerVersion,
      at: new Date(this.milliseconds()),
    });
    const { messageId } = letter;
    await producer.park(queue, letter, {
      // An envelope id is at most 200 characters.
      id: `letter/${messageId}`.slice(0, 200),
      requestId: known?.requestId ?? crypto.randomUUID(),
      causationId: messageId,
      generation: known?.generation,
      replayId: known?.replayId,
      confirmTo: known?.confirmTo,
    });
  }

  #origin(): QueueName {
    // Only queues of the registry reach the policy; its callers are typed by QueueName.
    return this.#queue as QueueName;
  }

  confirmLater(ledger: LedgerName | undefined, ...ids: (string | undefined)[]): void {
    if (ledger === undefined) return;
    const waiting = this.#confirmations.get(ledger) ?? new Set();
    for (const id of ids) if (id !== undefined) waiting.add(id);
    this.#confirmations.set(ledger, waiting);
  }

  async confirmAll(): Promise<void> {
    await Promise.all(
      [...this.#confirmations].map(([ledger, ids]) =>
        // Unconfirmed messages come again and are recognised: nothing is lost by swallowing this.
        this.#options.confirm(ledger, [...ids]).catch(() => undefined),
      ),
    );
  }

  report(
    delivery: Delivery,
    known: { id?: string; type?: string | undefined; requestId?: string; occurredAt?: Date } | undefined,
    started: number,
    settled: SettledAs,
    error: Error | undefined,
  ): void {
    const line: AttemptReport = {
      queue: this.#queue,
      id: known?.id ?? delivery.id,
      type: known?.type,
      requestId: known?.requestId,
      attempt: delivery.attempts,
      ms: this.milliseconds() - started,
      ...(known?.occurredAt ? { waitMs: Math.max(0, started - known.occurredAt.getTime()) } : {}),
      settled,
      ...(error ? { error: redact(`${error.name}: ${error.message}`).slice(0, 500) } : {}),
    };
    try {
      this.#options.report(line);
    } catch {
      // A log line is never worth a message.
    }
  }
}

/** Doubling with jitter (half to full), so that what failed together does not come back together. */
export function backoff(
  retry: { baseSeconds: number; maxSeconds: number },
  attempt: number,
  random: () => number = Math.random,
): number {
  const full = Math.min(retry.maxSeconds, retry.baseSeconds * 2 ** (attempt - 1));
  return Math.max(1, Math.round(full * (0.5 + random() / 2)));
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
