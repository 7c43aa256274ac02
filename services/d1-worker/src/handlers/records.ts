import { commandAnsweredBy } from "#contracts/command";
import { messageId } from "#contracts/ids";
import { writeAll } from "../database.ts";
import { resolve } from "../letter-changes.ts";
import type { Deps } from "../ports.ts";
import { statementsFor, type RecordMessage } from "../rows.ts";

/** Stores a batch of records: one statement per table, all in one transaction. */
export async function storeRecords(
  records: readonly RecordMessage[],
  deps: Pick<Deps, "database" | "now">,
): Promise<readonly (Error | undefined)[]> {
  const now = deps.now().toISOString();
  return writeAll(deps.database, records, (some) => [...statementsFor(some), resolve(some.flatMap(lettersDone), now)]);
}

/** Letters that a stored record shows to be done: its own, of the notification or the command that it reports, of a revived signal. */
function lettersDone(record: RecordMessage): Parameters<typeof resolve>[0] {
  const own = { id: record.id, reason: "its record was stored" };
  if (record.type === "notification.sent" && record.data.status === "sent") {
    const { notificationId } = record.data;
    const command = commandAnsweredBy(notificationId);
    return [
      own,
      { id: notificationId, reason: "the notification was sent" },
      ...(command === undefined ? [] : [{ id: command, reason: "the command was answered" }]),
    ];
  }
  if (record.type === "signal.settled" && record.data.generation !== undefined && record.data.parked !== true) {
    const { requestId, data } = record;
    return [
      own,
      {
        // The letter of a signal has the id of its first hint in every life.
        id: messageId({ requestId, type: "signal.hinted", rev: 0 }),
        reason: `the revived signal ended: ${data.outcome}`,
        generation: data.generation,
      },
    ];
  }
  return [own];
}
