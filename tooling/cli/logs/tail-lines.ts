import { requestId, type Worker } from "#contracts/ids";
import { logLine, type LogLine, type LogSeverity } from "#contracts/log";
import { redact } from "#queues/redact";
import type { TailEvent } from "../../cloudflare/index.ts";

/** Ends of an invocation that say nothing: it ended well, its exceptions speak for themselves. */
const SILENT = ["ok", "exception"];
/** The caller hung up; the Worker did nothing wrong. */
const HARMLESS = ["canceled", "responseStreamDisconnected"];

/** Where events of a kind have their name. */
const KINDS = [
  ["queue", "batch of"],
  ["cron", "cron"],
  ["rpcMethod", "call of"],
] as const;

/** What a Worker said in one invocation: its own log lines, and as lines what else became of it. */
export function linesOf(worker: Worker, event: TailEvent): LogLine[] {
  const found: LogLine[] = event.logs.map(
    ({ message, level, timestamp }, index) =>
      ownLine(message) ?? line({ severity: severityOf(level), name: "console", said: message, at: timestamp, index }),
  );
  for (const [index, { name, message, timestamp }] of event.exceptions.entries())
    found.push(line({ severity: "error", name: "exception", said: [`${name}:`, message], at: timestamp, index }));
  if (!SILENT.includes(event.outcome)) {
    const severity = HARMLESS.includes(event.outcome) ? "warn" : "error";
    const said = `${whatOf(event)} ended with ${event.outcome}`;
    found.push(line({ severity, name: "invocation.ended", said, at: event.eventTimestamp ?? 0, index: 0 }));
  }
  return found;

  /** Its id is the same however often the event comes. */
  function line(of: { severity: LogSeverity; name: string; said: unknown; at: number; index: number }): LogLine {
    const message = redact(textOf(of.said)).slice(0, 2_000);
    const id = requestIdOf(event);
    return {
      id: [worker, event.eventTimestamp, of.name, of.at, of.index, message.length].join("-"),
      ...(id === undefined ? {} : { requestId: id }),
      createdAt: new Date(of.at).toISOString(),
      worker,
      severity: of.severity,
      event: of.name,
      message,
      fields: {},
    };
  }
}

/** A line of our own, which is redacted already. */
function ownLine(message: unknown): LogLine | undefined {
  const [only, ...others]: unknown[] = Array.isArray(message) ? message : [message];
  if (typeof only !== "string" || others.length > 0 || !only.startsWith("{")) return undefined;
  try {
    return logLine.safeParse(JSON.parse(only)).data;
  } catch {
    return undefined;
  }
}

function textOf(message: unknown): string {
  const parts: unknown[] = Array.isArray(message) ? message : [message];
  return parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join(" ");
}

function severityOf(level: string): LogSeverity {
  if (level === "error" || level === "warn" || level === "debug") return level;
  return "info";
}

/** `POST /webhook`, `batch of records`, `cron * * * * *`; without the query, where keys may stand. */
function whatOf({ event }: TailEvent): string {
  const request = event?.["request"];
  if (typeof request === "object" && request !== null) {
    const url = String(Reflect.get(request, "url"));
    return `${String(Reflect.get(request, "method"))} ${URL.canParse(url) ? new URL(url).pathname : "request"}`;
  }
  for (const [key, word] of KINDS) if (typeof event?.[key] === "string") return `${word} ${event[key]}`;
  return event?.["scheduledTime"] === undefined ? "invocation" : "alarm";
}

function requestIdOf({ event }: TailEvent): string | undefined {
  const request = event?.["request"];
  const headers: unknown =
    typeof request === "object" && request !== null ? Reflect.get(request, "headers") : undefined;
  const id: unknown =
    typeof headers === "object" && headers !== null ? Reflect.get(headers, "x-request-id") : undefined;
  return requestId.safeParse(id).data;
}

/** The tail's own words, such as that it shows only a part for a while; undefined for an event of the Worker. */
export function remarkOf({ event }: TailEvent): string | undefined {
  return event?.type?.startsWith("overload") ? redact(event.message ?? event.type) : undefined;
}
