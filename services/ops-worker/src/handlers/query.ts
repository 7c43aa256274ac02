import { databaseRoutes } from "#contracts/routes";
import type { OpsHandlers } from "../call.ts";

/** d1-worker refuses anything but one reading statement. */
export const runQuery: OpsHandlers["query"] = async ({ requestId, body }, deps) =>
  deps.database.ask(databaseRoutes.query, { requestId, body, timeoutMs: 30_000 });
