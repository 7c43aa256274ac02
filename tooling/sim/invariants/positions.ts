import { compare, isNegative, subtract, type Decimal } from "#contracts/decimal";
import type { Invariant } from "./invariant.ts";

/** The ledger's positions are the venue's. */
export const positionsAgree: Invariant = {
  name: "positions agree",
  async check(mesh) {
    const findings = [];
    for (const [name, venue] of mesh.venues) {
      const { positions } = await mesh.ledger(name).status();
      const held = new Map(positions.map((each) => [each.symbol, each.quantity]));
      const book = new Map(venue.book().positions.map((each) => [each.symbol, each.quantity]));
      for (const symbol of new Set([...held.keys(), ...book.keys()])) {
        const ledgers = held.get(symbol) ?? "0";
        const venues = book.get(symbol) ?? "0";
        if (!isSameHolding({ ledgers, venues, dust: venue.dustOf(symbol) }))
          findings.push({ expected: `${name} holds ${venues} ${symbol}, as the venue does`, found: ledgers });
      }
    }
    return findings;
  },
};

/** Equal, but for what lies at the venue and no order can sell. */
export function isSameHolding(of: { ledgers: Decimal; venues: Decimal; dust: Decimal }): boolean {
  const beyond = subtract(of.venues, of.ledgers);
  return !isNegative(beyond) && compare(beyond, of.dust) <= 0;
}
