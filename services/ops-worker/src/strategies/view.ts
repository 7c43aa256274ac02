import { DEFAULT_STRATEGY, type Strategy, type StrategySettings } from "#contracts/strategy";
import type { StrategyView } from "#contracts/strategy-view";

export function viewOf({ keys, ...rest }: Strategy, now: Date): StrategyView {
  return { ...rest, keys: living(keys, now).map(({ hash: _hash, ...times }) => times) };
}

/** `default` works without settings. */
export const UNSET: StrategyView = {
  name: DEFAULT_STRATEGY,
  enabled: true,
  keys: [],
  defaults: {},
  limits: {},
  validity: {},
};

/** The keys that are still valid, the oldest first. */
export function living(keys: Strategy["keys"], now: Date): Strategy["keys"] {
  return keys.filter(({ expiresAt }) => expiresAt === undefined || now.getTime() < Date.parse(expiresAt));
}

export function settingsOf(of: StrategySettings): StrategySettings {
  const { enabled, account, venue, defaults, limits, validity } = of;
  return { enabled, account, venue, defaults, limits, validity };
}
