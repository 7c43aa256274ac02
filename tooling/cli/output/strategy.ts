import { changesInWords, settingsInWords } from "#contracts/strategy-changes";
import type { StrategySettings } from "#contracts/strategy";
import type { StrategyView } from "#contracts/strategy-view";
import type { Paint } from "./paint.ts";
import { when } from "./time.ts";

interface Look {
  now: Date;
  absolute: boolean;
  paint: Paint;
}

/** Everything that is known of a strategy. */
export function strategyText(strategy: StrategyView, { paint, ...time }: Look): string {
  const lines = [
    { name: "strategy", value: paint.bold(strategy.name) },
    ...settingsInWords(strategy).map((each) => (each.value === "no" ? { ...each, value: paint.odd("no") } : each)),
    ...keysInWords(strategy, time).map((value) => ({ name: "key", value })),
    ...(strategy.updatedAt === undefined ? [] : [{ name: "changed", value: when(strategy.updatedAt, time) }]),
  ];
  const width = Math.max(...lines.map((each) => each.name.length));
  return lines.map(({ name, value }) => `${paint.dim(name.padEnd(width))}  ${value}`).join("\n");
}

export function keysInWords({ name, keys }: StrategyView, time: { now: Date; absolute: boolean }): string[] {
  if (name === "default") return ["the secret WEBHOOK_API_KEY_BINDING"];
  return keys.map(({ createdAt, expiresAt }) => {
    const made = `made ${when(createdAt, time)}`;
    return expiresAt === undefined ? made : `${made}, expires ${when(expiresAt, time)}`;
  });
}

/** What limits it, in one line. */
export function limitsInWords({ limits }: StrategyView): string {
  const only = { enabled: true, defaults: {}, limits, validity: {} };
  const words = settingsInWords(only).filter((each) => each.name !== "enabled");
  return words.map((each) => `${each.name} ${each.value}`).join("; ") || "none";
}

/** `max notional  500 → 900`, one line each; empty when nothing changes. */
export function changeLines(before: StrategySettings, after: StrategySettings): string[] {
  const changes = changesInWords(before, after);
  const width = Math.max(0, ...changes.map((each) => each.name.length));
  return changes.map((each) => `  ${each.name.padEnd(width)}  ${each.before} → ${each.after}`);
}
