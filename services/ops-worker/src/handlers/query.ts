import { databaseRoutes } from "#contracts/routes/database";
import type { OpsHandlers } from "../call.ts";

/** d1-worker refuses anything but one reading statement. */
export const runQuery: OpsHandlers["query"] = async ({ requestId, body }, deps) => {
  const reply = await deps.database.ask(databaseRoutes.query, { requestId, body, timeoutMs: 30_000 });
  // Who read what is worth a line, not an audit row: that is for changes.
  const { rows, truncated } = reply;
  deps.log.for(requestId)("info", "db.queried", `an operator read ${rows.length} rows`, { sql: body.sql, truncated });
  return reply;
};
