import { isExit, type Action } from "#contracts/signal";
import { plainName } from "./aliases.ts";
import { contradiction, flag, sayings, saysOtherwise, type Fields, type Said } from "./fields.ts";
import { AlertRefused, quoted } from "./refused.ts";

const WORDS: Readonly<Record<string, Action>> = {
  buy: "buy",
  sell: "sell",
  long: "long",
  enterlong: "long",
  short: "short",
  entershort: "short",
  close: "close",
  exit: "close",
  flat: "close",
  closelong: "close_long",
  exitlong: "close_long",
  closeshort: "close_short",
  exitshort: "close_short",
};
/** Words of other systems for what Hoox does not do, with what to write instead. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  cancel:
    "an exit (close, close_long, close_short) also ends the waiting entries of its side; Hoox has no cancel alone",
  add: "add says neither buy nor sell: write buy to add to a long, sell to add to a short",
  breakeven: "Hoox does not move stops: send the stop with the entry, as stopLoss",
  reverse: "reverse says no side: write long or short, which close the opposite position first",
};
const MOODS: Readonly<Record<string, Action>> = { bullish: "long", bearish: "short" };
/** Words that others put into these fields need not be actions. */
const FREE_TEXT = ["order", "signal", "type"];

export interface Wish extends Said {
  action: Action;
}

export function actionNamed(word: string): Action | undefined {
  const plain = plainName(word);
  return Object.hasOwn(WORDS, plain) ? WORDS[plain] : undefined;
}

/**
 * What to do, with `reduceOnly` folded in: a reduce-only buy can only close a short, a reduce-only sell only a
 * long. Undefined when the alert names no action. What contradicts itself is refused.
 */
export function actionOf(fields: Fields): Wish | undefined {
  const [first, ...others] = [...worded(fields), ...flagged(fields)];
  for (const other of others) {
    if (first !== undefined && !agree(first.action, other.action)) throw otherAction(other, first);
  }
  const reduceOnly = flag(fields, "reduceOnly");
  if (first === undefined || reduceOnly === undefined) return first;
  const [named] = sayings(fields, "reduceOnly");
  return { ...first, action: reduced(first.action, reduceOnly, named?.name ?? "reduceOnly") };
}

function worded(fields: Fields): Wish[] {
  return sayings(fields, "action").flatMap((said, index) => {
    const { name, plain, says } = said;
    const word = plainName(says);
    const action = actionNamed(says) ?? (plain === "action" || !Object.hasOwn(MOODS, word) ? undefined : MOODS[word]);
    if (action !== undefined) return [{ ...said, action }];
    if (Object.hasOwn(UNSUPPORTED, word))
      throw new AlertRefused(
        "unsupported_action",
        "action",
        `Hoox does not do ${quoted(says)} (${name})`,
        UNSUPPORTED[word],
      );
    if (FREE_TEXT.includes(plain)) {
      fields.read.delete(plain);
      return [];
    }
    if (index === 0) {
      throw new AlertRefused(
        "unknown_action",
        "action",
        `${name} ${quoted(says)} is not known`,
        "use buy, sell, long, short, close, close_long or close_short",
      );
    }
    const problem = `${name} says ${quoted(says)}, which is not known and may contradict action`;
    throw new AlertRefused("contradiction", name, problem, `leave ${name} out: action says it all`);
  });
}

function flagged(fields: Fields): Wish[] {
  const meanings = { isBuy: "buy", isSell: "sell", isClose: "close" } as const;
  return (["isBuy", "isSell", "isClose"] as const).flatMap((part) => {
    if (flag(fields, part) !== true) return [];
    return sayings(fields, part).map((said) => ({ ...said, action: meanings[part] }));
  });
}

function reduced(action: Action, reduceOnly: boolean, name: string): Action {
  if (action === "buy") return reduceOnly ? "close_short" : action;
  if (action === "sell") return reduceOnly ? "close_long" : action;
  const opens = !isExit({ action });
  if (opens !== reduceOnly) return action;
  throw new AlertRefused(
    "contradiction",
    "reduceOnly",
    `${name} is ${reduceOnly}, but ${action} ${opens ? "opens a position" : "can only reduce one"}`,
    opens
      ? `say close_${action === "long" ? "short" : "long"} to reduce, or leave ${name} out`
      : `leave ${name} out, or say buy or sell`,
  );
}

const TRADED_SIDE: Readonly<Partial<Record<Action, "buy" | "sell">>> = {
  buy: "buy",
  long: "buy",
  close_short: "buy",
  sell: "sell",
  short: "sell",
  close_long: "sell",
};

/** Whether `other` says no more and nothing else than `action`. Long and short may name the position that is closed. */
export function agree(action: Action, other: Action): boolean {
  if (action === other || (other === "close" && isExit({ action }))) return true;
  if (isExit({ action: other })) return false;
  if (isExit({ action }) && (other === "long" || other === "short")) return action === `close_${other}`;
  return TRADED_SIDE[action] === TRADED_SIDE[other];
}

export function otherAction(other: Wish, first: Wish): AlertRefused {
  if (first.action !== "close" || isExit(other)) return saysOtherwise(other, first);
  const meant = other.action;
  const side = meant === "long" || meant === "short" ? `close_${meant}` : "close_long or close_short";
  const hint = `write "action": "${side}": close means whichever position is open`;
  return contradiction(other, `${first.name} says ${quoted(first.says)}`, hint);
}
