import type { Row } from "#contracts/routes/route";
import type { View } from "../base.ts";
import type { Story } from "../trace.ts";
import { legsTable, nextStep } from "./lane.ts";
import { outcomeText, sentTable } from "./orders.ts";
import { table } from "./table.ts";
import { when } from "./time.ts";
import { quoteOf, short } from "./units.ts";

/** One alert: what it asked for, how it ended and why, its orders and their fills. */
export function orderText(story: Story, view: View): string {
  const { orders, fills, ledger } = story.trace;
  const signal = ledger?.signal;
  // The ledger's legs are ahead of the database's rows while it works.
  const live = signal !== undefined && signal.state !== "ended";
  return [
    head(story, view),
    live && signal.legs.length > 0 ? legsTable(signal.legs, view) : orders.length > 0 ? sentTable(orders, view) : "",
    fills.length > 0 ? fillsTable(fills, view) : "",
    live ? nextStep(signal, view) : "",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function head({ trace, outcome, reason }: Story, view: View): string {
  const { paint } = view;
  const row: Row = trace.signal ?? {};
  const live = trace.ledger?.signal;
  const text = (column: string): string | undefined => (row[column] ? String(row[column]) : undefined);
  const symbol = text("symbol") ?? live?.lane.split(":").at(-1) ?? "";
  const what = [text("action") ?? live?.action, text("quantity") ?? live?.quantity, symbol, text("order_type")];
  const filled = text("filled_quantity") ?? "0";
  const ending = outcome ?? live?.state.replace("_", " ") ?? "not ended";
  const ended = text("settled_at");
  const lines: [string, string | undefined][] = [
    ["what", what.filter(Boolean).join(" ")],
    ["outcome", outcomeText(ending, paint)],
    ["why", reason],
    ["filled", filled === "0" ? undefined : `${short(filled)} at ${short(text("average_price"))} ${quoteOf(symbol)}`],
    ["strategy", text("strategy") ?? live?.strategy],
    ["lane", live ? `${live.lane} #${live.seq}` : text("lane")],
    ["accepted", when(text("created_at") ?? live?.acceptedAt, view)],
    ["ended", ended === undefined ? undefined : when(ended, view)],
    ["a copy of", text("first_request_id")],
    ["copies", trace.duplicates?.length ? `${trace.duplicates.length} dropped` : undefined],
  ];
  const shown = lines.flatMap(([label, value]) => (value ? [`${paint.dim(label.padEnd(10))}  ${value}`] : []));
  return [paint.bold(trace.requestId), ...shown].join("\n");
}

function fillsTable(fills: readonly Row[], view: View): string {
  const { paint } = view;
  const text = (row: Row, column: string): string => String(row[column] ?? "-");
  return table(
    [
      { title: paint.dim("fill"), value: (row) => `${text(row, "side")} ${text(row, "quantity")}` },
      { title: paint.dim("price"), value: (row) => short(text(row, "price")), align: "right" },
      { title: paint.dim("fee"), value: (row) => feeText(text(row, "fee"), text(row, "symbol")), align: "right" },
      { title: paint.dim("when"), value: (row) => when(text(row, "created_at"), view) },
      { title: paint.dim("id"), value: (row) => text(row, "id"), below: true },
    ],
    fills,
    view.columns,
  );
}

function feeText(fee: string, symbol: string): string {
  return `${short(fee)} ${quoteOf(symbol)}`.trimEnd();
}
