import type { Worker } from "#contracts/ids";
import { lineIdFrom, type LogLine, type LogSeverity } from "#contracts/log";
import type { Producer } from "#queues/producer";
import { redact, redactValue } from "#queues/redact";

export type Fields = Readonly<Record<string, unknown>>;

/** Writes one JSON line to the console at once and, unless it is `debug`, keeps it for the next `log.batch`. */
export interface Log {
  (severity: LogSeverity, event: string, message: string, fields?: Fields): void;
  /** A log whose lines all carry this requestId. */
  for(requestId: string): Log;
}

export interface LogBuffer {
  readonly log: Log;
  /**
   * Sends what is buffered, at once or, with `afterMs`, after a wait, so that several invocations share one
   * message: a send per request alone costs a quarter of the gateway's throughput. At most one such wait is
   * under way, and whoever else flushes leaves its lines to it. So a queue handler, whose batch must not wait,
   * sends at once when it is alone. Never throws: a log line is never worth a failure.
   */
  flush(options?: { afterMs?: number }): Promise<void>;
}

/** Half of the producer's limit, by the rough size of the text: several bytes a character stay below it. */
const BATCH_CHARACTERS = 40_000;
/** A wait that has not ended after this long died with its invocation. */
const WAIT_EXPIRES_MS = 2_000;
const MAX_BUFFERED = 2_000;
const MAX_FIELDS = 8_000;

/**
 * One per Worker isolate: invocations share it, so that one message carries the lines of many. Without a binding of
 * the queue it keeps none: they stand on the console alone.
 */
export function createLogBuffer(options: {
  worker: Worker;
  producer: Pick<Producer, "send" | "isBound">;
  /** Takes the lines in place of the queue, which gets them only when this fails. */
  store?: (lines: readonly LogLine[]) => Promise<void>;
  now?: () => Date;
  write?: (line: string) => void;
}): LogBuffer {
  const now = options.now ?? (() => new Date());
  const write = options.write ?? toConsole;
  const kept = options.producer.isBound("system-logs");
  let lines: LogLine[] = [];
  let waitingSince = 0;
  const log = logTo(
    (line, fields) => {
      write(written(line, fields));
      if (!kept || line.severity === "debug" || lines.length >= MAX_BUFFERED) return;
      // Read back, because the lines of an invocation wait while what they speak of goes on changing.
      lines.push({ ...line, fields: JSON.parse(fields) });
    },
    { worker: options.worker, now },
  );

  async function send(batch: readonly LogLine[]): Promise<void> {
    const requestId = batch.find((line) => line.requestId !== undefined)?.requestId ?? crypto.randomUUID();
    await options.producer
      .send("system-logs", "log.batch", { lines: [...batch] }, { requestId })
      .catch((error: unknown) => {
        write(
          JSON.stringify({
            worker: options.worker,
            severity: "warn",
            event: "log.lost",
            lines: batch.length,
            message: redact(String(error)),
          }),
        );
      });
  }

  async function sendAll(sending: readonly LogLine[]): Promise<void> {
    for (const batch of batches(sending)) await send(batch);
  }

  return {
    log,
    async flush({ afterMs = 0 } = {}) {
      const at = now().getTime();
      if (lines.length === 0 || at - waitingSince < WAIT_EXPIRES_MS) return;
      if (afterMs > 0) {
        waitingSince = at;
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        waitingSince = 0;
      }
      const sending = lines;
      lines = [];
      if (sending.length === 0) return;
      if (options.store) await options.store(sending).catch(() => sendAll(sending));
      else await sendAll(sending);
    },
  };
}

/** Writes to the console alone: for lines about the handling of log lines, which would beget others. */
export function createConsoleLog(options: { worker: Worker; now?: () => Date; write?: (line: string) => void }): Log {
  const write = options.write ?? toConsole;
  return logTo((line, fields) => write(written(line, fields)), {
    worker: options.worker,
    now: options.now ?? (() => new Date()),
  });
}

/** `fields` are JSON. */
function logTo(
  take: (line: Omit<LogLine, "fields">, fields: string) => void,
  of: { worker: Worker; now: () => Date },
): Log {
  function logWith(requestId: string | undefined): Log {
    const log = (severity: LogSeverity, event: string, message: string, fields: Fields = {}): void => {
      const at = of.now();
      const line = {
        id: lineId(at),
        ...(requestId === undefined ? {} : { requestId }),
        createdAt: at.toISOString(),
        worker: of.worker,
        severity,
        event,
        message: redact(message).slice(0, 2_000),
      };
      take(line, redactedFields(fields));
    };
    return Object.assign(log, { for: logWith });
  }
  return logWith(undefined);
}

/** Begins with the time: the unique index of a big table then grows at its end (3 x the rows/s at 1,000,000 rows). */
function lineId(at: Date): string {
  return `${lineIdFrom(at)}-${crypto.randomUUID().slice(-12)}`;
}

/** The console is the one place where a line is seen even if everything else fails. */
function toConsole(line: string): void {
  console.log(line);
}

function* batches(lines: readonly LogLine[]): Generator<LogLine[]> {
  let batch: LogLine[] = [];
  let characters = 0;
  for (const line of lines) {
    const size = JSON.stringify(line).length;
    if (batch.length > 0 && characters + size > BATCH_CHARACTERS) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(line);
    characters += size;
  }
  if (batch.length > 0) yield batch;
}

/** A whole line as JSON. */
function written(line: Omit<LogLine, "fields">, fields: string): string {
  return `${JSON.stringify(line).slice(0, -1)},"fields":${fields}}`;
}

function redactedFields(fields: Fields): string {
  const text = JSON.stringify(redactValue(fields));
  return text.length > MAX_FIELDS ? JSON.stringify({ unreadable: text.slice(0, 500) }) : text;
}
