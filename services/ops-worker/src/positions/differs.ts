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
export function sharing<Position extends Compared>(position: Position, all: readonly Position[]): readonly Position[] {
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
  return compare(there.quantity, sellable(sharing(position, all))) < 0;
}

/** What orders can sell of all these, each down to its step. */
export function sellable(positions: readonly Pick<Compared, "quantity" | "there">[]): Decimal {
  return positions
    .map(({ quantity, there: { quantityStep: step } }) => (step === undefined ? quantity : roundToStep(quantity, step)))
    .reduce(add, "0");
}
