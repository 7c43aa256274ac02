import type { AlertCheck, UnderstoodField } from "#contracts/routes/webhook";
import { isExit, sizeWords, type Action, type TimeInForce } from "#contracts/signal";
import { aliasesOf, type Part } from "./aliases.ts";
import type { Alert, AlertDefaults } from "./canonical.ts";
import { JsonNumber, type JsonValue } from "./json.ts";

type Signal = Alert["signal"];
type Meaning = Pick<UnderstoodField, "as" | "means">;

const HIDDEN = "…";
const LONGEST = 80;
const KEY_LENGTH = 6;

const ACTIONS: Readonly<Record<Action, string>> = {
  buy: "a net buy: it opens or raises a long, or reduces a short",
  sell: "a net sell: it opens or raises a short, or reduces a long",
  long: "closes a short if there is one, then opens a long",
  short: "closes a long if there is one, then opens a short",
  target: "trades the difference between the position and its target",
  close: "closes the position, whichever side it has",
  close_long: "reduces or closes a long, and never opens a short",
  close_short: "reduces or closes a short, and never opens a long",
};

const WAITS: Readonly<Record<TimeInForce, string>> = {
  gtc: "it waits until it is filled or cancelled",
  ioc: "what does not fill at once ends",
  fok: "it fills at once as a whole, or not at all",
  post_only: "it is refused where it would fill at once",
};

/** Field by field: what of the signal each became, what the strategy added, and what means nothing here. */
export function explained(
  { signal, fields, idempotencyKey }: Alert,
  defaults: AlertDefaults,
  keys: readonly string[],
): Omit<AlertCheck, "requestId"> {
  const isKey = (plain: string): boolean => aliasesOf("key").some((alias) => alias.plain === plain);
  const understood: UnderstoodField[] = [];
  for (const [plain, value] of fields) {
    const part = isKey(plain) ? "key" : fields.read.get(plain);
    if (part === undefined) continue;
    const shown = part === "key" ? HIDDEN : short(withoutKeys(written(value), keys));
    understood.push({ field: fields.spelled(plain), value: shown, ...meaning(part, signal, idempotencyKey) });
  }
  const ignored = [...fields.keys()].filter((plain) => !isKey(plain) && !fields.read.has(plain));
  return {
    signal,
    understood: [...understood, ...added(signal, defaults, understood)],
    ignored: ignored.map((plain) => withoutKeys(fields.spelled(plain), keys)),
  };
}

function meaning(part: Part, signal: Signal, idempotencyKey: string | undefined): Meaning {
  const { symbol, venue, orderType, price, sentAt, expiresAt } = signal;
  switch (part) {
    case "key":
      return { as: "key", means: `the key of strategy ${signal.strategy} (never shown)` };
    case "strategy":
      return { as: "strategy", means: "the strategy of this key" };
    case "account":
      return { as: "account", means: `trades in account ${signal.account}` };
    case "exchange":
    case "test":
      return { as: "venue", means: `trades on ${venue}` };
    case "chart":
      return { as: "venue", means: `the chart's exchange; it trades on ${venue}` };
    case "symbol":
      return { as: "symbol", means: `${symbol}, ${symbol.endsWith(".P") ? "the perpetual" : "spot"}` };
    case "action":
    case "isBuy":
    case "isSell":
    case "isClose":
    case "reduceOnly":
      return { as: "action", means: `${signal.action}: ${ACTIONS[signal.action]}` };
    case "position":
    case "positionSize":
      return signal.action === "target"
        ? { as: "size.target", means: amountWords(signal) }
        : { as: "action", means: `after the order; so it is ${signal.action}` };
    case "positionBefore":
    case "positionBeforeSize":
      return { as: "action", means: `before the order; so it is ${signal.action}` };
    case "quantity":
    case "money":
    case "percent":
    case "unit":
      return { as: sizeField(signal), means: amountWords(signal) };
    case "orderType":
    case "isMarket":
    case "isLimit":
      return { as: "orderType", means: orderType === "limit" ? `waits at ${price}` : "trades at once, at the market" };
    case "timeInForce":
      if (orderType === "market") return { as: "timeInForce", means: "nothing: a market order does not wait" };
      return { as: "timeInForce", means: WAITS[signal.timeInForce ?? "gtc"] };
    case "price":
    case "reference":
      if (price === undefined) return { as: "price", means: "none" };
      return {
        as: "price",
        means: orderType === "limit" ? "the limit" : "a reference: the order goes out at the market",
      };
    case "leverage":
      return { as: "leverage", means: `${signal.leverage} times` };
    case "stopLoss":
    case "takeProfits":
      return { as: part, means: protectionWords(part, signal) };
    case "maxPosition":
      return { as: "limits", means: `the position may be worth ${signal.limits?.maxPositionNotional ?? "anything"}` };
    case "sentAt":
      return { as: "sentAt", means: `fired at ${sentAt?.toISOString()}; its validity counts from then` };
    case "maxLag":
    case "expiresAt":
      return { as: "expiresAt", means: `not sent after ${expiresAt?.toISOString()}` };
    case "idempotencyKey":
      return {
        as: "idempotencyKey",
        means: idempotencyKey === undefined ? "none" : "the same id trades once within 24 hours",
      };
    default:
      return part satisfies never;
  }
}

/** What is in the signal and not in the alert. */
function added(signal: Signal, defaults: AlertDefaults, said: readonly UnderstoodField[]): UnderstoodField[] {
  const has = (as: string): boolean => said.some((each) => each.as === as);
  const from = `default of strategy ${defaults.strategy}`;
  const row = (as: string, value: string | undefined, means: string): UnderstoodField[] =>
    value === undefined || has(as) ? [] : [{ field: "(not said)", value, as, means }];
  const { limits, validForMs } = signal;
  return [
    ...row("symbol", defaults.symbol && signal.symbol, from),
    ...row("venue", signal.venue, `trades on ${signal.venue}, the ${from}`),
    ...row("account", signal.account, `trades in account ${signal.account}, the ${from}`),
    ...(isExit(signal) ? [] : row(sizeField(signal), amountWords(signal), from)),
    ...row("orderType", signal.orderType, signal.orderType === "limit" ? from : "trades at once, at the market"),
    ...row("leverage", signal.leverage, from),
    ...row("stopLoss", signal.stopLoss && protectionWords("stopLoss", signal), from),
    ...row("takeProfits", signal.takeProfits && protectionWords("takeProfits", signal), from),
    ...row("limits", limits && JSON.stringify(limits), `limits of strategy ${defaults.strategy}`),
    ...row(
      "validForMs",
      validForMs === undefined ? undefined : `${validForMs / 1_000} s`,
      `validity of strategy ${defaults.strategy}`,
    ),
  ];
}

function sizeField({ size }: Signal): string {
  const [unit] = Object.keys(size ?? {});
  return unit === undefined ? "quantity" : `size.${unit}`;
}

function amountWords({ quantity, size, action }: Signal): string {
  if (size !== undefined) return sizeWords(size);
  return quantity === undefined ? `everything: ${ACTIONS[action]}` : `${quantity} of the base coin`;
}

function protectionWords(part: "stopLoss" | "takeProfits", signal: Signal): string {
  if (isExit(signal)) return "an exit leaves nothing to protect";
  const all = part === "stopLoss" ? [signal.stopLoss] : (signal.takeProfits ?? []);
  const words = all.flatMap((each) => {
    if (each === undefined) return [];
    const quantity = "quantity" in each && each.quantity !== undefined ? ` (${each.quantity})` : "";
    return ["price" in each ? `at ${each.price}${quantity}` : `${each.percent} % from the entry${quantity}`];
  });
  return words.length === 0 ? "none" : words.join(", ");
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function written(value: JsonValue): string {
  if (value instanceof JsonNumber) return value.source;
  if (value instanceof Map) return `{${[...value].map(([name, each]) => `${name}: ${written(each)}`).join(", ")}}`;
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  return value === undefined ? "NaN" : String(value);
}

/** A key may have been pasted anywhere. */
function withoutKeys(text: string, keys: readonly string[]): string {
  return keys.filter((key) => key.length >= KEY_LENGTH).reduce((left, key) => left.replaceAll(key, HIDDEN), text);
}
