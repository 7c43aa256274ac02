import type { LogRow } from "#contracts/log-view";
import type { LogSeverity } from "#contracts/log";
import type { Paint } from "./paint.ts";
import { visible } from "./table.ts";
import { clock } from "./time.ts";
import { wrap } from "./wrap.ts";

export interface LineOptions {
  now: Date;
  absolute: boolean;
  paint: Paint;
  /** Whether lines name their request; needless when all are of one. */
  requestId: boolean;
  /** Width of the terminal: longer messages are broken between words, under the first. */
  columns?: number;
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
  const head = [
    paint.dim(clock(line.at, options)),
    paint.name(line.worker.padEnd(WORKER_WIDTH)),
    line.severity === "info" ? event : colourOf(line.severity, paint)(event),
  ].join(" ");
  const [said = "", ...rest] = line.message.replaceAll(CONTROL, "\u{fffd}").split("\n");
  const [first = "", ...more] = [...broken(`${said}${id}`, visible(head) + 1, options.columns), ...rest];
  return [`${head} ${first}`, ...more.map((each) => `${INDENT}${each}`)].join("\n");
}

/** What others wrote may end in a message, and must not move the terminal's cursor or change its colours. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;
const INDENT = " ".repeat(14);

function broken(text: string, taken: number, columns = Infinity): string[] {
  if (taken + visible(text) <= columns) return [text];
  return wrap(text, columns - INDENT.length, columns - taken).split("\n");
}

export function logRowText(row: Omit<LogRow, "cursor">, options: LineOptions): string {
  return lineText({ ...row, at: row.created_at, requestId: row.request_id }, options);
}

function colourOf(severity: LogSeverity, paint: Paint): (text: string) => string {
  return { debug: paint.dim, info: (text: string) => text, warn: paint.odd, error: paint.bad }[severity];
}
