import type * as z from "zod";
import { applyFill } from "#contracts/position";
import type { OpenEntry, opsRoutes, PositionDifference, PositionView } from "#contracts/routes/ops";
import type { View } from "../base.ts";
import { plain, type Paint } from "./paint.ts";
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

/** A ledger's position and its exchange's, one below the other. */
export function differenceLines({ ledger, symbol, here, averagePrice, there, held }: PositionDifference): string[] {
  const entry = averagePrice === undefined ? "" : ` at ${short(averagePrice)}`;
  const shared = there === held ? "" : `, of which ${held} can be this position's`;
  return [`${ledger} ${symbol}`, `  ledger    ${sized(here)}${entry}`, `  exchange  ${sized(there)}${shared}`];
}

export function reconcilePlan(
  { symbol, here, averagePrice, books }: PositionDifference,
  price: string | undefined,
): string {
  if (books === undefined) return "plan: nothing";
  const { side: way, quantity } = books;
  const what = `plan: book, and not trade, a ${way === "sell" ? "sale" : "purchase"} of ${quantity} ${symbol}`;
  if (price === undefined) return what;
  const before = { symbol, quantity: here, averagePrice, realisedProfit: "0", fees: "0" };
  const after = applyFill(before, { side: way, quantity, price, fee: "0" });
  return `${what} at ${price}, which realises ${money(after.realisedProfit, symbol, plain)}; the ledger is ${sized(after.quantity)} then`;
}

export function bookedText(
  { ledger, booked, profit, position }: z.infer<typeof opsRoutes.reconcilePosition.reply>,
  paint: Paint,
): string {
  const { side: way, quantity, price } = booked;
  const { symbol } = position;
  return `${paint.good("booked")}  ${ledger} ${symbol}: ${way} ${quantity} at ${price}, realised ${money(profit, symbol, paint)}; the ledger is ${sized(position.quantity)} now`;
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
