import type { Strategy, StrategyLimits, StrategyValidity } from "#contracts/strategy";
import type { AlertDefaults } from "../formats/canonical.ts";

/** What holds for an alert, by its key. */
export interface StrategyRules {
  readonly enabled: boolean;
  readonly defaults: AlertDefaults;
  readonly limits: StrategyLimits;
  readonly validity: StrategyValidity;
}

/** `market` is where alerts go whose strategy does not say. */
export function rulesOf(
  name: string,
  settings: Strategy | undefined,
  market: Pick<AlertDefaults, "account" | "venue">,
): StrategyRules {
  return {
    enabled: settings?.enabled ?? true,
    defaults: {
      ...settings?.defaults,
      strategy: name,
      account: settings?.account ?? market.account,
      venue: settings?.venue ?? market.venue,
    },
    limits: settings?.limits ?? {},
    validity: settings?.validity ?? {},
  };
}
