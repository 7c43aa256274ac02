import { decode } from "#contracts/codec";
import { letterParked, type LetterData } from "#contracts/dead-letter";
import type { Header } from "#contracts/envelope";
import {
  backoff,
  Run,
  verdicts,
  type ConsumerOptions,
  type Delivery,
  type DeliveryBatch,
  type SettledAs,
} from "./consumer.ts";
import { unexplainedLetter } from "./letter.ts";
import { deadLetterPolicy } from "./registry.ts";

/** A dead letter on its way to storage. */
export interface ArrivedLetter {
  header: Pick<Header, "requestId" | "replayId">;
  letter: LetterData;
}

export interface DeadLetterStore {
  /** One entry per letter, in order: undefined when stored. */
  store: (letters: readonly ArrivedLetter[]) => Promise<readonly (Error | undefined)[]>;
  /** The last resort after {@link deadLetterPolicy}.archiveAfterFailures failures of the store. */
  archive: (letter: ArrivedLetter) => Promise<void>;
}

/**
 * Dead letters: our wrapper, or the raw message that the platform moved after a crash or time-out.
 * A letter is acknowledged only once it stands in the database or, failing that, in the archive.
 */
export async function consumeDeadLetters(
  batch: DeliveryBatch,
  store: DeadLetterStore,
  options: ConsumerOptions,
): Promise<void> {
  const run = new Run(batch.queue, options);
  const started = run.milliseconds();
  const arrived = await Promise.all(
    batch.messages.map((delivery) => readLetter(batch.queue, delivery, options, new Date(run.milliseconds()))),
  );
  const letters = arrived.map(({ header, letter }) => ({ header, letter }));
  const errors = await verdicts(letters.length, () => store.store(letters));
  await Promise.all(
    arrived.map(async ({ delivery, header, letter }, index) => {
      const error = errors[index];
      let settled: SettledAs = "acked";
      if (error) settled = await archiveOrRetry(delivery, { header, letter }, store, options);
      else delivery.ack();
      if (settled !== "retried" && letter.final) run.confirmLater(header.confirmTo, letter.messageId, header.id);
      run.report(
        delivery,
        { id: letter.messageId, type: letter.type, requestId: header.requestId },
        started,
        settled,
        error,
      );
    }),
  );
  await run.confirmAll();
}

async function archiveOrRetry(
  delivery: Delivery,
  letter: ArrivedLetter,
  store: DeadLetterStore,
  options: ConsumerOptions,
): Promise<SettledAs> {
  if (delivery.attempts >= deadLetterPolicy.archiveAfterFailures) {
    try {
      await store.archive(letter);
      delivery.ack();
      return "archived";
    } catch {
      // Both are down: the platform keeps the letter and brings it again.
    }
  }
  delivery.retry({ delaySeconds: backoff(deadLetterPolicy.retry, delivery.attempts, options.random) });
  return "retried";
}

async function readLetter(
  deadLetterQueue: string,
  delivery: Delivery,
  options: ConsumerOptions,
  at: Date,
): Promise<{ delivery: Delivery; header: Partial<Header> & Pick<Header, "requestId">; letter: LetterData }> {
  try {
    const message = decode([letterParked], delivery.body);
    return { delivery, header: message, letter: message.data };
  } catch {
    const { known, letter } = await unexplainedLetter(deadLetterQueue, delivery, options, at);
    return { delivery, header: known ?? { requestId: crypto.randomUUID() }, letter };
  }
}
