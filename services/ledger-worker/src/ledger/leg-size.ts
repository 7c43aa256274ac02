import {
  compare,
  divide,
  isNegative,
  isPositive,
  isZero,
  minimum,
  multiply,
  subtract,
  type Decimal,
} from "#contracts/decimal";
import type { VenueFacts } from "#contracts/ledger";
import type { Outcome } from "#contracts/outcome";
import { sizeWords, type Side, type Signal } from "#contracts/signal";
import { CLOSING } from "./exposure.ts";
import { isFollowing } from "./main-legs.ts";
import { closingSide } from "./plan.ts";
import { restOf } from "./holdings.ts";
import { positionOf } from "./positions.ts";
import { protectiveQuantity } from "./protection.ts";
import { isWorking, locksBalance, opposite, type LegRow, type SignalRow } from "./rows.ts";
import { closingUnderWay, openAgainst, sumUnfilled } from "./sizing.ts";
import { sizeTowardTarget, targetOf } from "./target.ts";
import type { Tx } from "./tx.ts";
import { awaitsWord, mayHaveClosed } from "./unheard.ts";
import { sentence } from "./words.ts";

/** `drop` ends the leg for good; without it the leg stays planned and comes again. */
export interface Refusal {
  reason: string;
  drop?: { outcome: Outcome | null };
}
export type Sized = { quantity: Decimal } | Refusal;

/** What a leg trades, in base units, at the moment of sending. The venue's rules round it later. */
export function sizeOf(tx: Tx, row: SignalRow, leg: LegRow, facts: VenueFacts): Sized {
  switch (leg.role) {
    case "entry":
    case "close": {
      const wait = whyWait(tx, row, leg);
      if (wait !== undefined) return { reason: wait };
      const target = targetOf(tx, row);
      const toTarget = target === undefined ? undefined : sizeTowardTarget(tx, row, leg, { ...facts, target });
      if (leg.role === "entry") return sellable(tx, leg, toTarget ?? sizeEntry(tx.bodyOf(row), facts));
      return toTarget ?? sizeClose(tx, row, leg);
    }
    case "stop":
    case "target": {
      const quantity = protectiveQuantity(tx, leg);
      return isZero(quantity)
        ? { reason: "nothing is open that it could protect", drop: { outcome: "superseded" } }
        : { quantity };
    }
    case "emergency": {
      const open = openAgainst(tx, leg.symbol, leg.side);
      const entry = tx.leg(row.request_id, "e");
      // Others may have closed it since this was planned; what is open beside it is not its to close.
      const own = entry ? restOf(tx, row, entry) : open;
      if (isZero(minimum(open, own))) return { reason: "nothing is left to close", drop: { outcome: null } };
      // What rests may never come, and beside an order that can only reduce it takes nothing twice.
      const others = closingUnderWay(tx, leg).filter((each) => locksBalance(leg.symbol) || !isWorking(each));
      const left = subtract(open, sumUnfilled(others));
      if (compare(left, "0") <= 0) return { reason: "another closing order is under way" };
      const due = minimum(minimum(leg.quantity ?? own, own), open);
      const isCut = compare(left, due) < 0;
      const isAwaited = others.some((each) => !isWorking(each) && !(isLeftOut(each) && row.emergency === CLOSING));
      if (isCut && (isAwaited || isDust(leg, left, { entry, facts })))
        return { reason: "another closing order is under way" };
      return { quantity: minimum(due, left) };
    }
    default:
      return leg.role satisfies never;
  }
}

/**
 * True for an order of which only a person can tell. What others on their way close is soon known, so that nothing is cut
 * off for them, of which nobody would hear again; and of this one it is planned again only while all of it is to be closed.
 */
function isLeftOut({ status, told }: LegRow): boolean {
  return status === "in_doubt" && told === 1;
}

/** True for what a spot exchange would refuse to sell by itself. */
function isDust({ symbol }: LegRow, quantity: Decimal, of: { entry: LegRow | undefined; facts: VenueFacts }): boolean {
  const price = of.entry?.average_price ?? "0";
  return locksBalance(symbol) && compare(multiply(quantity, price), of.facts.minNotional ?? "0") < 0;
}

/** Why what is open is not known well enough to be closed, or to be traded to a target. */
function whyWait(tx: Tx, row: SignalRow, leg: LegRow): string | undefined {
  if (awaitsWord(tx, leg)) return "a stop that may have closed it is being asked for";
  return raisingSides(tx, row, leg).some((side) => mayHaveClosed(tx, leg.symbol, side))
    ? "an order that is being cancelled may have filled"
    : undefined;
}

/** On which side an unheard fill leaves more to be traded than there seems to be. */
function raisingSides(tx: Tx, row: SignalRow, leg: LegRow): readonly Side[] {
  if (targetOf(tx, row) !== undefined) return ["buy", "sell"];
  if (leg.role === "entry") return [];
  if (row.action !== "close") return [opposite(leg.side)];
  const { quantity } = positionOf(tx, leg.symbol);
  if (isZero(quantity)) return ["buy", "sell"];
  return [isNegative(quantity) ? "sell" : "buy"];
}

/**
 * A spot account may hold coins that no signal has bought: what sells takes none of them. It sells at most what was bought
 * here, of which a fee may have left a little less than the alert names.
 */
function sellable(tx: Tx, leg: LegRow, sized: Sized): Sized {
  if ("reason" in sized || leg.side !== "sell" || !locksBalance(leg.symbol)) return sized;
  const held = openAgainst(tx, leg.symbol, leg.side);
  const free = subtract(held, sumUnfilled(closingUnderWay(tx, leg)));
  if (isPositive(free)) return { quantity: minimum(sized.quantity, free) };
  if (isPositive(held))
    return refused(`An earlier order is about to sell all ${held} ${leg.symbol} that is held here.`);
  return refused(
    `${leg.symbol} is a spot symbol and cannot go short: nothing of it is held here and ${sized.quantity} was to be sold; ${leg.symbol}.P can.`,
  );
}

function sizeEntry(signal: Signal, { equity }: VenueFacts): Sized {
  const { quantity, size, price, symbol } = signal;
  if (quantity !== undefined) return { quantity };
  if (size === undefined || !("quote" in size || "percentOfEquity" in size)) return refused("No quantity was given.");
  const words = sizeWords(size, symbol);
  if (price === undefined) {
    return refused(
      `${words} cannot be turned into a quantity of ${symbol} without a price; put one into the alert, such as "price": "{{close}}".`,
    );
  }
  if ("quote" in size) return worth(size.quote, { price, words });
  if (equity === undefined)
    return { reason: `the venue did not say what the account is worth, so ${words} is not known` };
  if (typeof equity !== "string") return { reason: sentence(equity.refused), drop: { outcome: "rejected" } };
  if (!isPositive(equity)) return refused(`The account is worth ${equity}, so ${words} is nothing.`);
  return worth(divide(multiply(equity, size.percentOfEquity), "100"), { price, words });
}

/** Division rounds toward zero at 20 places: less than the smallest order may be left. */
function worth(money: Decimal, of: { price: Decimal; words: string }): Sized {
  const quantity = divide(money, of.price);
  return isPositive(quantity)
    ? { quantity }
    : refused(`${of.words} at a price of ${of.price} is less than any order can be.`);
}

function sizeClose(tx: Tx, row: SignalRow, leg: LegRow): Sized {
  // `close` closes whichever side is open now, not when it was planned.
  const follows = isFollowing(leg);
  if (row.action === "close" && !follows) tx.updateLeg(leg, { side: closingSide(tx, row) });
  const open = openAgainst(tx, leg.symbol, leg.side);
  const what = `${leg.side === "sell" ? "long" : "short"} position in ${leg.symbol}`;
  if (isZero(open)) {
    if (row.is_exit === 0) return { reason: "there is nothing to close first", drop: { outcome: null } };
    const side = row.action === "close" ? `position in ${leg.symbol}` : what;
    return { reason: `No ${side} was open, so there was nothing to close.`, drop: { outcome: "superseded" } };
  }
  const asked = follows ? leg.quantity : row.is_exit === 1 ? partOf(tx.bodyOf(row), open) : open;
  const wanted = minimum(asked ?? open, open);
  if (!isPositive(wanted)) return refused(`The asked part of ${open} is less than any order can be.`);
  if (!locksBalance(leg.symbol)) return { quantity: wanted };
  // Without reduce-only orders, two closes of the same holding would sell it twice.
  const others = closingUnderWay(tx, leg);
  const left = subtract(open, sumUnfilled(others));
  if (compare(left, "0") > 0) return { quantity: minimum(wanted, left) };
  if (others.some((each) => each.status !== "done"))
    return { reason: `an earlier order to close the ${what} is not known yet` };
  return {
    reason: `An earlier order to close the whole ${what} already rests at the venue.`,
    drop: { outcome: "superseded" },
  };
}

/** How much of what is open an exit asks to close. */
export function partOf({ quantity, size }: Pick<Signal, "quantity" | "size">, open: Decimal): Decimal {
  if (quantity !== undefined) return quantity;
  if (size === undefined || !("percentOfPosition" in size)) return open;
  return divide(multiply(open, size.percentOfPosition), "100");
}

function refused(reason: string): Refusal {
  return { reason, drop: { outcome: "refused" } };
}
