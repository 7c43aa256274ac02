import { account } from "#contracts/ids";
import { isExit, type Signal } from "#contracts/signal";
import { DEFAULT_STRATEGY, type StrategyDefaults } from "#contracts/strategy";
import { actionOf } from "./action.ts";
import { adapted } from "./families/index.ts";
import { contradiction, fieldsOf, flag, one, positive, sayings, wrong, type Fields } from "./fields.ts";
import { intentOf } from "./intent.ts";
import type { JsonValue } from "./json.ts";
import { marketIn } from "./market.ts";
import { refuseMisspelt } from "./misspelt.ts";
import { orderTypeOf, priceOf, timeInForceOf } from "./order-type.ts";
import { positionAfter, positionBefore } from "./position.ts";
import { refuseWrongSide } from "./protection-side.ts";
import { protectionOf } from "./protection.ts";
import { AlertRefused, quoted } from "./refused.ts";
import { amountOf, sizeOf } from "./size.ts";
import { validityOf } from "./validity.ts";

/** What the strategy of an alert's key says; the alert need not. */
export interface AlertDefaults extends Partial<StrategyDefaults> {
  strategy: string;
  account: string;
  venue: Signal["venue"];
}

export interface Alert {
  signal: Omit<Signal, "requestId">;
  /** The sender's own id of the alert. Never `id`, which many senders fill with a constant. */
  idempotencyKey: string | undefined;
  /** The system whose words it is written in. */
  format: string;
  /** As they were read; what {@link Fields.read} does not name means nothing here. */
  fields: Fields;
}

const MAX_KEY_LENGTH = 200;

/** Reads an alert in any format of docs/alerts.md. Throws {@link AlertRefused}. */
export function readAlert(body: JsonValue, defaults: AlertDefaults, now: Date): Alert {
  const fields = fieldsOf(body);
  const format = adapted(fields).name;
  refuseMisspelt(fields, "all else");
  refuseOtherStrategy(fields, defaults.strategy);
  const market = marketIn(fields, defaults);
  refuseTestOnLive(fields, market.venue);
  const wish = actionOf(fields);
  const amount = amountOf(fields);
  const contracts = amount?.unit === "base" ? amount.value : undefined;
  const intent = intentOf({ wish, after: positionAfter(fields), before: positionBefore(fields), contracts });
  const exit = isExit(intent);
  const type = orderTypeOf(fields, defaults.orderType);
  if (!exit) refuseMisspelt(fields, "protection");
  const protection = exit ? {} : protectionOf(fields);
  const signal: Alert["signal"] = {
    strategy: defaults.strategy,
    account: accountOf(fields, defaults.account),
    ...market,
    action: intent.action,
    ...sizeOf(intent, amount, defaults),
    orderType: type,
    timeInForce: timeInForceOf(fields, type),
    price: priceOf(fields, type),
    leverage: positive(fields, "leverage") ?? defaults.leverage,
    // An exit leaves nothing to protect; templates send their stops with every alert.
    stopLoss: exit ? undefined : (protection.stopLoss ?? defaults.stopLoss),
    takeProfits: exit ? undefined : (protection.takeProfits ?? defaults.takeProfits),
    ...validityOf(fields, now),
    ...(exit ? {} : limitsOf(fields)),
  };
  if (!exit) refuseWrongSide(signal);
  return { signal, idempotencyKey: idempotencyKeyOf(fields), format, fields };
}

/** What a refused alert seems to be about, for the record of the refusal. Never throws. */
export function understoodOf(body: JsonValue): { account?: string; venue?: string; symbol?: string; action?: string } {
  try {
    const fields = fieldsOf(body);
    const short = (part: "account" | "exchange" | "symbol" | "action"): string | undefined =>
      sayings(fields, part)[0]?.says.slice(0, 40);
    return { account: short("account"), venue: short("exchange"), symbol: short("symbol"), action: short("action") };
  } catch {
    return {};
  }
}

/** The key says whose alert it is; an alert that says something else was pasted into the wrong place. */
function refuseOtherStrategy(fields: Fields, own: string): void {
  const [strategy] = sayings(fields, "strategy");
  if (strategy === undefined || strategy.says.toLowerCase() === own) return;
  throw new AlertRefused(
    "other_strategy",
    "strategy",
    `strategy ${quoted(strategy.says)} is not that of this key, which is ${quoted(own)}`,
    own === DEFAULT_STRATEGY
      ? 'leave strategy out, or say "default"; strategies of your own: npx hoox strategy add'
      : `leave strategy out, or use the key of ${quoted(strategy.says)}`,
  );
}

/** Whether orders are tests is a property of the account; an alert that asks for one must not trade for money. */
function refuseTestOnLive(fields: Fields, venue: Signal["venue"]): void {
  const test = flag(fields, "test");
  const [by] = sayings(fields, "test");
  if (test !== true || by === undefined || venue === "paper") return;
  const hint = `write "exchange": "paper", or leave ${by.name} out where the account itself is a test account`;
  throw contradiction(by, `${venue} is no test venue`, hint);
}

function accountOf(fields: Fields, byDefault: string): string {
  const named = one(fields, "account");
  if (named === undefined) return byDefault;
  const known = account.safeParse(named.says.toLowerCase());
  if (known.success) return known.data;
  throw wrong(named.name, `${quoted(named.says)} is not a name: 1-24 of a-z, 0-9 and _, beginning with a letter`);
}

function limitsOf(fields: Fields): Pick<Signal, "limits"> {
  const maxPositionNotional = positive(fields, "maxPosition");
  return maxPositionNotional === undefined ? {} : { limits: { maxPositionNotional } };
}

function idempotencyKeyOf(fields: Fields): string | undefined {
  const [first, ...others] = sayings(fields, "idempotencyKey");
  for (const other of others) {
    if (first === undefined || first.says === other.says) continue;
    const hint = "they mean the same thing: leave one of them out";
    throw contradiction(other, `${first.name} says ${quoted(first.says)}`, hint);
  }
  if (first !== undefined && first.says.length > MAX_KEY_LENGTH) {
    throw wrong(first.name, `is ${first.says.length} characters long; ${MAX_KEY_LENGTH} are allowed`);
  }
  return first?.says;
}
