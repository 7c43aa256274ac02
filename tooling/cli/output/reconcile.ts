import type * as z from "zod";
import { applyFill } from "#contracts/position";
import type { opsRoutes, PositionDifference } from "#contracts/routes/ops";
import { plain, type Paint } from "./paint.ts";
import { sized } from "./positions.ts";
import { money, short } from "./units.ts";

/** A ledger's position and its exchange's, one below the other. */
export function differenceLines({ ledger, symbol, here, averagePrice, there, held }: PositionDifference): string[] {
  const entry = averagePrice === undefined ? "" : ` at ${short(averagePrice)}`;
  const shared = there === held ? "" : `, of which ${held} can be this position's`;
  return [`${ledger} ${symbol}`, `  ledger    ${sized(here)}${entry}`, `  exchange  ${sized(there)}${shared}`];
}

/** The answer where nothing is booked. */
export function differenceText(difference: PositionDifference): string {
  const end = difference.agrees ? "they agree: there is nothing to book" : reconcilePlan(difference, undefined);
  return [...differenceLines(difference), end].join("\n");
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
