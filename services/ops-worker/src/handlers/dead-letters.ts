import { databaseRoutes } from "#contracts/routes/database";
import type { OpsHandlers } from "../call.ts";

export const listDeadLetters: OpsHandlers["deadLetters"] = async ({ requestId, query }, deps) =>
  deps.database.ask(databaseRoutes.deadLetters, { requestId, query });

export const getDeadLetter: OpsHandlers["deadLetter"] = async ({ requestId, params }, deps) =>
  deps.database.ask(databaseRoutes.deadLetter, { requestId, params });
