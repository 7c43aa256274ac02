import { DEFAULT_STRATEGY, strategy as schema, strategyEntry, type Strategy } from "#contracts/strategy";
import type { Clock } from "../webhook/ports.ts";
import { createSettingsReader, type KeyValues, type SettingsReader } from "./read-settings.ts";
import { unreachable, unreadable } from "./unreadable.ts";

export type StrategyReader = SettingsReader<Strategy>;

export function createStrategyReader(config: KeyValues, clock: Clock): StrategyReader {
  return createSettingsReader(config, clock, {
    key: strategyEntry,
    schema,
    noJson: "it is no JSON",
    contradiction: (name, settings) => (settings.name === name ? undefined : `it says that it is ${settings.name}`),
    unreadable,
    unreachable,
    mayBeAbsent: (name) => name === DEFAULT_STRATEGY,
  });
}
