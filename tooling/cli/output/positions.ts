import type { OpenEntry, PositionView } from "#contracts/routes/ops";
import type { View } from "../base.ts";
import type { Paint } from "./paint.ts";
import { table } from "./table.ts";
import { duration, when } from "./time.ts";
import { money, short } from "./units.ts";

type Held = Omit<PositionView, "account" | "venue">;

/** One line per position; `there` is what its exchange says; what it earned since the ledger began, without fees, which stand beside it. */
export function positionsTable(positions: readonly Held[], view: View): string {
  const { paint } = view;
  const asked = positions.some(({ atVenue }) => atVenue !== undefined);
  const flat = positions.some((each) => each.quantity === "0");
  return table(
    [
      { title: paint.dim("position"), value: (row) => `${row.ledger} ${row.symbol}` },
      { title: paint.dim("side"), value: (row) => side(row.quantity) },
      { title: paint.dim("quantity"), value: (row) => short(row.quantity.replace(/^-/, "")), align: "right" },
      { title: paint.dim("entry"), value: (row) => short(row.averagePrice), align: "right" },
      ...(asked
        ? [{ title: paint.dim("there"), value: (row: Held) => beside(row, paint), align: "right" as const }]
        : []),
      { title: paint.dim("realised"), value: (row) => money(row.realisedProfit, row.symbol, paint), align: "right" },
      { title: paint.dim("fees"), value: (row) => short(row.fees), align: "right" },
      { title: paint.dim(flat ? "open for / traded" : "open for"), value: (row) => age(row, view) },
    ],
    positions,
    view.columns,
  );
}

/** `long 0.5`, `short 2`. */
export function sized(quantity: string): string {
  return quantity === "0" ? "flat" : `${side(quantity)} ${quantity.replace(/^-/, "")}`;
}

/** What an exchange holds where its ledger is flat, a sentence each: nothing here opened it, so nothing here closes it. */
export function heldElsewhere(positions: readonly Held[]): string[] {
  return positions.flatMap(({ ledger, symbol, quantity, differs, atVenue }) =>
    quantity === "0" && differs === true && atVenue !== undefined && "quantity" in atVenue
      ? [`${ledger} ${symbol}: ${sized(atVenue.quantity)} there, and as far as the ledger knows nothing here opened it`]
      : [],
  );
}

/** Entries that may still open something, a line each, and how to cancel them. */
export function mayOpenAgain(entries: readonly OpenEntry[]): string[] {
  if (entries.length === 0) return [];
  const lines = entries.map(({ ledger, symbol, requestId, state, order }) => {
    const what = order ? `a ${order.side} of ${order.quantity}${order.price ? ` at ${order.price}` : ""}` : "an entry";
    const where = state === "resting" ? "rests there" : "may be there, nobody knows yet";
    return `may open again: ${ledger} ${symbol}: ${what} ${where} (${requestId})`;
  });
  return [...lines, 'to cancel entries: npx hoox kill-switch on --cancel-entries --reason "…"'];
}

function beside({ atVenue, differs }: Held, paint: Paint): string {
  if (atVenue === undefined) return "-";
  if ("problem" in atVenue) return paint.odd("not known");
  return differs === true ? paint.bad(atVenue.quantity) : paint.dim(atVenue.quantity);
}

function side(quantity: string): string {
  return quantity === "0" ? "flat" : quantity.startsWith("-") ? "short" : "long";
}

function age({ quantity, openedAt, updatedAt }: Held, view: View): string {
  if (quantity === "0" || view.absolute) return when(quantity === "0" ? updatedAt : openedAt, view);
  return openedAt === undefined ? "-" : duration(Math.max(0, view.now.getTime() - openedAt.getTime()));
}
