import type * as z from "zod";
import type { Holding, tradeRoutes } from "#contracts/routes/trade";
import { within } from "../clock.ts";
import { messageOf } from "../message-of.ts";
import type { Held } from "../venues/venue.ts";
import type { AttemptDeps } from "./attempt-requested.ts";

type Route = typeof tradeRoutes.holdings;
type Reply = z.infer<Route["reply"]>;

/** For all symbols together: the exchange has 8 s for each call, and they are asked side by side. */
const TIMEOUT_MS = 9_000;

/** What the exchange holds, for eyes alone. What cannot be asked says why, and never reads as flat. */
export async function readHoldings(
  { symbols, ...of }: z.infer<Route["body"]>,
  deps: Pick<AttemptDeps, "venue" | "clock">,
): Promise<Reply> {
  const venue = deps.venue(of);
  const asking = <T>(answer: Promise<T>): Promise<T> => within(deps.clock, { ms: TIMEOUT_MS, who: of.venue }, answer);
  if (venue.positions !== undefined) return fromList(symbols, asking(venue.positions()));
  if (venue.holdings !== undefined && symbols.length > 0) return atOnce(symbols, asking(venue.holdings(symbols)));
  const holdings = symbols.map(async (symbol): Promise<Holding> => {
    try {
      const { quantity, averagePrice } = await asking(venue.position(symbol));
      return { symbol, quantity, ...(averagePrice === undefined ? {} : { averagePrice }) };
    } catch (error) {
      return { symbol, problem: messageOf(error) };
    }
  });
  return { holdings: await Promise.all(holdings) };
}

async function atOnce(symbols: readonly string[], asked: Promise<Holding[]>): Promise<Reply> {
  try {
    return { holdings: await asked };
  } catch (error) {
    const problem = messageOf(error);
    return { holdings: symbols.map((symbol) => ({ symbol, problem })) };
  }
}

async function fromList(symbols: readonly string[], asked: Promise<Held[]>): Promise<Reply> {
  try {
    const held = new Map((await asked).map((each) => [each.symbol, each]));
    return {
      holdings: symbols.map((symbol) => held.get(symbol) ?? { symbol, quantity: "0" }),
      others: [...held.values()].filter(({ symbol }) => !symbols.includes(symbol)),
    };
  } catch (error) {
    const problem = messageOf(error);
    return { holdings: symbols.map((symbol) => ({ symbol, problem })), problem };
  }
}
