import type * as z from "zod";
import { partsOf } from "#contracts/ids";
import { MOST_HOLDINGS, tradeRoutes, type Holding } from "#contracts/routes/trade";
import type { PositionView } from "#contracts/routes/ops";
import type { OpsDeps } from "../deps.ts";
import { reasonOf } from "../within.ts";
import { comparedOf, differs, isCompared } from "./differs.ts";

/** The exchange has 8 s for a call, and trade-worker asks for all symbols at once. */
const TIMEOUT_MS = 10_000;

/** What a ledger that could be asked holds. */
export interface LedgerPositions {
  ledger: string;
  positions: PositionView[];
}

export interface Beside {
  /** Those of the ledgers, and what only an exchange knows of. */
  positions: PositionView[];
  /** Of which ledgers' exchanges something is not known, and why. */
  problems: string[];
  /** Ledgers whose exchange has said everything that it holds. */
  listed: string[];
}

/**
 * The positions with what their exchanges say of them. Asked is of what is open, of perpetuals that should be flat, and of
 * what else an account holds; an exchange that does not answer is a problem of its positions, never a difference.
 */
export async function besideVenue(
  ledgers: readonly LedgerPositions[],
  requestId: string,
  deps: Pick<OpsDeps, "trade">,
): Promise<Beside> {
  const all = await Promise.all(ledgers.map((of) => besideOf(of, requestId, deps)));
  return {
    positions: all.flatMap(({ positions }) => positions),
    problems: all.flatMap(({ problems }) => problems),
    listed: all.flatMap(({ listed }) => listed),
  };
}

async function besideOf(
  { ledger, positions }: LedgerPositions,
  requestId: string,
  deps: Pick<OpsDeps, "trade">,
): Promise<Beside> {
  const symbols = positions
    .filter(isCompared)
    .toSorted((a, b) => Number(a.quantity === "0") - Number(b.quantity === "0") || latest(b) - latest(a))
    .slice(0, MOST_HOLDINGS)
    .map(({ symbol }) => symbol);
  const { holdings, others, problem } = await holdingsOf(ledger, symbols, requestId, deps);
  const said = new Map<string, Holding>([...holdings, ...(others ?? [])].map((each) => [each.symbol, each]));
  const answered = positions.map((position): PositionView => {
    const held = said.get(position.symbol) ?? (others && { symbol: position.symbol, quantity: "0" });
    if (held === undefined) return position;
    if ("problem" in held) return { ...position, atVenue: { problem: held.problem } };
    const { symbol: _, ...atVenue } = held;
    return { ...position, atVenue };
  });
  const compared = answered.flatMap((position) => comparedOf(position) ?? []);
  const known = answered.map((position): PositionView => {
    const beside = comparedOf(position);
    return beside === undefined ? position : { ...position, differs: differs(beside, compared) };
  });
  const isKnown = new Set(positions.map(({ symbol }) => symbol));
  const unknown = (others ?? [])
    .filter(({ symbol }) => !isKnown.has(symbol))
    .map(({ symbol, ...atVenue }): PositionView => ({ ledger, ...partsOf(ledger), symbol, ...NOTHING, atVenue }));
  const reasons = [problem, ...holdings.map((each) => ("problem" in each ? each.problem : undefined))];
  return {
    positions: [...known, ...unknown],
    problems: [...new Set(reasons)].flatMap((reason) =>
      reason === undefined ? [] : [`exchange of ${ledger}: ${reason}`],
    ),
    listed: others === undefined ? [] : [ledger],
  };
}

/** What a ledger has of a symbol that it does not know. */
const NOTHING = { quantity: "0", realisedProfit: "0", fees: "0", differs: true, onlyThere: true } as const;

/** Whatever fails is a problem in the answer. */
export async function holdingsOf(
  ledger: string,
  symbols: readonly string[],
  requestId: string,
  { trade }: Pick<OpsDeps, "trade">,
): Promise<z.infer<typeof tradeRoutes.holdings.reply>> {
  try {
    const body = tradeRoutes.holdings.body.parse({ ...partsOf(ledger), symbols });
    return await trade.ask(tradeRoutes.holdings, { requestId, body, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    const problem = reasonOf(error);
    return { holdings: symbols.map((symbol) => ({ symbol, problem })), problem };
  }
}

function latest({ updatedAt }: PositionView): number {
  return updatedAt?.getTime() ?? 0;
}
