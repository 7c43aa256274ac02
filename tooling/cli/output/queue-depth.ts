import type { MonitorView } from "#contracts/monitor";
import type { QueueView } from "../queues/history.ts";
import type { View } from "../base.ts";
import { monitorLines } from "./queue-signals.ts";
import { colourOf, depthText, lossTexts, trendText } from "./queue-words.ts";
import { bytes } from "./units.ts";
import { sparkline } from "./sparkline.ts";
import { table, type Column } from "./table.ts";
import { when } from "./time.ts";

/** One bar a minute. */
const BARS = 30;
const LEAST_BARS = 12;
/** All columns but the bars, at their widest. */
const OTHERS = 78;

/** One look at all queues, what the monitor foresees of them, and the signals behind them. */
export function queueDepthText(queues: readonly QueueView[], monitor: MonitorView | undefined, view: View): string {
  const { now, absolute, paint } = view;
  const bars = Math.min(BARS, view.columns - OTHERS);
  const minutes: Column<QueueView>[] = [
    { title: "last minutes", value: (row) => colourOf(row, now, paint)(sparkline(row.minutes, bars)) },
  ];
  const columns: Column<QueueView>[] = [
    { title: paint.dim("queue"), value: (row) => row.queue },
    { title: paint.dim("messages"), value: (row) => depthText(row, paint), align: "right" },
    { title: paint.dim("bytes"), value: (row) => bytes(row.backlogBytes), align: "right" },
    { title: paint.dim("oldest"), value: (row) => when(row.oldestMessageAt, { now, absolute }) },
    { title: paint.dim("trend"), value: (row) => trendText(row, { paint, isNarrow: false }), below: true },
    ...(bars >= LEAST_BARS && queues.some((row) => row.minutes.length > 0) ? minutes : []),
  ];
  const more = [...monitorLines(monitor, view), ...lossTexts(queues, view)];
  return [table(columns, queues, view.columns), ...(more.length === 0 ? [] : ["", ...more])].join("\n");
}
