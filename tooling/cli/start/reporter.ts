import type { LogLine } from "#contracts/log";
import { redact } from "#queues/redact";
import type { Paint } from "../output/paint.ts";
import { lineText } from "../output/log-line.ts";
import { clock } from "../output/time.ts";
import type { Heard } from "./lines.ts";

export interface ReporterOptions {
  write: (text: string) => void;
  paint: Paint;
  now: () => Date;
  /** Everything, wrangler's own chatter included. */
  verbose: boolean;
  /** Log lines as NDJSON instead of text. */
  writeJson?: ((line: LogLine) => void) | undefined;
}

const KEPT = 60;

/** Turns what wrangler and the Workers print into what a person wants to see. */
export interface Reporter {
  hear(heard: Heard): void;
  /** What came before the mesh was ready; shown when it never becomes so. */
  recent(): string[];
  started(): void;
}

export function createReporter(options: ReporterOptions): Reporter {
  const kept: string[] = [];
  let ready = false;
  /** A multi-line message goes on as it began. */
  let inTrouble = false;
  const keep = (text: string): void => {
    kept.push(text);
    if (kept.length > KEPT) kept.shift();
  };

  return {
    hear(given) {
      // wrangler prints the address of every request, and the webhook key may stand in it.
      const heard = given.kind === "log" ? given : { ...given, text: redact(given.text) };
      if (heard.kind === "log") {
        inTrouble = false;
        if (options.writeJson) options.writeJson(heard.line);
        else if (options.verbose || wanted(heard.line)) options.write(logText(heard.line, options));
        return;
      }
      if (heard.text !== "") keep(heard.text);
      if (heard.kind === "noise") {
        if (heard.text.trim() !== "") inTrouble = false;
        if (options.verbose && heard.text.trim() !== "") options.write(options.paint.dim(heard.text));
        return;
      }
      if (heard.kind === "trouble") inTrouble = true;
      const own = heard.kind === "text" && heard.worker !== undefined;
      if (own || inTrouble || (ready && heard.kind === "text") || options.verbose)
        options.write(otherText(heard, options));
    },
    recent: () => [...kept],
    started: () => {
      ready = true;
    },
  };
}

const NOTIFIED = ["notification.logged", "notification.sent"];
/** True at every moment of a healthy mesh: the housekeeping of logs, records and the monitor. */
const ROUTINE = ["record.stored", "monitor.ran"];

function wanted(line: LogLine): boolean {
  return line.severity !== "debug" && (line.severity !== "info" || !ROUTINE.includes(line.event));
}

function logText(line: LogLine, options: ReporterOptions): string {
  const { paint } = options;
  if (!NOTIFIED.includes(line.event)) {
    const view = { now: options.now(), absolute: false, paint, requestId: true };
    return lineText({ ...line, at: line.createdAt }, view);
  }
  const details = texts(line.fields["details"]);
  const tone =
    line.fields["severity"] === "critical" ? paint.bad : line.fields["severity"] === "warning" ? paint.odd : paint.good;
  // Whole, because this is the line from which a person copies it into `trace`.
  const id = line.requestId === undefined ? "" : `  ${paint.dim(line.requestId)}`;
  const time = paint.dim(clock(line.createdAt, { now: options.now(), absolute: false }));
  const head = `${time} ${tone(paint.bold(`>> ${line.message}`))}${id}`;
  return details.length === 0 ? head : `${head}\n${" ".repeat(16)}${paint.dim(details.join(" · "))}`;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function otherText(heard: Exclude<Heard, { kind: "log" }>, { paint }: ReporterOptions): string {
  const source = heard.kind === "text" && heard.worker !== undefined ? `${paint.name(heard.worker)} ` : "";
  return `${source}${heard.kind === "trouble" ? paint.odd(heard.text) : heard.text}`;
}
