import { absolute, add, isNegative, isZero, minimum, subtract, type Decimal } from "#contracts/decimal";
import type { Side } from "#contracts/signal";
import { positionOf } from "./positions.ts";
import { isOpen, isWorking, locksBalance, type LegRow } from "./rows.ts";
import type { Tx } from "./tx.ts";

/** What an order may still fill. */
export function unfilled(leg: Pick<LegRow, "quantity" | "filled_quantity">): Decimal {
  const rest = subtract(leg.quantity ?? "0", leg.filled_quantity);
  return isNegative(rest) ? "0" : rest;
}

/** What is open on the side that an order of `closing` would reduce; "0" when nothing is. */
export function openAgainst(tx: Tx, symbol: string, closing: Side): Decimal {
  return reducible(positionOf(tx, symbol).quantity, closing);
}

/** How much of a position an order of `closing` would reduce. */
export function reducible(position: Decimal, closing: Side): Decimal {
  if (isZero(position)) return "0";
  return isNegative(position) === (closing === "buy") ? absolute(position) : "0";
}

/** How much of an order does not close what is open against it. */
export function opensOf(tx: Tx, { symbol, side }: Pick<LegRow, "symbol" | "side">, quantity: Decimal): Decimal {
  return subtract(quantity, minimum(quantity, openAgainst(tx, symbol, side)));
}

/** True for an order that opens nothing, whatever has closed the position before; spot exchanges know only sales. */
export function onlyReduces(tx: Tx, leg: LegRow): boolean {
  return leg.role !== "entry" || tx.orderOf(leg)?.reduceOnly === true;
}

/** Orders that close what an order of `closing` would, planned ones too; on spot net sales close as well. */
export function reducing(tx: Tx, symbol: string, closing: Side): LegRow[] {
  return tx
    .liveLegs(symbol)
    .filter(
      ({ role, side }) =>
        side === closing && (role === "close" || role === "emergency" || (role === "entry" && locksBalance(symbol))),
    );
}

/** Those of them that are at the venue, or may be, the leg itself not counted. */
export function closingUnderWay(tx: Tx, leg: LegRow): LegRow[] {
  return reducing(tx, leg.symbol, leg.side).filter((each) => isOpen(each) && each !== leg);
}

/** True for an order that may rest for good: what trades at the market is soon over. */
export function restsAtLimit(tx: Tx, leg: LegRow): boolean {
  return isWorking(leg) && tx.orderOf(leg)?.type === "limit";
}

export function sumUnfilled(legs: readonly LegRow[]): Decimal {
  return legs.reduce((sum, leg) => add(sum, unfilled(leg)), "0");
}
