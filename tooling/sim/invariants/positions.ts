import { isZero } from "#contracts/decimal";
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
        const equal = ledgers === venues || (isZero(ledgers) && isZero(venues));
        if (!equal) findings.push({ expected: `${name} holds ${venues} ${symbol}, as the venue does`, found: ledgers });
      }
    }
    return findings;
  },
};
