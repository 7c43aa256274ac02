import { decode, UndecodableError } from "#contracts/codec";
import { answerIdOf } from "#contracts/command";
import type { Contract } from "#contracts/envelope";
import { isQueueName, registry, type MessageOn, type QueueName } from "#queues/registry";
import type { Statement, Value } from "./database.ts";
import { jsonArrays } from "./json-rows.ts";
import { storedWhere } from "./rows.ts";

/** What a dead letter holds: its id and the message as it stood on its queue. */
export interface Letter {
  id: string;
  queue: string;
  body: unknown;
}

/** The message that a letter holds, or why no contract of its queue reads it now. */
export function readMessage({ queue, body }: Letter): MessageOn<QueueName> | string {
  if (!isQueueName(queue)) return `there is no queue ${queue}`;
  const contracts: readonly Contract[] = registry[queue].contracts;
  try {
    // The contracts are those of a queue, so the message is one of a queue.
    return decode(contracts, body) as MessageOn<QueueName>;
  } catch (error) {
    if (error instanceof UndecodableError) return error.message;
    throw error;
  }
}

type Key = readonly (Value | readonly string[])[];

/** A condition over `wanted.value`, an array that begins with a letter's id, and JSON arrays of these to ask it of. */
interface Effect {
  condition: string;
  wanted: readonly string[];
}

/** How the database shows that letters' effects have happened; letters of which it knows nothing are left out. */
export function effectsOf(letters: readonly Letter[]): Effect[] {
  const asked = new Map<string, string[]>();
  for (const letter of letters) {
    const message = readMessage(letter);
    const shown = typeof message === "string" ? undefined : shownBy(message);
    if (!shown) continue;
    const wanted = asked.get(shown.condition) ?? [];
    wanted.push(JSON.stringify([letter.id, ...shown.key]));
    asked.set(shown.condition, wanted);
  }
  return [...asked].map(([condition, wanted]) => ({ condition, wanted: jsonArrays(wanted) }));
}

function shownBy(message: MessageOn<QueueName>): { condition: string; key: Key } | undefined {
  switch (message.type) {
    case "notification.requested":
      return {
        condition: "EXISTS (SELECT 1 FROM notifications WHERE id = wanted.value->>0 AND status = 'sent')",
        key: [],
      };
    case "log.batch":
      return {
        condition: `NOT EXISTS (SELECT 1 FROM json_each(wanted.value->1) AS line
          WHERE NOT EXISTS (SELECT 1 FROM system_logs WHERE system_logs.id = line.value))`,
        key: [message.data.lines.map((line) => line.id)],
      };
    case "command.requested":
      return {
        condition: `EXISTS (SELECT 1 FROM notifications WHERE id = wanted.value->>1 AND status = 'sent')`,
        key: [answerIdOf(message.id)],
      };
    // What has come of it, only its ledger knows.
    case "signal.hinted":
      return undefined;
    default:
      return storedWhere(message);
  }
}

/** Ids of the letters whose effect stands in the database. */
export function selectEffective(effects: readonly Effect[]): Statement[] {
  return effects.flatMap(({ condition, wanted }) =>
    wanted.map((array) => ({
      sql: `SELECT wanted.value->>0 AS id FROM json_each(?1) AS wanted WHERE ${condition}`,
      params: [array],
    })),
  );
}
