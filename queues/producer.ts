import { decodeHeader, encode, relabel, type Wire } from "#contracts/codec";
import { letterParked } from "#contracts/dead-letter";
import type { Contract, DataOf, Header, MessageOf } from "#contracts/envelope";
import type { Worker } from "#contracts/ids";
import { PermanentError } from "./errors.ts";
import { hideSecrets, rememberSecrets } from "./redact.ts";
import {
  bindingOf,
  deadLetterQueueOf,
  registry,
  type DataOn,
  type DeadLetterQueueName,
  type QueueName,
  type TypeOn,
} from "./registry.ts";

/** Room for the parking wrapper under the platform's 128,000 bytes. */
export const MAX_MESSAGE_BYTES = 120_000;
/** A parked message carries the original and may use the rest, less the platform's own ~100 bytes. */
const MAX_LETTER_BYTES = 127_500;
const MAX_BATCH_MESSAGES = 100;
/** The platform allows 256 KB in one sendBatch; metadata counts. */
const MAX_BATCH_BYTES = 240_000;
/** A send has been seen to hang for 57 s (workerd issue 6053); it is tried once more after this long. */
const SEND_TIMEOUT_MS = 5_000;

/** The part of the platform's Queue binding that is used. */
export interface QueueBinding {
  send(body: unknown, options?: { contentType?: "json"; delaySeconds?: number }): Promise<unknown>;
  sendBatch(messages: Iterable<{ body: unknown; contentType?: "json"; delaySeconds?: number }>): Promise<unknown>;
}

/** Where a message comes from; what is absent is filled in (`id` random, `generation` 0, `occurredAt` now). */
export type Origin = Pick<Header, "requestId"> &
  Partial<Pick<Header, "id" | "causationId" | "generation" | "replayId" | "confirmTo" | "occurredAt">>;

export interface Outgoing<Q extends QueueName = QueueName, T extends TypeOn<Q> = TypeOn<Q>> {
  queue: Q;
  type: T;
  data: DataOn<Q, T>;
  origin: Origin;
}

/** An encoded message with the queue it is for: what the ledger's outbox keeps. */
export interface Packed {
  queue: QueueName | DeadLetterQueueName;
  id: string;
  wire: Wire;
  /** The wire as JSON, where it is at hand: whoever stores or measures it need not write it again. */
  text?: string;
}

export interface Producer {
  /** Whether the Worker has the binding of this queue. */
  isBound(queue: QueueName): boolean;
  /** Throws PermanentError when the message does not fit, the platform's error when sending failed twice. */
  send<Q extends QueueName, T extends TypeOn<Q>>(queue: Q, type: T, data: DataOn<Q, T>, origin: Origin): Promise<void>;
  /** Parks one message on its queue's dead-letter queue. */
  park(queue: QueueName, letter: DataOf<typeof letterParked>, origin: Origin): Promise<void>;
  /** Validates and encodes without sending. */
  pack<Q extends QueueName, T extends TypeOn<Q>>(queue: Q, type: T, data: DataOn<Q, T>, origin: Origin): Packed;
  packLetter(queue: QueueName, letter: DataOf<typeof letterParked>, origin: Origin): Packed;
  /** Sends what was packed, as few calls as the platform's limits allow. */
  sendPacked(messages: readonly Packed[]): Promise<void>;
}

/** Of the one Worker that replays. */
export interface ReplayProducer extends Producer {
  /**
   * A dead letter's body as it goes out again: the same message, id and data included, in another life. Throws
   * PermanentError when it is not an envelope or does not fit.
   */
  packAgain(queue: QueueName, body: unknown, life: Pick<Header, "generation" | "replayId">): Packed;
}

export interface ProducerOptions {
  source: Worker;
  /** The Worker's env: bindings are found by the names that the registry derives. Its secrets never leave it. */
  env: object;
  now?: () => Date;
  newId?: () => string;
  timeoutMs?: number;
}

export function createProducer(options: ProducerOptions): ReplayProducer {
  const { source, env, timeoutMs = SEND_TIMEOUT_MS } = options;
  const now = options.now ?? (() => new Date());
  const newId = options.newId ?? (() => crypto.randomUUID());
  // Every Worker sends, so here none can forget it.
  rememberSecrets(env);

  function packAs(queue: Packed["queue"], contract: Contract, data: unknown, origin: Origin, limit: number): Packed {
    const id = origin.id ?? newId();
    const message: MessageOf<Contract> = {
      v: contract.version,
      id,
      type: contract.type,
      requestId: origin.requestId,
      causationId: origin.causationId ?? origin.requestId,
      source,
      occurredAt: origin.occurredAt ?? now(),
      generation: origin.generation ?? 0,
      replayId: origin.replayId,
      confirmTo: origin.confirmTo,
      data,
    };
    const encoded = encode(contract, message);
    const written = JSON.stringify(encoded);
    const text = hideSecrets(written);
    // Hiding leaves JSON JSON, and an envelope an envelope.
    const wire = text === written ? encoded : (JSON.parse(text) as Wire);
    const bytes = bytesOf(text);
    if (bytes > limit) {
      throw new PermanentError("message_too_large", `${contract.type} is ${bytes} bytes; ${queue} takes ${limit}`);
    }
    return { queue, id: text === written ? id : hideSecrets(id), wire, text };
  }

  function packAgain(queue: QueueName, body: unknown, life: Pick<Header, "generation" | "replayId">): Packed {
    const wire = relabel(body, life);
    const known = decodeHeader(wire)?.known;
    if (!wire || !known) throw new PermanentError("not_an_envelope", "the body of the letter is not an envelope");
    const text = JSON.stringify(wire);
    const bytes = bytesOf(text);
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new PermanentError(
        "message_too_large",
        `${known.type} is ${bytes} bytes; ${queue} takes ${MAX_MESSAGE_BYTES}`,
      );
    }
    return { queue, id: known.id, wire, text };
  }

  function bindingFor(queue: Packed["queue"]): QueueBinding {
    const name = bindingOf(queue);
    const binding: unknown = Reflect.get(env, name);
    if (!isQueueBinding(binding)) {
      throw new PermanentError("queue_not_bound", `${source} has no binding ${name}; run: npx hoox sync`);
    }
    return binding;
  }

  const producer: ReplayProducer = {
    isBound: (queue) => isQueueBinding(Reflect.get(env, bindingOf(queue))),
    pack(queue, type, data, origin) {
      const contract = registry[queue].contracts.find((each: Contract) => each.type === type);
      if (!contract) throw new PermanentError("no_contract", `${queue} does not carry ${type}`);
      return packAs(queue, contract, data, origin, MAX_MESSAGE_BYTES);
    },
    packLetter(queue, letter, origin) {
      return packAs(deadLetterQueueOf(queue), letterParked, letter, origin, MAX_LETTER_BYTES);
    },
    packAgain,
    async send(queue, type, data, origin) {
      await producer.sendPacked([producer.pack(queue, type, data, origin)]);
    },
    async park(queue, letter, origin) {
      await producer.sendPacked([producer.packLetter(queue, letter, origin)]);
    },
    async sendPacked(messages) {
      for (const { queue, wires } of chunked(messages)) {
        const binding = bindingFor(queue);
        const [only] = wires;
        await twice(timeoutMs, async () =>
          wires.length === 1
            ? binding.send(only, { contentType: "json" })
            : binding.sendBatch(wires.map((body) => ({ body, contentType: "json" }))),
        );
      }
    },
  };
  return producer;
}

/** Size on the wire in bytes. */
export function wireBytes(wire: Wire): number {
  return bytesOf(JSON.stringify(wire));
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

function isQueueBinding(value: unknown): value is QueueBinding {
  return typeof value === "object" && value !== null && "send" in value;
}

function* chunked(messages: readonly Packed[]): Generator<{ queue: Packed["queue"]; wires: Wire[] }> {
  for (const [queue, group] of Map.groupBy(messages, (each) => each.queue)) {
    let wires: Wire[] = [];
    let bytes = 0;
    for (const { wire, text } of group) {
      const size = text === undefined ? wireBytes(wire) : bytesOf(text);
      if (wires.length > 0 && (wires.length === MAX_BATCH_MESSAGES || bytes + size > MAX_BATCH_BYTES)) {
        yield { queue, wires };
        wires = [];
        bytes = 0;
      }
      wires.push(wire);
      bytes += size;
    }
    if (wires.length > 0) yield { queue, wires };
  }
}

async function twice(timeoutMs: number, send: () => Promise<unknown>): Promise<void> {
  try {
    await withTimeout(timeoutMs, send());
  } catch {
    // The first may have happened after all: every consumer recognises a second copy by its id.
    await withTimeout(timeoutMs, send());
  }
}

async function withTimeout(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the queue did not answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
