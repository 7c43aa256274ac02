import { createMinuteCount } from "./minute-count.ts";
import type { Clock, RateLimit } from "./ports.ts";

/**
 * Alerts a minute that one isolate lets through on its own count. TradingView stops an alert that fires more
 * than 15 times in 3 minutes, so ordinary traffic never waits for the binding, which costs a round trip.
 */
const FREE_PER_MINUTE = 120;

/** A guard against a sender gone wild, not an exact count: the binding itself counts per location. */
export function createAlertRate(binding: RateLimit, clock: Clock): (key: string) => boolean | Promise<boolean> {
  const count = createMinuteCount(clock);
  return (key) => {
    if (count(key) <= FREE_PER_MINUTE) return true;
    // A limiter that fails must not cost an alert.
    return binding.limit({ key }).then(
      (answer) => answer.success,
      () => true,
    );
  };
}
