import { add, compare, isPositive, minimum, multiply, roundToStep, subtract, type Decimal } from "#contracts/decimal";
import type { VenueFacts } from "#contracts/ledger";
import type { Signal } from "#contracts/signal";
import { targetShares } from "./target-shares.ts";
import { isOpen, isProtective, locksBalance, type LegRow, type SignalRow } from "./rows.ts";
import { onlyReduces, openAgainst, opensOf } from "./sizing.ts";
import { triggerPrice } from "./trigger.ts";
import type { Tx } from "./tx.ts";

/** Of a spot purchase a fee may be kept: what comes is at least so much of what was bought. */
const COMES = "0.998";

/**
 * Why what an entry opens could not be guarded, or not be sold again, or undefined. Better not to buy than to hold what no
 * order can get rid of. Reduce-only orders of perpetuals may be as small as they like.
 */
export function guardProblem(
  tx: Tx,
  row: SignalRow,
  of: { entry: Pick<LegRow, "side" | "symbol" | "request_id">; quantity: Decimal; facts: VenueFacts },
): string | undefined {
  const { entry, quantity, facts } = of;
  const signal = tx.bodyOf(row);
  const { stopLoss, price } = signal;
  const { maxMarketQuantity: most, minNotional: least, maxTriggerOrders: room } = facts;
  const opens = opensOf(tx, entry, quantity);
  if (most !== undefined && compare(opens, most) > 0 && wantsGuard(signal)) {
    return `Its stop would trade ${quantity} at the market, and the venue takes at most ${most} of ${entry.symbol} at once; enter in parts.`;
  }
  if (room !== undefined && stopLoss !== undefined && isPositive(opens)) {
    const waiting = waitingForTrigger(tx, entry);
    if (waiting + 1 > room)
      return `Its stop would have no room: ${waiting} stops and targets of ${entry.symbol} wait already, and the venue takes at most ${room}.`;
  }
  if (least === undefined || price === undefined || !locksBalance(entry.symbol) || entry.side !== "buy")
    return undefined;
  // The venue's own rule has its own words.
  if (compare(multiply(quantity, price), least) < 0) return undefined;
  const came = inSteps(multiply(quantity, COMES), facts);
  const trigger = triggerPrice(signal, { role: "stop", target: null }, { ...entry, average_price: price });
  if (trigger === undefined) {
    const held = inSteps(add(openAgainst(tx, entry.symbol, "sell"), came), facts);
    const worth = multiply(held, price);
    if (compare(worth, least) >= 0) return undefined;
    return `What it buys could not be sold again: after fees it is ${held}, worth ${worth}, and the venue sells no less than ${least}.`;
  }
  const shares = targetShares(signal, came, facts.quantityStep).map((share) => inSteps(share, facts));
  const beside = inSteps(subtract(came, shares.reduce(add, "0")), facts);
  // What no target takes has a stop of its own.
  const smallest = [...shares, ...(isPositive(beside) ? [beside] : [])].reduce(minimum, came);
  const worth = multiply(smallest, trigger);
  if (compare(worth, least) >= 0) return undefined;
  return `What it buys could not be guarded: its stop would sell ${smallest} at ${trigger}, worth ${worth}, and the venue sells no less than ${least}.`;
}

/** Whether what an entry of this signal fills is to have a stop or a target. */
export function wantsGuard({ stopLoss, takeProfits = [] }: Pick<Signal, "stopLoss" | "takeProfits">): boolean {
  return stopLoss !== undefined || takeProfits.length > 0;
}

/** Orders of a symbol that wait for their trigger, or will once what is entered now has filled; a target may be given up. */
function waitingForTrigger(tx: Tx, { symbol, request_id }: Pick<LegRow, "symbol" | "request_id">): number {
  const live = tx.liveLegs(symbol);
  const protective = live.filter(isProtective);
  const toCome = live.filter((leg) => {
    if (leg.role !== "entry" || leg.request_id === request_id || !isOpen(leg) || onlyReduces(tx, leg)) return false;
    const other = tx.signal(leg.request_id);
    const hasStop = protective.some((each) => each.role === "stop" && each.request_id === leg.request_id);
    return other !== undefined && !hasStop && tx.bodyOf(other).stopLoss !== undefined;
  });
  return protective.length + toCome.length;
}

function inSteps(quantity: Decimal, { quantityStep }: VenueFacts): Decimal {
  return quantityStep === undefined ? quantity : roundToStep(quantity, quantityStep);
}
