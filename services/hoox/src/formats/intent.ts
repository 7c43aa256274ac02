import { compare, isPositive, isZero, subtract, type Decimal } from "#contracts/decimal";
import { isExit, type Action } from "#contracts/signal";
import type { Wish } from "./action.ts";
import { contradiction, missing } from "./fields.ts";
import { signed, type Standing } from "./position.ts";
import { quoted, type AlertRefused } from "./refused.ts";

/** What is to be done, and as much of its size as follows from positions. */
export interface Intent {
  action: Action;
  /** The size of the new position when a reversal's contracts count the old one, too. */
  quantity?: Decimal;
  /** The net position to arrive at. */
  target?: Decimal;
  /** The whole of the side goes, whatever the order's contracts were. */
  everything?: true;
  /** That follows from the position alone: the size of a template for all orders is meant for entries. */
  anySize?: true;
  /** A part of the side goes, so the alert must say how much. */
  part?: true;
}

interface Given {
  wish: Wish | undefined;
  after: Standing | undefined;
  before: Standing | undefined;
  /** What the order counts, when that is in base units. */
  contracts: Decimal | undefined;
}

/**
 * Joins the action with the position that is to stand after it, as alerts of a TradingView strategy say both.
 * Only what is provable changes the action; otherwise buy and sell stay net orders.
 */
export function intentOf({ wish, after, before, contracts }: Given): Intent {
  if (wish === undefined) return target(after);
  if (after?.side === undefined) return { action: wish.action };
  if (isExit(wish)) return exit(wish.action, after.side);
  const side = wish.action === "buy" || wish.action === "long" ? "long" : "short";
  const other = side === "long" ? "short" : "long";
  const net = wish.action === "buy" || wish.action === "sell";
  // Entry and exit on one bar: the exit's alert sees flat before and after, and can only reduce.
  if (net && after.side === "flat" && before?.side === "flat") return closing(other);
  refuseWrongWay(wish, after, before);
  if (after.side !== side) {
    const from = before?.side ?? other;
    if (!net || from !== other) throw against(wish, after, before);
    return after.side === "flat" ? closing(other) : { action: `close_${other}`, part: true };
  }
  const smaller = contracts !== undefined && after.size !== undefined && compare(after.size, contracts) < 0;
  const reversal = before?.side === other || (before?.side === undefined && smaller);
  if (!reversal) return { action: wish.action };
  const rest = contracts !== undefined && before?.size !== undefined ? subtract(contracts, before.size) : undefined;
  const quantity = after.size ?? (rest !== undefined && isPositive(rest) ? rest : undefined);
  // Contracts that count the old position are right as a net order and twice too many for a long or short.
  if (quantity === undefined && contracts !== undefined) return { action: wish.action };
  return quantity === undefined ? { action: side } : { action: side, quantity };
}

function closing(side: "long" | "short"): Intent {
  return { action: `close_${side}`, everything: true, anySize: true };
}

function target(after: Standing | undefined): Intent {
  if (after === undefined) throw missing("action");
  if (after.side === "flat") return { action: "close", everything: true };
  const position = signed(after);
  if (position !== undefined)
    return isZero(position) ? { action: "close", everything: true } : { action: "target", target: position };
  const { name, says } = after.by;
  throw missing(
    "action",
    after.side === undefined
      ? `${name} says how much, not which side: add "market_position", or use {{strategy.position_size}}`
      : `${name} says ${quoted(says)}: add "action", or "position_size" for the position to arrive at`,
  );
}

/** An exit is right whatever stood before; only how much of its side goes depends on what remains. */
function exit(action: Action, after: "long" | "short" | "flat"): Intent {
  if (action === "close" && after !== "flat") return { action: `close_${after}`, part: true };
  return action === `close_${after}` ? { action, part: true } : { action, everything: true };
}

function refuseWrongWay(wish: Wish, after: Standing, before: Standing | undefined): void {
  const [to, from] = [signed(after), before === undefined ? undefined : signed(before)];
  if (to === undefined || from === undefined) return;
  const rises = wish.action === "buy" || wish.action === "long";
  if (compare(to, from) !== (rises ? 1 : -1)) throw against(wish, after, before);
}

function against(wish: Wish, after: Standing, before: Standing | undefined): AlertRefused {
  const from = before === undefined ? "" : ` from ${before.by.name} ${quoted(before.by.says)}`;
  return contradiction(
    wish,
    `${after.by.name} says ${quoted(after.by.says)}${before === undefined ? "" : `, coming${from}`}`,
    "use {{strategy.order.action}}, {{strategy.market_position}} and {{strategy.prev_market_position}} of one order",
  );
}
