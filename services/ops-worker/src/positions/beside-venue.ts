import { partsOf } from "#contracts/ids";
import { MOST_HOLDINGS, tradeRoutes, type Holding } from "#contracts/routes/trade";
import type { PositionView } from "#contracts/routes/ops";
import type { OpsDeps } from "../deps.ts";
import { reasonOf } from "../within.ts";
import { differs } from "./differs.ts";

/** The exchange has 8 s for a call, and trade-worker asks for all symbols at once. */
const TIMEOUT_MS = 10_000;

/**
 * The positions with what their exchanges say of them. Asked is of what is open, and of perpetuals that should be flat; an
 * exchange that does not answer is a problem of its positions, never a difference.
 */
export async function besideVenue(
  positions: readonly PositionView[],
  requestId: string,
  deps: Pick<OpsDeps, "trade">,
): Promise<PositionView[]> {
  const asked = positions.filter(({ symbol, quantity }) => quantity !== "0" || symbol.endsWith(".P"));
  const known = new Map<string, Holding>();
  await Promise.all(
    [...Map.groupBy(asked, ({ ledger }) => ledger)].map(async ([ledger, all]) => {
      const symbols = all
        .toSorted((a, b) => Number(a.quantity === "0") - Number(b.quantity === "0") || latest(b) - latest(a))
        .slice(0, MOST_HOLDINGS)
        .map(({ symbol }) => symbol);
      for (const each of await holdingsOf(ledger, symbols, requestId, deps))
        known.set(`${ledger} ${each.symbol}`, each);
    }),
  );
  return positions.map((position) => {
    const held = known.get(`${position.ledger} ${position.symbol}`);
    if (held === undefined) return position;
    if ("problem" in held) return { ...position, atVenue: { problem: held.problem } };
    const { symbol, ...atVenue } = held;
    return { ...position, atVenue, differs: differs(symbol, { ledger: position.quantity, venue: held.quantity }) };
  });
}

async function holdingsOf(
  ledger: string,
  symbols: readonly string[],
  requestId: string,
  { trade }: Pick<OpsDeps, "trade">,
): Promise<Holding[]> {
  try {
    const body = tradeRoutes.holdings.body.parse({ ...partsOf(ledger), symbols });
    return (await trade.ask(tradeRoutes.holdings, { requestId, body, timeoutMs: TIMEOUT_MS })).holdings;
  } catch (error) {
    return symbols.map((symbol) => ({ symbol, problem: reasonOf(error) }));
  }
}

function latest({ updatedAt }: PositionView): number {
  return updatedAt?.getTime() ?? 0;
}
