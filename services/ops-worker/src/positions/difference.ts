import { absolute, compare, isNegative, isZero, maximum, negate, subtract, type Decimal } from "#contracts/decimal";
import { partsOf, type LedgerName } from "#contracts/ids";
import type { LedgerStatus } from "#contracts/ledger";
import type { PositionDifference } from "#contracts/routes/ops";
import { MOST_HOLDINGS, MOST_ORDERS, tradeRoutes, type Holding, type OrderThere } from "#contracts/routes/trade";
import { HttpError } from "#runtime/http-error";
import type { OpsDeps } from "../deps.ts";
import { registeredPlace, unreachable } from "../ledgers.ts";
import { reasonOf, within } from "../within.ts";
import { holdingsOf } from "./beside-venue.ts";
import { differs, sellable, sharing } from "./differs.ts";

/** The exchange has 9 s, and trade-worker asks for all side by side. */
const TIMEOUT_MS = 10_000;

type Held = LedgerStatus["positions"][number];
type Deps = Pick<OpsDeps, "killSwitch" | "ledger" | "timeoutMs" | "trade">;

export interface Difference {
  view: PositionDifference;
  /** What of the ledger it goes by: the position, and those that share its coin. */
  shown: { symbol: string; quantity: Decimal; rev: number }[];
  /** Client order ids of the stops and targets of all these that rest there. */
  resting: string[];
}

/** Asks the ledger, then its exchange. Throws when either is not heard: silence is no position of nothing. */
export async function differenceOf(
  { ledger, symbol }: { ledger: LedgerName; symbol: string },
  requestId: string,
  deps: Deps,
): Promise<Difference> {
  await registeredPlace(ledger, { deps, so: "nothing was looked at", hint: "npx hoox check health" });
  const status = await within(deps.timeoutMs, `ledger ${ledger}`, deps.ledger(ledger).status()).catch(
    unreachable("nothing was looked at", "npx hoox check health"),
  );
  const own = status.positions.find((each) => each.symbol === symbol) ?? flat(symbol);
  const others = status.positions.filter((each) => each.symbol !== symbol && isSpot(each) && !isZero(each.quantity));
  const asked = [own, ...(isSpot(own) ? others : [])] as const;
  const { position, compared } = await heard(ledger, asked, requestId, deps);
  const beside = sharing(position, compared).filter((each) => each.symbol !== symbol);
  const held = isSpot(own) ? leftOf(position.there, beside) : position.there.quantity;
  const shown = [own, ...beside].map(({ symbol: name, quantity, rev = 0 }) => ({ symbol: name, quantity, rev }));
  const guards = guardsOf(
    status,
    shown.map((each) => each.symbol),
  );
  const verdict = verdictOn({ here: own.quantity, held, differs: differs(position, compared) });
  // After what it holds: one that still rests has not made it less.
  const why = verdict.books && (await whyNotResting(guards, { ledger, requestId, deps }));
  return {
    view: {
      ledger,
      symbol,
      here: own.quantity,
      ...(own.averagePrice === undefined ? {} : { averagePrice: own.averagePrice }),
      there: position.there.quantity,
      held,
      ...(why === undefined ? verdict : { agrees: false, why }),
    },
    shown,
    resting: guards.map(({ clientOrderId }) => clientOrderId),
  };
}

type Guard = LedgerStatus["workingOrders"][number];

function guardsOf({ workingOrders }: LedgerStatus, symbols: readonly string[]): Guard[] {
  return workingOrders.filter(
    ({ role, order }) =>
      order !== undefined && symbols.includes(order.symbol) && (role === "stop" || role === "target"),
  );
}

/** Which of the stops and targets may be what made it less: the ledger hears of it by itself, and books its own price. */
async function whyNotResting(
  guards: readonly Guard[],
  { ledger, requestId, deps }: { ledger: LedgerName; requestId: string; deps: Pick<OpsDeps, "trade"> },
): Promise<string | undefined> {
  if (guards.length === 0) return undefined;
  if (guards.length > MOST_ORDERS)
    return `more than ${MOST_ORDERS} stops and targets rest, which is too many to ask about`;
  const states = await statesOf(guards, { ledger, requestId, deps });
  for (const { clientOrderId, role, filledQuantity } of guards) {
    const there = states.find((each) => each.clientOrderId === clientOrderId);
    const what = `its ${role} (${clientOrderId})`;
    if (there === undefined || "problem" in there)
      return `what became of ${what} is not known: ${there?.problem ?? "nothing was said of it"}; look again in a minute`;
    if (there.status !== "working" || compare(there.filledQuantity, filledQuantity) !== 0)
      return `${what} is ${there.status} there, which the ledger hears of within a minute: look again then`;
  }
  return undefined;
}

async function statesOf(
  guards: readonly Guard[],
  { ledger, requestId, deps }: { ledger: LedgerName; requestId: string; deps: Pick<OpsDeps, "trade"> },
): Promise<OrderThere[]> {
  const orders = guards.flatMap(({ clientOrderId, order }) => (order ? [{ clientOrderId, symbol: order.symbol }] : []));
  try {
    const body = tradeRoutes.orders.body.parse({ ...partsOf(ledger), orders });
    return (await deps.trade.ask(tradeRoutes.orders, { requestId, body, timeoutMs: TIMEOUT_MS })).orders;
  } catch (error) {
    const problem = reasonOf(error);
    return orders.map(({ clientOrderId }) => ({ clientOrderId, problem }));
  }
}

type Compared = Held & { ledger: LedgerName; there: Extract<Holding, { quantity: string }> };

/** What was said of the first, and of those of the others that may share its coin. */
async function heard(
  ledger: LedgerName,
  asked: readonly [Held, ...Held[]],
  requestId: string,
  deps: Pick<OpsDeps, "trade">,
): Promise<{ position: Compared; compared: Compared[] }> {
  const chunks = Array.from({ length: Math.ceil(asked.length / MOST_HOLDINGS) }, (_, index) =>
    asked.slice(index * MOST_HOLDINGS, (index + 1) * MOST_HOLDINGS).map(({ symbol }) => symbol),
  );
  const replies = await Promise.all(chunks.map((symbols) => holdingsOf(ledger, symbols, requestId, deps)));
  const said = new Map(replies.flatMap(({ holdings }) => holdings.map((each) => [each.symbol, each])));
  const hear = (position: Held): Compared => {
    const there = said.get(position.symbol) ?? { symbol: position.symbol, problem: "it said nothing of it" };
    if ("problem" in there) throw unheard(ledger, there);
    return { ledger, ...position, there };
  };
  const [own, ...others] = asked;
  const position = hear(own);
  const { asset } = position.there;
  // A pair's name begins with its coin: of the rest nobody has to know anything.
  const mayShare = ({ symbol }: Held): boolean => asset !== undefined && symbol.startsWith(asset);
  return { position, compared: [position, ...others.filter(mayShare).map(hear)] };
}

function unheard(ledger: LedgerName, { symbol, problem, isForGood }: Extract<Holding, { problem: string }>): HttpError {
  if (isForGood)
    return new HttpError(404, "symbol_not_there", `the exchange of ${ledger} has no ${symbol}: ${problem}`);
  const message = `the exchange of ${ledger} does not say what it holds of ${symbol}: ${problem}`;
  return new HttpError(503, "exchange_unreachable", message, {
    hint: "nothing is booked by an answer that did not come; ask again later",
  });
}

/** Of a coin what other pairs have is theirs; less than an order could sell is nothing. */
function leftOf(
  { quantity, quantityStep: step }: { quantity: Decimal; quantityStep?: Decimal | undefined },
  beside: readonly Compared[],
): Decimal {
  const left = maximum(subtract(quantity, sellable(beside)), "0");
  return step !== undefined && compare(left, step) < 0 ? "0" : left;
}

function verdictOn({
  here,
  held,
  differs: isOther,
}: {
  here: Decimal;
  held: Decimal;
  differs: boolean;
}): Pick<PositionDifference, "agrees" | "books" | "why"> {
  if (!isOther) return { agrees: true };
  const no = (why: string): Pick<PositionDifference, "agrees" | "why"> => ({ agrees: false, why });
  if (isZero(here)) {
    return no("as far as the ledger knows nothing here opened it; close it by hand at the exchange");
  }
  if (!isZero(held) && isNegative(held) !== isNegative(here)) {
    return no("it was turned around there; close it by hand at the exchange, then reconcile what the ledger has left");
  }
  const change = subtract(held, here);
  if (compare(absolute(held), absolute(here)) >= 0) {
    const [verb, more] = isNegative(held) ? ["buy", negate(change)] : ["sell", change];
    return no(`the exchange holds more than the ledger knows of: ${verb} ${more} by hand at the exchange`);
  }
  return { agrees: false, books: { side: isNegative(change) ? "sell" : "buy", quantity: absolute(change) } };
}

function isSpot({ symbol }: { symbol: string }): boolean {
  return !symbol.endsWith(".P");
}

function flat(symbol: string): Held {
  return { symbol, quantity: "0", realisedProfit: "0", fees: "0", rev: 0 };
}
