import { add } from "#contracts/decimal";
import type { PositionView } from "#contracts/routes/ops";
import type { Drift, HoldingsReading } from "../watch/sample.ts";
import type { Beside } from "./beside-venue.ts";
import { comparedOf, isCompared, sharing } from "./differs.ts";

/**
 * What the monitor remembers of positions beside their exchanges, of the ledgers that could be asked. A position that could
 * not be asked about neither agrees nor differs.
 */
export function readingOf({ positions, listed }: Beside, ledgers: readonly string[]): HoldingsReading {
  const agreeing = positions.filter((each) => each.differs === false || !isCompared(each)).map(nameOf);
  const compared = positions.flatMap((each) => comparedOf(each) ?? []);
  const drifts = positions.flatMap((each): Drift[] => {
    const beside = each.differs === true ? comparedOf(each) : undefined;
    if (beside === undefined) return [];
    const { symbol, quantity, there } = beside;
    const drift = { name: nameOf(each), there: there.quantity };
    if (each.onlyThere) return [drift];
    if (symbol.endsWith(".P")) return [{ ...drift, here: quantity }];
    const all = sharing(beside, compared);
    const here = all.map((of) => of.quantity).reduce(add, "0");
    return [{ ...drift, here, coin: { asset: there.asset, pairs: all.map((of) => of.symbol).toSorted() } }];
  });
  const unseen = ledgers.flatMap((ledger) => {
    const why = positions.flatMap((each) => (each.ledger === ledger ? (unansweredOf(each) ?? []) : []));
    return why.length === 0 ? [] : [{ ledger, why: [...new Set(why)].join("; ") }];
  });
  const seen = ledgers.filter((name) => !unseen.some(({ ledger }) => ledger === name));
  return { drifts, agreeing, listed, unseen, seen };
}

/** Why nobody knows what its exchange holds of something that the ledger has. */
function unansweredOf({ quantity, atVenue }: PositionView): string | undefined {
  if (quantity === "0") return undefined;
  if (atVenue === undefined) return "it was not asked";
  return "problem" in atVenue ? atVenue.problem : undefined;
}

function nameOf({ ledger, symbol }: PositionView): string {
  return `${ledger} ${symbol}`;
}
