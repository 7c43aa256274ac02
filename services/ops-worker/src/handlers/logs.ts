import { databaseRoutes } from "#contracts/routes/database";
import type { OpsHandlers } from "../call.ts";

export const listLogs: OpsHandlers["logs"] = async ({ requestId, query }, deps) =>
  deps.database.ask(databaseRoutes.logs, { requestId, query, timeoutMs: (query.wait ?? 0) * 1_000 + 10_000 });

export const listArchivedLogs: OpsHandlers["archivedLogs"] = async ({ requestId, query }, deps) =>
  deps.database.ask(databaseRoutes.archivedLogs, { requestId, query, timeoutMs: 30_000 });
