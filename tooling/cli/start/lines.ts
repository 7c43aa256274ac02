import { stripVTControlCharacters } from "node:util";
import { logLine, type LogLine } from "#contracts/log";

/** One line of `wrangler dev`, understood. */
export type Heard =
  | { kind: "log"; line: LogLine }
  /** Something a Worker printed that is not our log: a stack trace, a stray print. */
  | { kind: "text"; worker: string | undefined; text: string }
  /** wrangler or workerd says that something is wrong. */
  | { kind: "trouble"; text: string }
  | { kind: "noise"; text: string };

const PREFIX = /^\[([a-z0-9-]+)(?::(info|warn|error|debug))?\]\s?(.*)$/;
/** What wrangler says when all is well, or about itself. */
const NOISE = [
  /^\s*$/,
  /^─+$/,
  /⛅️|⎔|🌀|🚣|👂/u,
  /^(?:Using secrets defined|Using vars defined|Binding\s|Service bindings, Durable|Your Worker has access|Your worker has access)/,
  /has access to the following bindings:/,
  /^env\.[A-Z_]+/,
  /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+ \d{3}\b/,
  /^(?:QUEUE|SCHEDULED|ALARM|RPC)\b.*(?:\d+\/\d+|OK)/i,
  /^Ready on http/,
  /^(?:Reloading|Local server updated|Shutting down|Detected changes)/,
  /update available/,
  // We fire the crons ourselves.
  /Scheduled Workers are not automatically triggered|To manually trigger a scheduled event|cdn-cgi\/(?:local|handler)\/scheduled|test-cron-triggers-locally/,
  /Logs were written to/,
];
const TROUBLE = /\[?(?:ERROR|WARNING)\]?|^✘|^▲|^\*\*\*|Uncaught|exception|Error:/i;

export function hear(raw: string): Heard {
  const text = stripVTControlCharacters(raw).trimEnd();
  const [, source, level, rest = ""] = PREFIX.exec(text) ?? [];
  const fromWrangler = source === undefined || source === "wrangler";
  const said = source === undefined ? text : rest;
  if (said.startsWith("{")) {
    const line = parseLog(said);
    if (line !== undefined) return { kind: "log", line };
  }
  if (!fromWrangler) return { kind: "text", worker: source, text: said };
  if (NOISE.some((pattern) => pattern.test(said))) return { kind: "noise", text: said };
  if (level === "error" || level === "warn" || TROUBLE.test(said)) return { kind: "trouble", text: said };
  // A continued line: a stack trace or the body of a warning; whoever listens knows what it continues.
  return { kind: "text", worker: undefined, text: said };
}

function parseLog(text: string): LogLine | undefined {
  try {
    const parsed = logLine.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
