import type { Row } from "#contracts/routes";
import { stepsOf, type Step } from "../steps.ts";
import type { Story } from "../trace.ts";
import type { Paint } from "./paint.ts";
import { pad, table } from "./table.ts";
import { clock, duration } from "./time.ts";

export interface TraceView {
  now: Date;
  absolute: boolean;
  paint: Paint;
  columns: number;
}

/** Head: what it was and how it ended. Then every hop with its offset. Then what it left behind. */
export function traceText(story: Story, view: TraceView): string {
  const { trace, startedAt } = story;
  const offset = (at: unknown): string => offsetText(at, startedAt);
  const order = (row: Row): string =>
    `${row["side"]} ${row["quantity"]} ${row["symbol"]} ${row["type"]}: ${statusOf(row, view.paint)}${row["reason"] ? ` (${row["reason"]})` : ""}`;
  return [
    head(story, view),
    hops(story, view),
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
    section("dead letters", view, trace.deadLetters, (row) => [
      offset(row.created_at),
      `${row.queue} ${row.status}`,
      `${row.class}: ${row.reason}`,
    ]),
  ]
    .filter((each) => each !== "")
    .join("\n\n");
}

function head(story: Story, view: TraceView): string {
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

function hops({ trace, startedAt }: Story, view: TraceView): string {
  const steps = stepsOf(trace);
  if (steps.length === 0) return "";
  const { paint } = view;
  const tone = { error: paint.bad, warn: paint.odd, info: (text: string) => text, debug: paint.dim };
  return table(
    [
      { title: paint.dim("offset"), value: (step) => offsetText(step.at, startedAt), align: "right" },
      { title: paint.dim("took"), value: (step) => (step.ms === undefined ? "" : duration(step.ms)), align: "right" },
      { title: paint.dim("worker"), value: (step) => paint.name(step.worker) },
      { title: paint.dim("step"), value: (step) => tone[step.severity](step.event) },
      { title: paint.dim("message"), value: (step) => messageOf(step), shrinkTo: 20 },
    ],
    steps,
    view.columns,
  );
}

function messageOf({ source, message }: Step): string {
  return source === "log" ? message : `[${source}] ${message}`;
}

function section<Item>(
  title: string,
  view: TraceView,
  items: readonly Item[],
  cells: (item: Item) => [string, string, string],
): string {
  if (items.length === 0) return "";
  const rows = items.map(cells);
  const widths = [0, 1].map((index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const lines = rows.map(
    ([at, name, text]) => `${pad(at, widths[0] ?? 0, "right")}  ${pad(name, widths[1] ?? 0)}  ${text.split("\n")[0]}`,
  );
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

const BAD = ["failed", "rejected", "refused", "in_doubt"];

function outcomeText(outcome: string, paint: Paint): string {
  if (outcome === "filled") return paint.good(outcome);
  return BAD.includes(outcome) ? paint.bad(outcome) : paint.odd(outcome);
}
