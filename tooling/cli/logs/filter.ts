import { fitsLogFilter, logSeverity, type LogLine } from "#contracts/log";
import { requestId, worker } from "#contracts/ids";
import { read, readOptional, readTime } from "../options.ts";

export interface LogFlags {
  requestId?: string | undefined;
  workers: readonly string[];
  level?: string | undefined;
  grep?: string | undefined;
  since?: string | undefined;
}

/** What `/ops/logs` is asked to leave out. */
export interface LogFilter {
  requestId: string | undefined;
  worker: string | undefined;
  level: string | undefined;
  grep: string | undefined;
  since: string | undefined;
}

export function readLogFilter(flags: LogFlags, now: Date): LogFilter {
  const workers = flags.workers.flatMap((names) => names.split(",")).map((name) => read("--worker", worker, name));
  return {
    requestId: readOptional("--request-id", requestId, flags.requestId),
    worker: workers.length === 0 ? undefined : workers.join(","),
    level: flags.level === "all" ? undefined : readOptional("--level", logSeverity, flags.level),
    grep: flags.grep,
    since: readTime("--since", flags.since, now),
  };
}

/** Whether a line that no database has seen is one that `/ops/logs` would answer; debug lines only for who asks. */
export function fits(line: LogLine, filter: LogFilter): boolean {
  const { requestId: id, worker: names, level = "info", grep, since } = filter;
  if (id !== undefined && line.requestId !== id) return false;
  if (since !== undefined && line.createdAt < since) return false;
  return fitsLogFilter(line, { worker: names, level, grep });
}

/** `request 9b1d…, worker d1-worker, warn and above`; what is not left out. */
export function filterText(filter: LogFilter): string {
  const parts = [
    filter.requestId && `of request ${filter.requestId}`,
    filter.worker && `of ${filter.worker.replaceAll(",", ", ")}`,
    filter.level && (filter.level === "error" ? "errors" : `${filter.level} and above`),
    filter.grep && `with "${filter.grep}"`,
    filter.since && `since ${filter.since}`,
  ].filter(Boolean);
  return parts.length === 0 ? "all lines" : `lines ${parts.join(", ")}`;
}
