import type { View } from "../base.ts";
import type { Hop } from "../hops.ts";
import type { Paint } from "./paint.ts";
import { pad, table, visible, type Column } from "./table.ts";
import { duration } from "./time.ts";

const MIN_BAR = 12;
const MAX_BAR = 70;
const GAP = "  ";
const WAIT = "·";

/**
 * One line per hop with its bar on a time axis: solid for work in its Worker's colour, dotted for waits. Without
 * colour a Worker's bar is made of its letter. Where there is no terminal there are no bars.
 */
export function waterfall(
  hops: readonly Hop[],
  of: { start: number; endedAt: number | undefined },
  view: View,
): string {
  const { paint } = view;
  const columns: Column<Hop>[] = [
    { title: paint.dim("offset"), value: (hop) => offset(hop.from - of.start), align: "right" },
    { title: paint.dim("took"), value: (hop) => duration(hop.to - hop.from), align: "right" },
    { title: paint.dim("worker"), value: (hop) => paint.worker(hop.worker)(hop.worker) },
    { title: paint.dim("hop"), value: (hop) => (hop.kind === "wait" ? paint.dim(hop.name) : hop.name) },
  ];
  const [title = "", ...lines] = table(columns, hops).split("\n");
  const width = Math.max(0, ...lines.map(visible));
  const room = Math.min(MAX_BAR, view.columns - width - GAP.length);
  if (view.columns === Infinity || room < MIN_BAR) return [title, ...lines].join("\n");
  const axis = axisOf(hops, of, room);
  const bars = hops.map((hop) => bar(hop, axis, paint));
  const drawn = lines.map((line, index) => `${pad(line, width)}${GAP}${bars[index] ?? ""}`.trimEnd());
  return [`${pad(title, width)}${GAP}${paint.dim(ruler(axis, of.start))}`, ...drawn].join("\n");
}

interface Axis {
  room: number;
  start: number;
  /** Where the scale changes: the trade is told in milliseconds, what follows it in seconds. */
  bend: { at: number; column: number } | undefined;
  end: number;
}

function axisOf(
  hops: readonly Hop[],
  { start, endedAt }: { start: number; endedAt: number | undefined },
  room: number,
): Axis {
  const end = Math.max(start + 1, ...hops.map((hop) => hop.to));
  const traded = Math.max(endedAt ?? start, ...hops.filter(isTrade).map((hop) => hop.to));
  const bends = traded > start && end - start > 2 * (traded - start);
  return { room, start, end, bend: bends ? { at: traded, column: Math.round(room * 0.6) } : undefined };
}

function isTrade({ worker, name }: Hop): boolean {
  return ["hoox", "trade-worker", "ledger-worker"].includes(worker) && name !== "refused";
}

function columnOf(at: number, { room, start, bend, end }: Axis): number {
  if (bend === undefined) return (room * (at - start)) / (end - start);
  if (at <= bend.at) return (bend.column * (at - start)) / (bend.at - start);
  return bend.column + ((room - bend.column) * (at - bend.at)) / (end - bend.at);
}

function bar(hop: Hop, axis: Axis, paint: Paint): string {
  const from = Math.min(axis.room - 1, Math.max(0, Math.floor(columnOf(hop.from, axis))));
  const to = Math.min(axis.room, Math.max(from + 1, Math.round(columnOf(hop.to, axis))));
  const wait = hop.kind === "wait";
  const work = paint.enabled ? "█" : (LETTERS[hop.worker] ?? "#");
  const colour = wait ? paint.dim : paint.worker(hop.worker);
  return " ".repeat(from) + colour((wait ? WAIT : work).repeat(to - from));
}

/** `0 ms        42 ms│        1.3 s`: the times at the axis' ends, and where its scale changes. */
function ruler({ room, start, bend, end }: Axis, zero: number): string {
  const last = duration(end - zero);
  if (bend === undefined) return `${pad("0", room - last.length)}${last}`;
  const middle = `${duration(bend.at - start)}│`;
  const first = pad("0", Math.max(1, bend.column + 1 - middle.length));
  const head = `${first}${middle}`;
  return `${head}${pad(last, Math.max(last.length, room - visible(head)), "right")}`;
}

const LETTERS: Readonly<Record<string, string>> = {
  hoox: "h",
  "ledger-worker": "l",
  "trade-worker": "t",
  "d1-worker": "d",
  "telegram-worker": "n",
  "ops-worker": "o",
};

function offset(ms: number): string {
  return ms < 0 ? `-${duration(-ms)}` : `+${duration(ms)}`;
}
