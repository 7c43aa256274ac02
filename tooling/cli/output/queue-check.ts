import type { View } from "../base.ts";
import type { Judged, JudgedQueue, Level } from "../queues/judge.ts";
import type { Paint } from "./paint.ts";
import { wholeSeconds } from "./queue-words.ts";
import { table } from "./table.ts";

/** What `check queues` says to people. */
export function judgedText(
  { level, queues, signals }: Judged,
  { paint, columns }: Pick<View, "paint" | "columns">,
): string {
  const rows = table(
    [
      { title: paint.dim("queue"), value: (row: JudgedQueue) => row.queue },
      { title: paint.dim("level"), value: (row) => levelText(row.level, paint) },
      { title: paint.dim("messages"), value: (row) => String(row.messages), align: "right" },
      {
        title: paint.dim("oldest"),
        value: ({ oldestSeconds }) => (oldestSeconds === undefined ? "-" : wholeSeconds(oldestSeconds * 1_000)),
      },
      { title: paint.dim("why"), value: (row) => row.reasons.join("; "), below: "alone" },
    ],
    queues,
    columns,
  );
  const said = signals?.reasons.map((reason) => `${levelText(signals.level, paint)}  ${reason}`) ?? [];
  return [rows, ...(said.length === 0 ? [] : ["", ...said]), "", `queues: ${levelText(level, paint)}`].join("\n");
}

/** One line as the plugins of Nagios print it: the state, why, and behind a bar the figures. */
export function nagiosLine({ level, queues, signals, problems }: Judged): string {
  const reasons = [
    ...(signals?.reasons ?? []),
    ...queues.flatMap(({ queue, reasons: all }) => all.map((reason) => `${queue}: ${reason}`)),
    ...problems.map((problem) => `not seen: ${problem}`),
  ];
  const waiting = queues.reduce((sum, { messages }) => sum + messages, 0);
  const said = reasons.length === 0 ? `${waiting} messages on ${queues.length} queues` : reasons.join("; ");
  const figures = [
    ...queues.map(({ queue, messages, warn, critical }) => `'${queue}'=${messages};${warn ?? ""};${critical ?? ""};0`),
    ...(signals === undefined
      ? []
      : [`signals_waiting=${signals.waiting};;;0`, `signals_at_risk=${signals.atRisk};;1;0`]),
  ];
  const state = level === "ok" && problems.length > 0 ? "UNKNOWN" : level.toUpperCase();
  return `QUEUES ${state} - ${plain(said)}${figures.length === 0 ? "" : ` | ${figures.join(" ")}`}`;
}

/** A bar begins the figures, a line break the details. */
export function plain(text: string): string {
  return text.replaceAll("|", "/").replaceAll(/\s+/g, " ");
}

function levelText(level: Level, paint: Paint): string {
  return level === "ok" ? paint.good(level) : level === "warning" ? paint.odd(level) : paint.bad(level);
}
