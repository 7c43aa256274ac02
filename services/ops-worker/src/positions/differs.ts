import { add, compare, isPositive, roundToStep, type Decimal } from "#contracts/decimal";
import type { PositionView } from "#contracts/routes/ops";

/** A position that its exchange has answered about. */
type Compared = Pick<PositionView, "ledger" | "symbol" | "quantity"> & {
  there: { quantity: Decimal; asset?: string | undefined; quantityStep?: Decimal | undefined };
};

/** Whether it is compared at all: of a flat spot coin whatever an account holds may be the trader's own. */
export function isCompared({ symbol, quantity }: { symbol: string; quantity: Decimal }): boolean {
  return quantity !== "0" || symbol.endsWith(".P");
}

/** What the exchange says of it; undefined where it says nothing. */
export function comparedOf({ ledger, symbol, quantity, atVenue }: PositionView): Compared | undefined {
  return atVenue === undefined || "problem" in atVenue ? undefined : { ledger, symbol, quantity, there: atVenue };
}

/** Those that are closed by selling the same coin, itself included: two pairs of one coin share what an account holds. */
export function sharing(position: Compared, all: readonly Compared[]): readonly Compared[] {
  const { ledger, there } = position;
  if (there.asset === undefined) return [position];
  return all.filter((each) => each.ledger === ledger && each.there.asset === there.asset && isPositive(each.quantity));
}

/**
 * Whether an exchange holds something else than the ledger knows of. A perpetual's position is the ledger's to the last
 * digit; of a spot coin an account may hold more that no signal has bought, so that only too little is a difference. It is
 * too little when what an order can sell of the positions, each down to its step, is not there.
 */
export function differs(position: Compared, all: readonly Compared[]): boolean {
  const { symbol, quantity, there } = position;
  if (symbol.endsWith(".P")) return compare(quantity, there.quantity) !== 0;
  if (!isPositive(quantity)) return false;
  const needed = sharing(position, all).map(({ quantity: held, there: { quantityStep } }) =>
    quantityStep === undefined ? held : roundToStep(held, quantityStep),
  );
  return compare(there.quantity, needed.reduce(add, "0")) < 0;
}
