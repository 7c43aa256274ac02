import { commandRequested } from "#contracts/command";
import type { Contract, DataOf, MessageOf } from "#contracts/envelope";
import { letterParked } from "#contracts/dead-letter";
import type { Worker } from "#contracts/ids";
import { logBatch } from "#contracts/log";
import type { Threshold } from "#contracts/monitor";
import { notificationAcknowledged, notificationRequested, notificationSent } from "#contracts/notification";
import { orderUpdated, positionReconciled } from "#contracts/order";
import { auditRecorded, queueSampled } from "#contracts/record";
import { signalDuplicated, signalHinted, signalRefused, signalSettled } from "#contracts/signal";

interface QueueDeclaration {
  readonly contracts: readonly Contract[];
  readonly producers: readonly Worker[];
  readonly consumer: Worker;
  /** `waitSeconds` is how long the platform gathers a batch. */
  readonly batch: { readonly size: number; readonly waitSeconds: number; readonly concurrency?: number };
  /** `limit` deliveries after the first; delays grow from `baseSeconds` by doubling to `maxSeconds`. */
  readonly retry: { readonly limit: number; readonly baseSeconds: number; readonly maxSeconds: number };
  /** What the last attempt of a message that merely kept failing ends in. */
  readonly exhausted: "park" | "ack";
  /** When the monitor tells the trader of waiting messages, and of the age of the oldest; KV may say otherwise. */
  readonly alert: { readonly backlog: Threshold; readonly ageSeconds: Threshold };
}

/**
 * Every queue, once. Typed `send`, handler maps, binding names, dead-letter queues, the `queues` block of
 * each wrangler.jsonc (`hoox sync`) and what the monitor watches derive from this literal.
 */
export const registry = {
  "trade-signals": {
    contracts: [signalHinted],
    producers: ["hoox", "ledger-worker", "ops-worker"],
    consumer: "trade-worker",
    batch: { size: 10, waitSeconds: 0 },
    retry: { limit: 5, baseSeconds: 1, maxSeconds: 30 },
    // A hint is not the truth: the ledger hints again as long as the signal has not ended.
    exhausted: "ack",
    alert: {
      backlog: { enter: 100, leave: 20, forSeconds: 120 },
      ageSeconds: { enter: 30, leave: 10, forSeconds: 60 },
    },
  },
  records: {
    contracts: [
      signalSettled,
      signalRefused,
      signalDuplicated,
      orderUpdated,
      positionReconciled,
      notificationSent,
      notificationAcknowledged,
      auditRecorded,
      queueSampled,
    ],
    producers: ["ledger-worker", "telegram-worker", "ops-worker", "hoox"],
    consumer: "d1-worker",
    // A quarter of what the platform takes: whatever else wants the database's one thread waits for a whole batch.
    batch: { size: 25, waitSeconds: 1 },
    retry: { limit: 8, baseSeconds: 2, maxSeconds: 300 },
    exhausted: "park",
    alert: {
      backlog: { enter: 5_000, leave: 500, forSeconds: 120 },
      ageSeconds: { enter: 300, leave: 60, forSeconds: 60 },
    },
  },
  notifications: {
    contracts: [notificationRequested],
    producers: ["ledger-worker", "d1-worker", "ops-worker", "hoox"],
    consumer: "telegram-worker",
    // One consumer at a time: Telegram counts messages per chat.
    batch: { size: 20, waitSeconds: 1, concurrency: 1 },
    retry: { limit: 8, baseSeconds: 2, maxSeconds: 300 },
    exhausted: "park",
    alert: {
      backlog: { enter: 100, leave: 20, forSeconds: 120 },
      ageSeconds: { enter: 300, leave: 60, forSeconds: 60 },
    },
  },
  commands: {
    contracts: [commandRequested],
    producers: ["telegram-worker"],
    consumer: "ops-worker",
    // A person waits for each, and the last word of two must win: one at a time, at once.
    batch: { size: 10, waitSeconds: 0, concurrency: 1 },
    retry: { limit: 3, baseSeconds: 1, maxSeconds: 10 },
    exhausted: "park",
    alert: {
      backlog: { enter: 20, leave: 5, forSeconds: 120 },
      ageSeconds: { enter: 60, leave: 15, forSeconds: 60 },
    },
  },
  "system-logs": {
    contracts: [logBatch],
    producers: ["hoox", "ledger-worker", "trade-worker", "d1-worker", "telegram-worker", "ops-worker"],
    consumer: "d1-worker",
    batch: { size: 100, waitSeconds: 5 },
    retry: { limit: 5, baseSeconds: 2, maxSeconds: 300 },
    exhausted: "park",
    alert: {
      backlog: { enter: 5_000, leave: 500, forSeconds: 120 },
      ageSeconds: { enter: 900, leave: 120, forSeconds: 60 },
    },
  },
} as const satisfies Record<string, QueueDeclaration>;

export type QueueName = keyof typeof registry;
export type DeadLetterQueueName = `${QueueName}-dlq`;

/** Consumer settings of every dead-letter queue; d1-worker stores what arrives there. */
export const deadLetterPolicy = {
  contracts: [letterParked],
  consumer: "d1-worker",
  /** The ledger's outbox parks there too. */
  extraProducers: { "trade-signals": ["ledger-worker"] },
  batch: { size: 50, waitSeconds: 5 },
  retry: { limit: 100, baseSeconds: 5, maxSeconds: 900 },
  /** After so many failures of the database the letter goes to the archive. */
  archiveAfterFailures: 3,
  /** d1-worker empties it within seconds; what stays longer is not being stored. */
  alert: { backlog: { enter: 1, leave: 0, forSeconds: 120 } },
} as const;

/** How long the platform keeps what nobody takes; a parked message outlives a long outage of the database. */
export const retentionSeconds = { queue: 4 * 86_400, deadLetterQueue: 14 * 86_400 } as const;

/** A message on its own way must not make another of its kind when it dies. */
export const silentQueues: readonly QueueName[] = ["notifications", "system-logs"];

export const queueNames = Object.keys(registry).filter(isQueueName);

export function isQueueName(name: string): name is QueueName {
  return Object.hasOwn(registry, name);
}

export function deadLetterQueueOf(queue: QueueName): DeadLetterQueueName {
  return `${queue}-dlq`;
}

/** The queue that a dead-letter queue belongs to, or undefined for any other name. */
export function originOf(name: string): QueueName | undefined {
  const origin = name.endsWith("-dlq") ? name.slice(0, -"-dlq".length) : "";
  return isQueueName(origin) ? origin : undefined;
}

/** `trade-signals` → `TRADE_SIGNALS_QUEUE`, `trade-signals-dlq` → `TRADE_SIGNALS_DLQ`. */
export function bindingOf(name: QueueName | DeadLetterQueueName): string {
  const constant = name.toUpperCase().replaceAll("-", "_");
  return constant.endsWith("_DLQ") ? constant : `${constant}_QUEUE`;
}

export type ContractOn<Q extends QueueName> = (typeof registry)[Q]["contracts"][number];
export type MessageOn<Q extends QueueName> = MessageOf<ContractOn<Q>>;
export type TypeOn<Q extends QueueName> = ContractOn<Q>["type"];
export type DataOn<Q extends QueueName, T extends TypeOn<Q>> = DataOf<Extract<ContractOn<Q>, { type: T }>>;
