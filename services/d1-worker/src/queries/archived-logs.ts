import type * as z from "zod";
import { logSeverity } from "#contracts/log";
import type { LogRow } from "#contracts/log-view";
import type { databaseRoutes } from "#contracts/routes/database";
import { readHours } from "../archive/read.ts";
import type { Deps } from "../ports.ts";
import { toLogRow } from "./row.ts";

type Route = typeof databaseRoutes.archivedLogs;
type Query = z.infer<Route["query"]>;

/** The archived lines of an hour, the oldest first. */
export async function readArchivedLogs(query: Query, deps: Pick<Deps, "archive">): Promise<z.infer<Route["reply"]>> {
  const { rows, problems } = await readHours("logs", [query.hour], deps, query.requestId);
  const lines = rows.map(({ row }) => toLogRow(row)).filter((line) => fits(line, query));
  const logs = lines.toSorted((a, b) => a.created_at.localeCompare(b.created_at) || a.cursor - b.cursor);
  return {
    logs: logs.slice(0, query.limit),
    ...(logs.length > query.limit ? { left: logs.length - query.limit } : {}),
    ...(problems.length === 0 ? {} : { problems }),
  };
}

function fits(line: LogRow, { worker, level, grep }: Query): boolean {
  const severities = logSeverity.options;
  if (worker !== undefined && !worker.split(",").includes(line.worker)) return false;
  if (level !== undefined && severities.indexOf(line.severity) < severities.indexOf(level)) return false;
  if (grep === undefined) return true;
  return `${line.event} ${line.message} ${JSON.stringify(line.fields)}`.toLowerCase().includes(grep.toLowerCase());
}
