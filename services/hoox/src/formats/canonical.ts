import { isZero } from "#contracts/decimal";
import { account, type Venue } from "#contracts/ids";
import { isExit, orderType, type Signal } from "#contracts/signal";
import { DEFAULT_STRATEGY, type StrategyDefaults } from "#contracts/strategy";
import { actionOf } from "./action.ts";
import { contradiction, refuseContradictions } from "./contradictions.ts";
import { fieldsOf, flag, missing, number, positive, text, wrong, type Fields } from "./fields.ts";
import type { JsonValue } from "./json.ts";
import { refuseWrongSide } from "./protection-side.ts";
import { stopLossOf, takeProfitsOf } from "./protection.ts";
import { AlertRefused, quoted } from "./refused.ts";
import { marketOf } from "./ticker.ts";
import { timeOf } from "./time.ts";
import { refuseUnreadProtection } from "./unread-protection.ts";

/** What the strategy of an alert's key says; the alert need not. */
export interface AlertDefaults extends Partial<StrategyDefaults> {
  strategy: string;
  account: string;
  venue: Venue;
}

export interface Alert {
  signal: Omit<Signal, "requestId">;
  /** The sender's own id of the alert. Never `id`, which many senders fill with a constant. */
  idempotencyKey: string | undefined;
}

const MAX_KEY_LENGTH = 200;
/** `{{time}}` is the bar's open and so may be hours old: it counts only when nothing better is there. */
const TIME_FIELDS = ["timenow", "timestamp", "time"] as const;

/** Reads an alert in Hoox's own format (docs: the message box). Throws {@link AlertRefused}. */
export function readAlert(body: JsonValue, defaults: AlertDefaults): Alert {
  const fields = fieldsOf(body);
  refuseOtherStrategy(fields, defaults.strategy);
  const ticker = text(fields, "symbol");
  if (ticker === undefined) throw missing("symbol", fields);
  const word = text(fields, "action");
  if (word === undefined) throw missing("action", fields);
  const action = actionOf(word, flag(fields, "reduceOnly"));
  const market = marketOf({ exchange: text(fields, "exchange"), ticker, defaultVenue: defaults.venue });
  const type = orderTypeOf(fields);
  const quantity = positive(fields, "quantity");
  const exit = isExit({ action });
  if (quantity === undefined && !exit) throw missing("quantity", fields);
  const signal: Alert["signal"] = {
    strategy: defaults.strategy,
    account: accountOf(fields, defaults.account),
    ...market,
    action,
    quantity,
    orderType: type,
    price: priceOf(fields, type),
    leverage: positive(fields, "leverage"),
    // An exit leaves nothing to protect; templates send their stops with every alert.
    stopLoss: exit ? undefined : stopLossOf(fields),
    takeProfits: exit ? undefined : takeProfitsOf(fields),
    sentAt: sentAtOf(fields),
  };
  refuseContradictions(fields, signal);
  if (!exit) {
    refuseUnreadProtection(fields);
    refuseWrongSide(signal);
  }
  return { signal, idempotencyKey: idempotencyKeyOf(fields) };
}

/** What a refused alert seems to be about, for the record of the refusal. Never throws. */
export function understoodOf(body: JsonValue): { account?: string; venue?: string; symbol?: string; action?: string } {
  try {
    const fields = fieldsOf(body);
    const short = (name: string): string | undefined => text(fields, name)?.slice(0, 40);
    return { account: short("account"), venue: short("exchange"), symbol: short("symbol"), action: short("action") };
  } catch {
    return {};
  }
}

/** The key says whose alert it is; an alert that says something else was pasted into the wrong place. */
function refuseOtherStrategy(fields: Fields, own: string): void {
  const strategy = text(fields, "strategy");
  if (strategy === undefined || strategy.toLowerCase() === own) return;
  throw new AlertRefused(
    "other_strategy",
    "strategy",
    `strategy ${quoted(strategy)} is not that of this key, which is ${quoted(own)}`,
    own === DEFAULT_STRATEGY
      ? 'leave strategy out, or say "default"; strategies of your own: npx hoox strategy add'
      : `leave strategy out, or use the key of ${quoted(strategy)}`,
  );
}

function accountOf(fields: Fields, byDefault: string): string {
  const name = text(fields, "account");
  if (name === undefined) return byDefault;
  const known = account.safeParse(name.toLowerCase());
  if (known.success) return known.data;
  throw wrong("account", `${quoted(name)} is not a name: 1-24 of a-z, 0-9 and _, beginning with a letter`);
}

function orderTypeOf(fields: Fields): Signal["orderType"] {
  const name = text(fields, "orderType");
  if (name === undefined) return "market";
  const known = orderType.safeParse(name.toLowerCase());
  if (known.success) return known.data;
  throw wrong("orderType", `must be market or limit, not ${quoted(name)}`);
}

function priceOf(fields: Fields, type: Signal["orderType"]): string | undefined {
  const price = number(fields, "price");
  if (type === "limit") {
    if (price === undefined) throw missing("price", fields);
    return positive(fields, "price");
  }
  // A market order's price is only a reference, and senders write 0 for none.
  return price === undefined || isZero(price) ? undefined : positive(fields, "price");
}

function sentAtOf(fields: Fields): Date | undefined {
  for (const name of TIME_FIELDS) {
    const written = text(fields, name);
    if (written !== undefined) return timeOf(name, written);
  }
  return undefined;
}

function idempotencyKeyOf(fields: Fields): string | undefined {
  const [own, others] = [text(fields, "idempotencyKey"), text(fields, "alertId")];
  if (own !== undefined && others !== undefined && own !== others) {
    throw contradiction(
      { name: fields.spelled("alertId"), says: others },
      `${fields.spelled("idempotencyKey")} says ${quoted(own)}`,
      "they mean the same thing: leave one of them out",
    );
  }
  const key = own ?? others;
  if (key !== undefined && key.length > MAX_KEY_LENGTH) {
    throw wrong("idempotencyKey", `is ${key.length} characters long; ${MAX_KEY_LENGTH} are allowed`);
  }
  return key;
}
