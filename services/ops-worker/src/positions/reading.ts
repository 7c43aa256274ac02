import { add } from "#contracts/decimal";
import type { PositionView } from "#contracts/routes/ops";
import type { Drift, HoldingsReading } from "../watch/sample.ts";
import type { Beside } from "./beside-venue.ts";
import { comparedOf, isCompared, sharing } from "./differs.ts";

/** What the monitor remembers of positions beside their exchanges. One that could not be asked about is in none of its lists. */
export function readingOf({ positions, listed }: Beside): HoldingsReading {
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
  return { drifts, agreeing, listed };
}

function nameOf({ ledger, symbol }: PositionView): string {
  return `${ledger} ${symbol}`;
}
