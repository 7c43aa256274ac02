import type * as z from "zod";
import type { Holding, tradeRoutes } from "#contracts/routes/trade";
import { within } from "../clock.ts";
import { messageOf } from "../message-of.ts";
import type { AttemptDeps } from "./attempt-requested.ts";

type Route = typeof tradeRoutes.holdings;

/** For all symbols together: the exchange has 8 s for each call, and they are asked side by side. */
const TIMEOUT_MS = 9_000;

/** What the exchange holds of each symbol, for eyes alone. One that cannot be asked says why, and never reads as flat. */
export async function readHoldings(
  { symbols, ...of }: z.infer<Route["body"]>,
  deps: Pick<AttemptDeps, "venue" | "clock">,
): Promise<z.infer<Route["reply"]>> {
  const venue = deps.venue(of);
  const holdings = symbols.map(async (symbol): Promise<Holding> => {
    try {
      const { quantity, averagePrice } = await within(
        deps.clock,
        { ms: TIMEOUT_MS, who: of.venue },
        venue.position(symbol),
      );
      return { symbol, quantity, ...(averagePrice === undefined ? {} : { averagePrice }) };
    } catch (error) {
      return { symbol, problem: messageOf(error) };
    }
  });
  return { holdings: await Promise.all(holdings) };
}
