import type { QueueView } from "../queues/history.ts";
import type { Paint } from "./paint.ts";
import { sparkline } from "./sparkline.ts";
import { pad, table, type Column } from "./table.ts";
import { duration } from "./time.ts";

export interface WatchView {
  now: Date;
  paint: Paint;
  screen: { columns: number; rows: number };
  /** First line: what is looked at and how it ends. */
  title: string;
  /** What went wrong, newest last. */
  troubles: readonly string[];
}

/** A queue whose oldest message waits longer is not merely busy. */
const OLD_MS = 60_000;
const NARROW = 72;
const LEAST_SPARK = 8;

/** One screen: no line is wider than it, and there are not more of them than it has. */
export function watchFrame(queues: readonly QueueView[], view: WatchView): string[] {
  const { paint, screen } = view;
  const isNarrow = screen.columns < NARROW;
  const columns: Column<QueueView>[] = [
    { title: "queue", value: (row) => (row.backlogCount > 0 ? paint.bold(row.queue) : row.queue) },
    { title: "messages", value: (row) => depthText(row, paint), align: "right" },
    { title: "trend", value: (row) => pad(trendText(row, { paint, isNarrow }), isNarrow ? 9 : 22) },
    { title: "oldest", value: (row) => pad(ageText(row, view), 6, "right"), align: "right" },
  ];
  const widest = Math.max(0, ...queues.map((each) => each.queue.length));
  const room = screen.columns - (widest + "messages".length + (isNarrow ? 9 : 22) + 6 + 4 * 2);
  if (room >= LEAST_SPARK)
    columns.push({ title: "history", value: (row) => colourOf(row, view.now, paint)(sparkline(row.depths, room)) });
  const lines = [
    paint.dim(view.title),
    "",
    ...table(columns, queues, screen.columns).split("\n"),
    ...(view.troubles.length === 0 ? [] : ["", ...view.troubles.map((each) => paint.bad(each))]),
  ];
  const cut = lines.length > screen.rows ? [...lines.slice(0, screen.rows - 1), paint.dim("…")] : lines;
  return cut.map((line) => pad(line, screen.columns).trimEnd());
}

/** The same for a log: one line that names what is not empty. */
export function watchLine(queues: readonly QueueView[], view: { now: Date; paint: Paint }): string {
  const waiting = queues.filter((each) => each.backlogCount > 0);
  const said = waiting.map((row) => {
    const details = [trendText(row, { paint: view.paint, isNarrow: false }), `oldest ${ageText(row, view)}`];
    return `${row.queue} ${depthText(row, view.paint)} (${details.join(", ")})`;
  });
  const time = view.paint.dim(view.now.toISOString().slice(11, 19));
  return `${time} ${said.length === 0 ? "all queues are empty" : said.join("; ")}`;
}

function depthText(row: QueueView, paint: Paint): string {
  if (row.backlogCount === 0) return paint.dim("0");
  return isLetters(row) ? paint.bad(String(row.backlogCount)) : String(row.backlogCount);
}

/** `▲ 12/s`, `▼ 3.5/s, empty in 40 s`, `= steady`. */
function trendText({ perSecond, backlogCount }: QueueView, of: { paint: Paint; isNarrow: boolean }): string {
  if (perSecond === undefined) return of.paint.dim("…");
  if (perSecond === 0) return backlogCount === 0 ? of.paint.dim("-") : "= steady";
  const speed = Math.abs(perSecond);
  const rate = `${speed >= 10 ? Math.round(speed) : speed.toFixed(1)}/s`;
  if (perSecond > 0) return of.paint.odd(`▲ ${rate}`);
  const end = backlogCount > 0 && !of.isNarrow ? `, empty in ${inSeconds((backlogCount / speed) * 1_000)}` : "";
  return of.paint.good(`▼ ${rate}${end}`);
}

function ageText(row: QueueView, view: { now: Date; paint: Paint }): string {
  if (row.backlogCount === 0 || row.oldestMessageAt === undefined) return view.paint.dim("-");
  const age = Math.max(0, view.now.getTime() - Date.parse(row.oldestMessageAt));
  const text = inSeconds(age);
  return age > OLD_MS ? view.paint.bad(text) : text;
}

/** Tenths would flicker. */
function inSeconds(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1_000)} s` : duration(ms);
}

function colourOf(row: QueueView, now: Date, paint: Paint): (text: string) => string {
  if (row.backlogCount === 0) return paint.dim;
  const isOld = row.oldestMessageAt !== undefined && now.getTime() - Date.parse(row.oldestMessageAt) > OLD_MS;
  if (isLetters(row) || isOld) return paint.bad;
  return (row.perSecond ?? 0) > 0 ? paint.odd : paint.good;
}

function isLetters(row: QueueView): boolean {
  return row.queue.endsWith("-dlq");
}
