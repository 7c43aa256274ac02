import { compare, isPositive, multiply, type Decimal } from "#contracts/decimal";

/** Of a spot purchase a fee may be taken in what was bought: up to 0.2 % of it is missing without anything being wrong. */
const SPOT_KEEPS = "0.998";

/** Whether it is compared at all: of a flat spot coin whatever an account holds may be the trader's own. */
export function isCompared({ symbol, quantity }: { symbol: string; quantity: Decimal }): boolean {
  return quantity !== "0" || symbol.endsWith(".P");
}

/**
 * Whether an exchange holds something else than the ledger knows of. A perpetual's position is the ledger's to the last
 * digit; of a spot coin an account may hold more that no signal has bought, so that only too little is a difference.
 */
export function differs(symbol: string, { ledger, venue }: { ledger: Decimal; venue: Decimal }): boolean {
  if (symbol.endsWith(".P")) return compare(ledger, venue) !== 0;
  return isPositive(ledger) && compare(venue, multiply(ledger, SPOT_KEEPS)) < 0;
}
