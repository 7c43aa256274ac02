import { firstProblem } from "#contracts/codec";
import { DEFAULT_STRATEGY, strategy as schema, strategyEntry, type Strategy } from "#contracts/strategy";
import type { Clock } from "../webhook/ports.ts";
import { createSettingsReader, type KeyValues, type SettingsReader } from "./read-settings.ts";
import { unreachable, unreadable } from "./unreadable.ts";

export type StrategyReader = SettingsReader<Strategy>;

export function createStrategyReader(config: KeyValues, clock: Clock): StrategyReader {
  return createSettingsReader(config, clock, {
    key: strategyEntry,
    understood,
    unreachable,
    mayBeAbsent: (name) => name === DEFAULT_STRATEGY,
  });
}

function understood(name: string, text: string): Strategy {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable(name, "it is no JSON");
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw unreadable(name, firstProblem(parsed.error));
  if (parsed.data.name !== name) throw unreadable(name, `it says that it is ${parsed.data.name}`);
  return parsed.data;
}
