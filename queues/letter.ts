import { decodeHeader, UndecodableError } from "#contracts/codec";
import type { LetterData } from "#contracts/dead-letter";
import type { Header } from "#contracts/envelope";
import type { Worker } from "#contracts/ids";
import { PermanentError } from "./errors.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { redact, redactValue } from "./redact.ts";
import { originOf, type QueueName } from "./registry.ts";

interface Dead {
  readonly id: string;
  readonly timestamp: Date;
  readonly body: unknown;
  readonly attempts: number;
}

interface Undertaker {
  worker: Worker;
  workerVersion: string;
}

interface Written {
  /** As far as the message itself could be read. */
  known: Header | undefined;
  letter: LetterData;
}

/** The letter of a message that its own consumer gives up. */
export async function letterOf(
  queue: QueueName,
  delivery: Dead,
  error: Error,
  by: Undertaker & { at: Date },
): Promise<Written> {
  const reason = redact(error.message).slice(0, 2_000);
  const { final, ...verdict } = classify(error);
  const fingerprint = await fingerprintOf(verdict.class, verdict.error, reason);
  return write(queue, delivery, by, { ...verdict, reason, fingerprint, final, parkedAt: by.at });
}

/** The letter of a raw message that the platform moved, which nobody can explain. */
export async function unexplainedLetter(
  deadLetterQueue: string,
  delivery: Dead,
  by: Undertaker,
  at: Date,
): Promise<Written> {
  const reason = "the platform dead-lettered it: the consumer crashed, timed out or never settled it";
  const type = decodeHeader(delivery.body)?.known.type ?? "unreadable";
  return write(originOf(deadLetterQueue) ?? deadLetterQueue, delivery, by, {
    class: "unexplained",
    error: "unexplained",
    reason,
    fingerprint: await fingerprintOf("unexplained", type, reason),
    final: false,
    parkedAt: at,
    sentAt: delivery.timestamp,
  });
}

function write(
  originQueue: string,
  delivery: Dead,
  by: Undertaker,
  cause: Pick<LetterData, "class" | "error" | "reason" | "fingerprint" | "final" | "parkedAt" | "sentAt">,
): Written {
  const known = decodeHeader(delivery.body)?.known;
  const letter: LetterData = {
    messageId: known?.id ?? delivery.id,
    originQueue,
    type: known?.type,
    attempts: delivery.attempts,
    firstSeenAt: known?.occurredAt ?? delivery.timestamp,
    parkedBy: by.worker,
    workerVersion: by.workerVersion,
    generation: known?.generation ?? 0,
    body: redactValue(delivery.body),
    ...cause,
  };
  return { known, letter };
}

function classify(error: Error): { class: LetterData["class"]; error: string; final: boolean } {
  if (error instanceof UndecodableError) {
    return {
      class: error.code === "unknown_type" ? "no_handler" : "undecodable",
      error: error.code,
      final: error.code !== "newer_version",
    };
  }
  if (error instanceof PermanentError) return { class: "permanent", error: error.code, final: true };
  return { class: "retries_exhausted", error: error.name, final: false };
}
