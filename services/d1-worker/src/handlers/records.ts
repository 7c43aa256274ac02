import { writeAll, type Statement } from "../database.ts";
import type { Deps } from "../ports.ts";
import { statementsFor, type RecordMessage } from "../rows.ts";

/** Stores a batch of records: one statement per table, all in one transaction. */
export async function storeRecords(
  records: readonly RecordMessage[],
  deps: Pick<Deps, "database" | "now">,
): Promise<readonly (Error | undefined)[]> {
  const now = deps.now().toISOString();
  return writeAll(deps.database, records, (some) => [...statementsFor(some), resolveLetters(some, now)]);
}

/** What stands in the database needs no replay: letters of stored records and of delivered notifications. */
function resolveLetters(records: readonly RecordMessage[], now: string): Statement {
  const ids = records.flatMap((record) => [record.id, ...deliveredNotification(record)]);
  return {
    sql: `UPDATE dead_letters SET status = 'resolved', resolved_at = ?2
      WHERE id IN (SELECT value FROM json_each(?1)) AND status IN ('open', 'replayed')`,
    params: [JSON.stringify(ids), now],
  };
}

function deliveredNotification(record: RecordMessage): string[] {
  return record.type === "notification.sent" && record.data.status === "sent" ? [record.data.notificationId] : [];
}
