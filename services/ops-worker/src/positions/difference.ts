import {
  absolute,
  add,
  compare,
  isNegative,
  isZero,
  maximum,
  negate,
  roundToStep,
  subtract,
  type Decimal,
} from "#contracts/decimal";
import type { LedgerName } from "#contracts/ids";
import type { LedgerStatus } from "#contracts/ledger";
import type { PositionDifference } from "#contracts/routes/ops";
import type { Holding } from "#contracts/routes/trade";
import { HttpError } from "#runtime/http-error";
import type { OpsDeps } from "../deps.ts";
import { registeredPlace, unreachable } from "../ledgers.ts";
import { within } from "../within.ts";
import { holdingsOf } from "./beside-venue.ts";
import { differs, sharing } from "./differs.ts";

type Held = LedgerStatus["positions"][number];
type Deps = Pick<OpsDeps, "killSwitch" | "ledger" | "timeoutMs" | "trade">;

export interface Difference {
  view: PositionDifference;
  /** What of the ledger it goes by: the position, and those that share its coin. */
  shown: { symbol: string; quantity: Decimal; rev: number }[];
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
  const asked = [own, ...(isSpot(own) ? others : [])];
  const holdings = await heard(ledger, asked, requestId, deps);
  const compared = asked.flatMap((position, index) => {
    const there = holdings[index];
    return there === undefined ? [] : [{ ledger, ...position, there }];
  });
  const [position] = compared;
  if (position === undefined) throw new Error("what was asked is not what was heard");
  const beside = sharing(position, compared).filter((each) => each.symbol !== symbol);
  const held = isSpot(own) ? leftOf(position.there, beside) : position.there.quantity;
  const revOf = (name: string): number => asked.find((each) => each.symbol === name)?.rev ?? 0;
  return {
    view: {
      ledger,
      symbol,
      here: own.quantity,
      ...(own.averagePrice === undefined ? {} : { averagePrice: own.averagePrice }),
      there: position.there.quantity,
      held,
      ...verdictOn({ here: own.quantity, held, differs: differs(position, compared) }),
      guards: guardsOf(status, symbol),
    },
    shown: [own, ...beside].map((each) => ({
      symbol: each.symbol,
      quantity: each.quantity,
      rev: revOf(each.symbol),
    })),
  };
}

/** What was said of each, in their order. */
async function heard(
  ledger: LedgerName,
  asked: readonly Held[],
  requestId: string,
  deps: Pick<OpsDeps, "trade">,
): Promise<Extract<Holding, { quantity: string }>[]> {
  const symbols = asked.map(({ symbol }) => symbol);
  const { holdings, problem } = await holdingsOf(ledger, symbols, requestId, deps);
  const said = new Map(holdings.map((each) => [each.symbol, each]));
  return symbols.map((symbol) => {
    const each = said.get(symbol);
    if (each !== undefined && "quantity" in each) return each;
    const why = each?.problem ?? problem ?? "it said nothing of it";
    throw new HttpError(
      503,
      "exchange_unreachable",
      `the exchange of ${ledger} does not say what it holds of ${symbol}: ${why}`,
      {
        hint: "nothing is booked by an answer that did not come; ask again later",
      },
    );
  });
}

/** Of a coin what other pairs have is theirs; less than an order could sell is nothing. */
function leftOf(
  { quantity, quantityStep: step }: { quantity: Decimal; quantityStep?: Decimal | undefined },
  beside: readonly { quantity: Decimal; there: { quantityStep?: Decimal | undefined } }[],
): Decimal {
  const theirs = beside.map((each) => down(each.quantity, each.there.quantityStep)).reduce(add, "0");
  const left = maximum(subtract(quantity, theirs), "0");
  return step !== undefined && compare(left, step) < 0 ? "0" : left;
}

function down(quantity: Decimal, step: Decimal | undefined): Decimal {
  return step === undefined ? quantity : roundToStep(quantity, step);
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

function guardsOf({ workingOrders }: LedgerStatus, symbol: string): PositionDifference["guards"] {
  return workingOrders
    .filter(({ role, order }) => order?.symbol === symbol && (role === "stop" || role === "target"))
    .map(({ requestId, role, order }) => ({ requestId, role, order }));
}

function isSpot({ symbol }: { symbol: string }): boolean {
  return !symbol.endsWith(".P");
}

function flat(symbol: string): Held {
  return { symbol, quantity: "0", realisedProfit: "0", fees: "0", rev: 0 };
}
