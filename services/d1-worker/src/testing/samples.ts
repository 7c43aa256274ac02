import { decode } from "#contracts/codec";
import { letterParked } from "#contracts/dead-letter";
import type { LetterData } from "#contracts/dead-letter";
import type { ArrivedLetter } from "#queues/dead-letters";
import { registry, type MessageOn, type TypeOn } from "#queues/registry";
import audit from "../../../../contracts/fixtures/audit.recorded@1.json" with { type: "json" };
import letter from "../../../../contracts/fixtures/letter.parked@1.json" with { type: "json" };
import logs from "../../../../contracts/fixtures/log.batch@1.json" with { type: "json" };
import acknowledged from "../../../../contracts/fixtures/notification.acknowledged@1.json" with { type: "json" };
import sent from "../../../../contracts/fixtures/notification.sent@1.json" with { type: "json" };
import order from "../../../../contracts/fixtures/order.updated@1.json" with { type: "json" };
import reconciled from "../../../../contracts/fixtures/position.reconciled@1.json" with { type: "json" };
import sampled from "../../../../contracts/fixtures/queue.sampled@1.json" with { type: "json" };
import duplicated from "../../../../contracts/fixtures/signal.duplicated@1.json" with { type: "json" };
import refused from "../../../../contracts/fixtures/signal.refused@1.json" with { type: "json" };
import settled from "../../../../contracts/fixtures/signal.settled@1.json" with { type: "json" };
import type { RecordMessage, RecordOf } from "../rows.ts";

/** The frozen wire samples of every record. */
export const wires: { readonly [T in TypeOn<"records">]: unknown } = {
  "signal.settled": settled,
  "signal.refused": refused,
  "signal.duplicated": duplicated,
  "order.updated": order,
  "position.reconciled": reconciled,
  "notification.sent": sent,
  "notification.acknowledged": acknowledged,
  "audit.recorded": audit,
  "queue.sampled": sampled,
};

type Changes<T extends TypeOn<"records">> = Partial<Omit<RecordOf<T>, "data">> & {
  data?: Partial<RecordOf<T>["data"]>;
};

/** The frozen sample of a record with these changes. */
export function record<T extends TypeOn<"records">>(type: T, changes: Changes<T> = {}): RecordOf<T> {
  const contracts: readonly (typeof registry.records.contracts)[number][] = registry.records.contracts;
  const message: RecordMessage = decode(contracts, wires[type]);
  // The sample found by a type is a record of that type.
  return { ...message, ...changes, data: { ...message.data, ...changes.data } } as RecordOf<T>;
}

/** A `log.batch` of these lines, each the frozen one with changes. */
export function logBatchOf(
  ...lines: Partial<MessageOn<"system-logs">["data"]["lines"][number]>[]
): MessageOn<"system-logs"> {
  const message = decode(registry["system-logs"].contracts, logs);
  const [line] = message.data.lines;
  if (!line) throw new Error("the sample has no line");
  return { ...message, data: { lines: lines.map((changes) => ({ ...line, ...changes })) } };
}

/** The frozen letter with these changes. */
export function arrivedLetter(changes: Partial<LetterData> = {}): ArrivedLetter {
  const message = decode([letterParked], letter);
  return { header: message, letter: { ...message.data, ...changes } };
}
