import type * as z from "zod";
import { fitsLogFilter } from "#contracts/log";
import type { LogRow } from "#contracts/log-view";
import type { databaseRoutes } from "#contracts/routes/database";
import { partsOf } from "../archive/read.ts";
import type { Deps } from "../ports.ts";
import { toLogRow } from "./row.ts";

type Route = typeof databaseRoutes.archivedLogs;

/** The archived lines of an hour, the oldest first: of an hour with millions, only those that are answered are held. */
export async function readArchivedLogs(
  { hour, requestId, limit, ...filter }: z.infer<Route["query"]>,
  deps: Pick<Deps, "archive">,
): Promise<z.infer<Route["reply"]>> {
  const problems: string[] = [];
  let first: LogRow[] = [];
  let left = 0;
  for await (const { rows, problem } of partsOf("logs", hour, deps, requestId)) {
    if (problem !== undefined) problems.push(problem);
    const lines = rows.map(({ row }) => toLogRow(row)).filter((line) => fitsLogFilter(line, filter));
    // Parts can hold a line twice.
    const all = [...new Map([...first, ...lines].map((line) => [line.id, line])).values()].toSorted(
      (a, b) => a.created_at.localeCompare(b.created_at) || a.cursor - b.cursor,
    );
    first = all.slice(0, limit);
    left += all.length - first.length;
  }
  return { logs: first, ...(left > 0 ? { left } : {}), ...(problems.length === 0 ? {} : { problems }) };
}
