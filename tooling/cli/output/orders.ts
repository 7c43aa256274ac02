import type { OrderRow } from "#contracts/routes/database";
import type { Row } from "#contracts/routes/route";
import type { View } from "../base.ts";
import type { Paint } from "./paint.ts";
import { table } from "./table.ts";
import { when } from "./time.ts";
import { quoteOf, short } from "./units.ts";

/** One line per alert, the newest last; on a narrow terminal its id and reason stand under it. */
export function ordersTable(orders: readonly OrderRow[], view: View): string {
  const { paint } = view;
  return table(
    [
      { title: paint.dim("when"), value: (row) => when(row.created_at, view) },
      { title: paint.dim("what"), value: whatText, shrinkTo: 24 },
      { title: paint.dim("outcome"), value: (row) => endingText(row, paint) },
      { title: paint.dim("filled"), value: filledText, align: "right" },
      { title: paint.dim("request"), value: (row) => row.request_id, below: true },
      { title: paint.dim("strategy"), value: (row) => row.strategy ?? "-", below: true },
      {
        title: paint.dim("where"),
        value: (row) => [row.account, row.venue].filter(Boolean).join(":") || "-",
        below: true,
      },
      { title: paint.dim("reason"), value: (row) => paint.dim(reasonText(row)), shrinkTo: 16, below: true },
    ],
    orders,
    view.columns,
  );
}

function whatText({ action, quantity, symbol }: OrderRow): string {
  const text = [action, quantity, symbol].filter(Boolean).join(" ");
  return text === "" ? "(unreadable)" : text;
}

function endingText({ outcome, state }: OrderRow, paint: Paint): string {
  return outcomeText(outcome ?? (state ?? "not ended").replace("_", " "), paint);
}

function filledText({ filled_quantity: filled, average_price: price, symbol }: OrderRow): string {
  if (filled === null || filled === "0") return "-";
  return `${short(filled)} at ${short(price)} ${quoteOf(symbol ?? "")}`.trimEnd();
}

/** A filled order's reason says what its columns say already. */
function reasonText({ outcome, reason }: OrderRow): string {
  return outcome === "filled" ? "" : reason;
}

const BAD = ["failed", "rejected", "refused", "in_doubt", "in doubt", "expired", "halted"];
const QUIET = ["duplicate", "superseded"];

/** Green for done, red for what did not execute though somebody wanted it, grey for what nobody needs to care about. */
export function outcomeText(outcome: string, paint: Paint): string {
  if (outcome === "filled") return paint.good(outcome);
  if (QUIET.includes(outcome)) return paint.dim(outcome);
  return BAD.includes(outcome) ? paint.bad(outcome) : paint.odd(outcome);
}

/** Orders as they were sent to a venue, for the details of one alert. */
export function sentTable(orders: readonly Row[], view: View): string {
  const { paint } = view;
  const text = (row: Row, column: string): string => (row[column] === null ? "-" : String(row[column] ?? "-"));
  return table(
    [
      { title: paint.dim("order"), value: (row) => `${text(row, "role")} ${text(row, "side")}` },
      { title: paint.dim("quantity"), value: (row) => text(row, "quantity"), align: "right" },
      { title: paint.dim("type"), value: (row) => text(row, "type") },
      { title: paint.dim("price"), value: (row) => short(text(row, "price")), align: "right" },
      { title: paint.dim("status"), value: (row) => outcomeText(text(row, "status"), paint) },
      { title: paint.dim("filled"), value: (row) => orderFilled(row), align: "right" },
      { title: paint.dim("fee"), value: (row) => short(text(row, "fee")), align: "right" },
      { title: paint.dim("sent"), value: (row) => when(text(row, "created_at"), view), below: true },
      { title: paint.dim("client order id"), value: (row) => text(row, "client_order_id"), below: true },
      {
        title: paint.dim("reason"),
        value: (row) => (row["reason"] ? String(row["reason"]) : ""),
        shrinkTo: 16,
        below: true,
      },
    ],
    orders,
    view.columns,
  );
}

function orderFilled(row: Row): string {
  const { filled_quantity: filled, average_price: price } = row;
  return !filled || filled === "0"
    ? "-"
    : `${short(String(filled))} at ${short(price === null ? undefined : String(price))}`;
}
