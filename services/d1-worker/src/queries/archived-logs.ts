import type * as z from "zod";
import { fitsLogFilter } from "#contracts/log";
import type { databaseRoutes } from "#contracts/routes/database";
import { readHours } from "../archive/read.ts";
import type { Deps } from "../ports.ts";
import { toLogRow } from "./row.ts";

type Route = typeof databaseRoutes.archivedLogs;

/** The archived lines of an hour, the oldest first. */
export async function readArchivedLogs(
  query: z.infer<Route["query"]>,
  deps: Pick<Deps, "archive">,
): Promise<z.infer<Route["reply"]>> {
  const { rows, problems } = await readHours("logs", [query.hour], deps, query.requestId);
  const lines = rows.map(({ row }) => toLogRow(row)).filter((line) => fitsLogFilter(line, query));
  const logs = lines.toSorted((a, b) => a.created_at.localeCompare(b.created_at) || a.cursor - b.cursor);
  return {
    logs: logs.slice(0, query.limit),
    ...(logs.length > query.limit ? { left: logs.length - query.limit } : {}),
    ...(problems.length === 0 ? {} : { problems }),
  };
}
