import type { Strategy, StrategyLimits, StrategyValidity } from "#contracts/strategy";
import type { AlertDefaults } from "../formats/canonical.ts";

/** What holds for an alert, by its key. */
export interface StrategyRules {
  readonly enabled: boolean;
  readonly defaults: AlertDefaults;
  /** Where the strategy says that its alerts trade: an alert may say the same, nothing else. */
  readonly market: Pick<Strategy, "account" | "venue">;
  readonly limits: StrategyLimits;
  readonly validity: StrategyValidity;
}

/** `elsewhere` is where alerts go whose strategy does not say. */
export function rulesOf(
  name: string,
  settings: Strategy | undefined,
  elsewhere: Pick<AlertDefaults, "account" | "venue">,
): StrategyRules {
  return {
    enabled: settings?.enabled ?? true,
    defaults: {
      ...settings?.defaults,
      strategy: name,
      account: settings?.account ?? elsewhere.account,
      venue: settings?.venue ?? elsewhere.venue,
    },
    market: { account: settings?.account, venue: settings?.venue },
    limits: settings?.limits ?? {},
    validity: settings?.validity ?? {},
  };
}
