import type { Action } from "#contracts/signal";
import { plainName } from "./fields.ts";
import { AlertRefused, quoted } from "./refused.ts";

const WORDS: Readonly<Record<string, Action>> = {
  buy: "buy",
  sell: "sell",
  long: "long",
  short: "short",
  close: "close",
  exit: "close",
  flat: "close",
  closelong: "close_long",
  exitlong: "close_long",
  closeshort: "close_short",
  exitshort: "close_short",
};

export function actionNamed(word: string): Action | undefined {
  const plain = plainName(word);
  return Object.hasOwn(WORDS, plain) ? WORDS[plain] : undefined;
}

/**
 * What to do, with `reduceOnly` folded in: a reduce-only buy can only close a short, a reduce-only sell
 * only a long. What contradicts itself is refused.
 */
export function actionOf(word: string, reduceOnly: boolean | undefined): Action {
  const action = actionNamed(word);
  if (action === undefined) {
    throw new AlertRefused(
      "unknown_action",
      "action",
      `action ${quoted(word)} is not known`,
      "use buy, sell, long, short, close, close_long or close_short",
    );
  }
  if (reduceOnly === undefined) return action;
  if (action === "buy") return reduceOnly ? "close_short" : action;
  if (action === "sell") return reduceOnly ? "close_long" : action;
  const opens = action === "long" || action === "short";
  if (opens === reduceOnly) {
    throw new AlertRefused(
      "contradiction",
      "reduceOnly",
      `reduceOnly is ${reduceOnly}, but ${action} ${opens ? "opens a position" : "can only reduce one"}`,
      opens
        ? `say close_${action === "long" ? "short" : "long"} to reduce, or leave reduceOnly out`
        : "leave reduceOnly out, or say buy or sell",
    );
  }
  return action;
}
