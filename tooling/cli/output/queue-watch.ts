import type { MonitorView } from "#contracts/monitor";
import type { QueueView } from "../queues/history.ts";
import type { Paint } from "./paint.ts";
import { monitorLines } from "./queue-signals.ts";
import { ageText, colourOf, depthText, lossTexts, trendText } from "./queue-words.ts";
import { bytes } from "./units.ts";
import { sparkline } from "./sparkline.ts";
import { pad, table, type Column } from "./table.ts";
import { wrap } from "./wrap.ts";

export interface WatchView {
  now: Date;
  paint: Paint;
  screen: { columns: number; rows: number };
  /** First line: what is looked at and how it ends. */
  title: string;
  monitor?: MonitorView | undefined;
  /** What went wrong, newest last. */
  troubles: readonly string[];
}

const NARROW = 72;
const WIDE = 110;
const LEAST_SPARK = 8;
/** One bar a minute. */
const LAST_HALF_HOUR = 30;
/** `▼ 5000/s, empty in 59 min` */
const TREND = 25;
const BYTES = 7;

/** One screen: no line is wider than it, and there are not more of them than it has. What matters most stands above. */
export function watchFrame(queues: readonly QueueView[], view: WatchView): string[] {
  const { paint, screen, monitor, now } = view;
  const above = [...monitorLines(monitor, view), ...lossTexts(queues, view)];
  const lines = [
    paint.dim(view.title),
    ...above.flatMap((line) => wrap(line, screen.columns).split("\n")),
    "",
    ...table(columnsOf(queues, { paint, now, width: screen.columns }), queues, screen.columns).split("\n"),
    ...(view.troubles.length === 0 ? [] : ["", ...view.troubles.map((each) => paint.bad(each))]),
  ];
  const cut = lines.length > screen.rows ? [...lines.slice(0, screen.rows - 1), paint.dim("…")] : lines;
  return cut.map((line) => pad(line, screen.columns).trimEnd());
}

/** `width` of all of them together: where there is room, more of the past is drawn. */
function columnsOf(
  queues: readonly QueueView[],
  view: { paint: Paint; now: Date; width: number },
): Column<QueueView>[] {
  const { paint, now, width } = view;
  const [isNarrow, isWide] = [width < NARROW, width >= WIDE];
  const trend = isNarrow ? 9 : TREND;
  const past = isWide && queues.some(({ minutes }) => minutes.length > 0);
  const widest = Math.max(0, ...queues.map((each) => each.queue.length));
  const used = [widest, "messages".length, trend, 6, ...(isWide ? [BYTES] : []), ...(past ? [LAST_HALF_HOUR] : [])];
  const room = width - used.reduce((sum, each) => sum + each + 2, 0);
  const drawn = (row: QueueView, values: readonly number[], bars: number): string =>
    pad(colourOf(row, now, paint)(sparkline(values, bars)), bars);
  return [
    { title: "queue", value: (row) => (row.backlogCount > 0 ? paint.bold(row.queue) : row.queue) },
    { title: "messages", value: (row) => depthText(row, paint), align: "right" },
    ...(isWide
      ? [
          {
            title: "bytes",
            value: (row: QueueView) => pad(bytes(row.backlogBytes), BYTES, "right"),
            align: "right" as const,
          },
        ]
      : []),
    { title: "trend", value: (row) => pad(trendText(row, { paint, isNarrow }), trend) },
    { title: "oldest", value: (row) => pad(ageText(row, view), 6, "right"), align: "right" },
    ...(past ? [{ title: "last 30 min", value: (row: QueueView) => drawn(row, row.minutes, LAST_HALF_HOUR) }] : []),
    ...(room >= LEAST_SPARK
      ? [{ title: "since it began", value: (row: QueueView) => drawn(row, row.depths, room) }]
      : []),
  ];
}

/** The same for a log: one line that names what is not empty. */
export function watchLine(queues: readonly QueueView[], view: Pick<WatchView, "now" | "paint" | "monitor">): string {
  const waiting = queues.filter((each) => each.backlogCount > 0);
  const said = waiting.map((row) => {
    const details = [trendText(row, { paint: view.paint, isNarrow: false }), `oldest ${ageText(row, view)}`];
    return `${row.queue} ${depthText(row, view.paint)} (${details.join(", ")})`;
  });
  const time = view.paint.dim(view.now.toISOString().slice(11, 19));
  const { atRisk = 0, waiting: signals = 0 } = view.monitor?.signals ?? {};
  const risk = atRisk === 0 ? [] : [view.paint.bad(`${atRisk} of ${signals} waiting signals at risk`)];
  return `${time} ${[...(said.length === 0 ? ["all queues are empty"] : said), ...risk].join("; ")}`;
}
