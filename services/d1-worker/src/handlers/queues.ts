import { consumeAll, type ConsumerOptions, type DeliveryBatch } from "#queues/consumer";
import { consumeDeadLetters, type DeadLetterStore } from "#queues/dead-letters";
import { originOf, type DeadLetterQueueName, type QueueName, type registry } from "#queues/registry";
import type { Deps } from "../ports.ts";
import { archiveLetter } from "./archive-letter.ts";
import { isSilent, storeLetters } from "./letter-parked.ts";
import { storeLogs } from "./log-batch.ts";
import { storeRecords } from "./records.ts";
import { reportInShort, reportTo } from "./report.ts";

type Own = { [Q in QueueName]: (typeof registry)[Q]["consumer"] extends "d1-worker" ? Q : never }[QueueName];
type Consume = (batch: DeliveryBatch, deps: Deps) => Promise<void>;

/** Every queue that the registry gives to d1-worker: a missing or an extra one does not compile. */
const consumers: { readonly [Q in Own | DeadLetterQueueName]: Consume } = {
  records: (batch, deps) =>
    reporting(batch, deps, (options) => consumeAll("records", batch, storeRecords, deps, options)),
  "system-logs": (batch, deps) =>
    reporting(batch, deps, (options) => consumeAll("system-logs", batch, storeLogs, deps, options)),
  "records-dlq": consumeLetters,
  "trade-signals-dlq": consumeLetters,
  "notifications-dlq": consumeLetters,
  "commands-dlq": consumeLetters,
  "system-logs-dlq": consumeLetters,
};

/** Never throws for a queue of the registry: every message is settled on its own. */
export async function consumeBatch(batch: DeliveryBatch, deps: Deps): Promise<void> {
  if (!isConsumed(batch.queue)) throw new Error(`d1-worker does not consume ${batch.queue}; run: npx hoox sync`);
  await consumers[batch.queue](batch, deps);
}

async function consumeLetters(batch: DeliveryBatch, deps: Deps): Promise<void> {
  const store: DeadLetterStore = {
    store: (letters) => storeLetters(letters, deps),
    archive: (letter) => archiveLetter(letter, deps),
  };
  await reporting(batch, deps, (options) => consumeDeadLetters(batch, store, options));
}

async function reporting(
  batch: DeliveryBatch,
  deps: Deps,
  consume: (options: ConsumerOptions) => Promise<void>,
): Promise<void> {
  const silent = batch.queue === "system-logs" || isSilent(originOf(batch.queue) ?? "");
  const { report, finish } =
    batch.queue === "system-logs" ? reportInShort(deps.consoleLog) : reportTo(silent ? deps.consoleLog : deps.log);
  await consume({
    worker: "d1-worker",
    workerVersion: deps.version,
    producer: deps.producer,
    confirm: deps.confirm,
    report,
    now: deps.now,
    ...(deps.random ? { random: deps.random } : {}),
  });
  finish();
  if (!silent) await deps.flushLogs();
}

function isConsumed(queue: string): queue is keyof typeof consumers {
  return Object.hasOwn(consumers, queue);
}
