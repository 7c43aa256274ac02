import type { LogRow } from "#contracts/routes";
import type { LogSeverity } from "#contracts/log";
import type { Paint } from "./paint.ts";
import { clock } from "./time.ts";

export interface LineOptions {
  now: Date;
  absolute: boolean;
  paint: Paint;
  /** Whether lines name their request; needless when all are of one. */
  requestId: boolean;
}

export interface Line {
  at: Date | string;
  worker: string;
  severity: LogSeverity;
  event: string;
  message: string;
  requestId?: string | null | undefined;
}

const WORKER_WIDTH = "telegram-worker".length;
const EVENT_WIDTH = 20;

/** `12:00:01.234 trade-worker    order.sent           message  9b1deb4d` */
export function lineText(line: Line, options: LineOptions): string {
  const { paint } = options;
  const id = options.requestId && line.requestId ? `  ${paint.dim(line.requestId.slice(0, 8))}` : "";
  const event = line.event.padEnd(EVENT_WIDTH);
  const [first = "", ...more] = line.message.split("\n");
  const head = [
    paint.dim(clock(line.at, options)),
    paint.name(line.worker.padEnd(WORKER_WIDTH)),
    line.severity === "info" ? event : colourOf(line.severity, paint)(event),
  ].join(" ");
  return [`${head} ${first}${id}`, ...more.map((each) => `${" ".repeat(14)}${each}`)].join("\n");
}

export function logRowText(row: LogRow, options: LineOptions): string {
  return lineText({ ...row, at: row.created_at, requestId: row.request_id }, options);
}

function colourOf(severity: LogSeverity, paint: Paint): (text: string) => string {
  return { debug: paint.dim, info: (text: string) => text, warn: paint.odd, error: paint.bad }[severity];
}
