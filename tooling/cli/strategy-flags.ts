import * as z from "zod";
import { positiveDecimal } from "#contracts/decimal";
import { account, symbol, venue } from "#contracts/ids";
import { quotes } from "#contracts/quote";
import { orderType } from "#contracts/signal";
import type { StrategyDefaults, StrategySettings } from "#contracts/strategy";
import { usageError } from "./errors.ts";
import { count, read, readOptional, seconds } from "./options.ts";

/** The settings of a strategy as the command line has them. */
export interface StrategyFlags {
  account?: string | undefined;
  venue?: string | undefined;
  symbol?: string | undefined;
  quantity?: string | undefined;
  sizeQuote?: string | undefined;
  sizePercent?: string | undefined;
  orderType?: string | undefined;
  leverage?: string | undefined;
  stopLoss?: string | undefined;
  takeProfit?: string[] | undefined;
  allowSymbol?: string[] | undefined;
  maxNotional?: string | undefined;
  currency?: string | undefined;
  maxPosition?: string | undefined;
  alertsPerMinute?: string | undefined;
  entryValidity?: string | undefined;
  exitValidity?: string | undefined;
}

const DAY = { min: 1, max: 86_400 };

export const BARE: StrategySettings = { enabled: true, defaults: {}, limits: {}, validity: {} };

/** The settings with what the flags say. A flag that does not fit is a usage error that names it. */
export function settingsWith(flags: StrategyFlags, before: StrategySettings): StrategySettings {
  const { defaults, limits, validity } = before;
  const validFor = (name: string, text: string | undefined): number | undefined =>
    text === undefined ? undefined : seconds(name, text, DAY);
  return {
    enabled: before.enabled,
    account: readOptional("--account", account, flags.account) ?? before.account,
    venue: readOptional("--venue", venue, flags.venue) ?? before.venue,
    defaults: {
      symbol: flags.symbol === undefined ? defaults.symbol : symbolOf("--symbol", flags.symbol),
      ...amountOf(flags, defaults),
      orderType: readOptional("--order-type", orderType, flags.orderType) ?? defaults.orderType,
      leverage: readOptional("--leverage", positiveDecimal, flags.leverage) ?? defaults.leverage,
      stopLoss: flags.stopLoss === undefined ? defaults.stopLoss : distanceOf("--stop-loss", flags.stopLoss),
      takeProfits: flags.takeProfit?.map((text) => distanceOf("--take-profit", text)) ?? defaults.takeProfits,
    },
    limits: {
      symbols: allowed(limits.symbols, flags.allowSymbol),
      maxNotional: readOptional("--max-notional", positiveDecimal, flags.maxNotional) ?? limits.maxNotional,
      currency: readOptional("--currency", z.enum(quotes), flags.currency?.toUpperCase()) ?? limits.currency,
      maxPosition: readOptional("--max-position", positiveDecimal, flags.maxPosition) ?? limits.maxPosition,
      alertsPerMinute:
        flags.alertsPerMinute === undefined
          ? limits.alertsPerMinute
          : count("--alerts-per-minute", flags.alertsPerMinute, { min: 1, max: 600 }),
    },
    validity: {
      entrySeconds: validFor("--entry-validity", flags.entryValidity) ?? validity.entrySeconds,
      exitSeconds: validFor("--exit-validity", flags.exitValidity) ?? validity.exitSeconds,
    },
  };
}

const takeAway: Readonly<Record<string, (settings: StrategySettings) => void>> = {
  account: (of) => delete of.account,
  venue: (of) => delete of.venue,
  symbol: (of) => delete of.defaults.symbol,
  quantity: (of) => delete of.defaults.quantity,
  size: (of) => delete of.defaults.size,
  "order-type": (of) => delete of.defaults.orderType,
  leverage: (of) => delete of.defaults.leverage,
  "stop-loss": (of) => delete of.defaults.stopLoss,
  "take-profit": (of) => delete of.defaults.takeProfits,
  "allow-symbol": (of) => delete of.limits.symbols,
  "max-notional": (of) => delete of.limits.maxNotional,
  currency: (of) => delete of.limits.currency,
  "max-position": (of) => delete of.limits.maxPosition,
  "alerts-per-minute": (of) => delete of.limits.alertsPerMinute,
  "entry-validity": (of) => delete of.validity.entrySeconds,
  "exit-validity": (of) => delete of.validity.exitSeconds,
};

/** What `--unset` takes. */
export const unsettable: readonly string[] = Object.keys(takeAway);

/** The settings without those that `--unset` names. */
export function settingsWithout(names: readonly string[], before: StrategySettings): StrategySettings {
  const settings = structuredClone(before);
  for (const name of names) {
    const take = Object.hasOwn(takeAway, name) ? takeAway[name] : undefined;
    if (take === undefined)
      throw usageError(`--unset: "${name}" is no setting`, `it takes one of ${unsettable.join(", ")}`);
    take(settings);
  }
  return settings;
}

/** A quantity and a size exclude each other: the one that is said replaces the other. */
function amountOf(flags: StrategyFlags, before: StrategyDefaults): Pick<StrategyDefaults, "quantity" | "size"> {
  const { quantity, sizeQuote, sizePercent } = flags;
  const given = [quantity, sizeQuote, sizePercent].filter((each) => each !== undefined);
  if (given.length > 1) throw usageError("take one of --quantity, --size-quote and --size-percent");
  if (quantity !== undefined) return { quantity: read("--quantity", positiveDecimal, quantity) };
  if (sizeQuote !== undefined) return { size: { quote: read("--size-quote", positiveDecimal, sizeQuote) } };
  if (sizePercent !== undefined)
    return { size: { percentOfEquity: distanceOf("--size-percent", sizePercent).percent } };
  return { quantity: before.quantity, size: before.size };
}

function allowed(before: readonly string[] | undefined, added: readonly string[] | undefined): string[] | undefined {
  if (added === undefined) return before === undefined ? undefined : [...before];
  return [...new Set([...(before ?? []), ...added.map((text) => symbolOf("--allow-symbol", text))])];
}

function symbolOf(name: string, text: string): string {
  return read(name, symbol, text.toUpperCase());
}

/** `2%` or `2`. */
function distanceOf(name: string, text: string): { percent: string } {
  const percent = positiveDecimal.safeParse(text.trim().replace(/\s*%$/, ""));
  if (percent.success) return { percent: percent.data };
  throw usageError(
    `${name}: "${text}" is no percentage`,
    "such as 2%: a price holds for one alert only, so it belongs into that",
  );
}
