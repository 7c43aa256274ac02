import type { PositionView } from "#contracts/routes/ops";
import type { HoldingsReading } from "../watch/sample.ts";
import type { Beside } from "./beside-venue.ts";
import { isCompared } from "./differs.ts";

/** What the monitor remembers of positions beside their exchanges. One that could not be asked about is in none of its lists. */
export function readingOf({ positions, listed }: Beside): HoldingsReading {
  const nameOf = ({ ledger, symbol }: PositionView): string => `${ledger} ${symbol}`;
  const agreeing = positions.filter((each) => each.differs === false || !isCompared(each)).map(nameOf);
  const drifts = positions.flatMap((each) => {
    const { differs, atVenue, quantity, onlyThere } = each;
    if (differs !== true || atVenue === undefined || "problem" in atVenue) return [];
    return [{ name: nameOf(each), there: atVenue.quantity, ...(onlyThere ? {} : { here: quantity }) }];
  });
  return { drifts, agreeing, listed };
}
