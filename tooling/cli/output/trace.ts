import type { Trace } from "#contracts/routes/database";
import type { Row } from "#contracts/routes/route";
import type { View } from "../base.ts";
import { hopsOf, type Hop } from "../hops.ts";
import { folded, type FoldedStep } from "../folded.ts";
import { stepsOf } from "../steps.ts";
import type { Story } from "../trace.ts";
import { outcomeText } from "./orders.ts";
import type { Paint } from "./paint.ts";
import { pad, table, visible, type Column } from "./table.ts";
import { clock, duration } from "./time.ts";
import { waterfall } from "./waterfall.ts";

/** Head: what it was and how it ended. Its way as a waterfall. Then every line, and what it left behind. */
export function traceText(story: Story, view: View): string {
  const { trace } = story;
  const hops = hopsOf(trace);
  const startedAt = new Date(Math.min(story.startedAt.getTime(), ...hops.map((hop) => hop.from)));
  const offset = (at: unknown): string => offsetText(at, startedAt);
  const order = (row: Row): string =>
    `${row["side"]} ${row["quantity"]} ${row["symbol"]} ${row["type"]}${row["price"] ? ` at ${row["price"]}` : ""}: ${statusOf(row, view.paint)}${row["reason"] ? ` (${row["reason"]})` : ""}`;
  return [
    head(story, view),
    way(hops, { story, startedAt }, view),
    everyLine(trace, startedAt, view),
    section("orders", view, trace.orders, (row) => [
      offset(row["created_at"]),
      String(row["client_order_id"]),
      order(row),
    ]),
    section("fills", view, trace.fills, (row) => [
      offset(row["created_at"]),
      String(row["id"]),
      `${row["side"]} ${row["quantity"]} at ${row["price"]}, fee ${row["fee"]}`,
    ]),
    section("notifications", view, trace.notifications, (row) => [
      offset(row["created_at"]),
      `${row["channel"]} ${row["status"]}`,
      String(row["title"]),
    ]),
    section("copies that were dropped", view, trace.duplicates ?? [], (row) => [
      offset(row["created_at"]),
      String(row["request_id"]),
      String(row["reason"] ?? ""),
    ]),
    section("dead letters", view, trace.deadLetters, (row) => [
      offset(row.created_at),
      `${row.queue} ${row.status}`,
      `${row.class}: ${row.reason}`,
    ]),
  ]
    .filter((each) => each !== "")
    .join("\n\n");
}

function head(story: Story, view: View): string {
  const { paint } = view;
  const { trace, outcome } = story;
  const signal = trace.signal;
  const what = signal
    ? [signal["action"], signal["quantity"], signal["symbol"], signal["order_type"]].filter(Boolean).join(" ")
    : (trace.ledger?.signal.action ?? "");
  const where = trace.ledger
    ? `${trace.ledger.signal.lane} #${trace.ledger.signal.seq}`
    : signal?.["lane"]
      ? `${signal["lane"]} #${signal["seq"]}`
      : "";
  const took = story.totalMs === undefined ? "" : ` in ${duration(story.totalMs)}`;
  const ending =
    outcome === undefined
      ? paint.odd(trace.ledger?.signal.state ?? (story.ended ? "no signal" : "not ended"))
      : outcomeText(outcome, paint);
  const lines = [
    `${paint.bold(trace.requestId)}  ${ending}${took}`,
    [what, where, `since ${clock(story.startedAt, view)}`].filter((each) => each !== "").join("  "),
    story.reason ?? "",
    signal?.["first_request_id"] ? `a copy of: npx hoox trace ${signal["first_request_id"]}` : "",
  ];
  return lines.filter((each) => each !== "").join("\n");
}

function way(hops: readonly Hop[], { story, startedAt }: { story: Story; startedAt: Date }, view: View): string {
  const last = Math.max(...hops.map((hop) => hop.to));
  if (hops.length === 0) return "";
  const start = startedAt.getTime();
  const endedAt = story.endedAt?.getTime();
  const ended = endedAt === undefined ? "" : `${duration(endedAt - start)} until ${story.outcome ?? "its end"}, `;
  const total = `total  ${ended}${duration(last - start)} until all was told and recorded`;
  const unfinished = `so far  ${duration(last - start)}`;
  return `${waterfall(hops, { start, endedAt }, view)}\n${view.paint.bold(story.ended ? total : unfinished)}`;
}

function everyLine(trace: Trace, startedAt: Date, view: View): string {
  const steps = folded(stepsOf(trace));
  if (steps.length === 0) return "";
  const { paint } = view;
  const tone = { error: paint.bad, warn: paint.odd, info: (text: string) => text, debug: paint.dim };
  const loud = steps.some((step) => step.severity === "warn" || step.severity === "error");
  const level: Column<FoldedStep> = { title: paint.dim("level"), value: (step) => tone[step.severity](step.severity) };
  return table(
    [
      { title: paint.dim("offset"), value: (step) => offsetText(step.at, startedAt), align: "right" },
      { title: paint.dim("took"), value: (step) => (step.ms === undefined ? "" : duration(step.ms)), align: "right" },
      { title: paint.dim("worker"), value: (step) => paint.worker(step.worker)(step.worker) },
      ...(loud ? [level] : []),
      { title: paint.dim("step"), value: (step) => tone[step.severity](step.event) },
      { title: paint.dim("message"), value: (step) => messageOf(step, startedAt), shrinkTo: 20 },
    ],
    steps,
    view.columns,
  );
}

function messageOf({ source, message, again }: FoldedStep, startedAt: Date): string {
  const more =
    again === undefined ? "" : ` (again ${again.times} times, the last ${offsetText(again.last, startedAt)})`;
  return `${source === "log" ? "" : `[${source}] `}${message}${more}`;
}

function section<Item>(
  title: string,
  view: View,
  items: readonly Item[],
  cells: (item: Item) => [string, string, string],
): string {
  if (items.length === 0) return "";
  const rows = items.map(cells);
  const widths = [0, 1].map((index) => Math.max(...rows.map((row) => visible(row[index] ?? ""))));
  const [first = 0, second = 0] = widths;
  const room = Math.max(20, view.columns - first - second - 4);
  const lines = rows.map(([at, name, text]) => {
    const line = text.split("\n")[0] ?? "";
    return `${pad(at, first, "right")}  ${pad(name, second)}  ${visible(line) > room ? pad(line, room) : line}`;
  });
  return [view.paint.dim(title), ...lines].join("\n");
}

function offsetText(at: unknown, start: Date): string {
  const ms = new Date(String(at)).getTime() - start.getTime();
  if (Number.isNaN(ms)) return "?";
  return ms < 0 ? `-${duration(-ms)}` : `+${duration(ms)}`;
}

function statusOf(row: Row, paint: Paint): string {
  const status = String(row["status"]);
  const filled =
    row["filled_quantity"] && row["filled_quantity"] !== "0"
      ? ` ${row["filled_quantity"]}${row["average_price"] ? ` at ${row["average_price"]}` : ""}`
      : "";
  return `${outcomeText(status, paint)}${filled}`;
}
