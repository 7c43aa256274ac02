import * as z from "zod";
import { defineContract } from "./envelope.ts";
import { worker } from "./ids.ts";

export const logSeverity = z.enum(["debug", "info", "warn", "error"]);
export type LogSeverity = z.infer<typeof logSeverity>;

/** One step of one Worker. `createdAt` is ISO text because lines travel to D1 without being taken apart. */
export const logLine = z.lazy(() =>
  z.object({
    /** Time and randomness; makes ingestion idempotent. */
    id: z.string(),
    requestId: z.string().optional(),
    createdAt: z.iso.datetime({ precision: 3 }),
    worker,
    severity: logSeverity,
    /** `noun.verb`, stable, for filters: `alert.accepted`. */
    event: z.string().max(80),
    message: z.string().max(2_000),
    fields: z.record(z.string(), z.unknown()),
  }),
);
export type LogLine = z.infer<typeof logLine>;

/**
 * Whether a line is of one of these Workers (names separated by commas), of this severity or above, and has this text in
 * its event, message or fields, whatever its case. What is absent leaves nothing out.
 */
export function fitsLogFilter(
  line: Pick<LogLine, "severity" | "event" | "message" | "fields"> & { worker: string },
  filter: { worker?: string | undefined; level?: string | undefined; grep?: string | undefined },
): boolean {
  const { worker: names, level, grep } = filter;
  const severities = logSeverity.options;
  if (severities.indexOf(line.severity) < severities.findIndex((each) => each === level)) return false;
  if (names !== undefined && !names.split(",").includes(line.worker)) return false;
  if (grep === undefined) return true;
  const text = `${line.event} ${line.message} ${JSON.stringify(line.fields)}`;
  return text.toLowerCase().includes(grep.toLowerCase());
}

/** Sorts before the ids of all lines from this time on, and behind those of earlier ones. */
export function lineIdFrom(at: Date): string {
  return at.getTime().toString(36).padStart(9, "0");
}

/** The lines that one or several invocations of a Worker buffered. */
export const logBatch = defineContract({
  type: "log.batch",
  version: 1,
  data: () => z.object({ lines: z.array(logLine).min(1) }),
});
