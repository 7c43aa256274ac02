import { sizeWords } from "./signal.ts";
import type { StrategySettings } from "./strategy.ts";

/** Every setting under the name that people read; a new one that is missing here is shown nowhere. */
const fields: readonly (readonly [name: string, of: (settings: StrategySettings) => string | undefined])[] = [
  ["enabled", (of) => (of.enabled ? "yes" : "no")],
  ["account", (of) => of.account],
  ["venue", (of) => of.venue],
  ["symbol", (of) => of.defaults.symbol],
  ["quantity", (of) => of.defaults.quantity],
  ["size", (of) => of.defaults.size && sizeWords(of.defaults.size)],
  ["order type", (of) => of.defaults.orderType],
  ["leverage", (of) => of.defaults.leverage],
  ["stop loss", (of) => of.defaults.stopLoss && percent(of.defaults.stopLoss)],
  ["take profits", (of) => of.defaults.takeProfits?.map(percent).join(", ")],
  ["allowed symbols", (of) => of.limits.symbols?.join(", ")],
  ["max notional", (of) => of.limits.maxNotional],
  ["max notional in", (of) => of.limits.currency],
  ["max position", (of) => of.limits.maxPosition],
  ["entries a minute", (of) => of.limits.alertsPerMinute?.toString()],
  ["entry validity", (of) => seconds(of.validity.entrySeconds)],
  ["exit validity", (of) => seconds(of.validity.exitSeconds)],
];

function percent(of: { percent: string }): string {
  return `${of.percent} %`;
}

function seconds(of: number | undefined): string | undefined {
  return of === undefined ? undefined : `${of} s`;
}

/** What is set, in words: `max notional`, `500`. */
export function settingsInWords(of: StrategySettings): { name: string; value: string }[] {
  return fields.flatMap(([name, read]) => {
    const value = read(of);
    return value === undefined ? [] : [{ name, value }];
  });
}

/** What a change changes, in words. */
export function changesInWords(
  before: StrategySettings,
  after: StrategySettings,
): { name: string; before: string; after: string }[] {
  return fields.flatMap(([name, read]) => {
    const [was, is] = [read(before) ?? "not set", read(after) ?? "not set"];
    return was === is ? [] : [{ name, before: was, after: is }];
  });
}
