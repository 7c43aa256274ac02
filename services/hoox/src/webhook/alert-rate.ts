import type { Clock, RateLimit } from "./ports.ts";

const WINDOW_MS = 60_000;
const MAX_KEYS = 1_000;
/**
 * Alerts a minute that one isolate lets through on its own count. TradingView stops an alert that fires more
 * than 15 times in 3 minutes, so ordinary traffic never waits for the binding, which costs a round trip.
 */
const FREE_PER_WINDOW = 120;

/** A guard against a sender gone wild, not an exact count: the binding itself counts per location. */
export function createAlertRate(binding: RateLimit, clock: Clock): (key: string) => boolean | Promise<boolean> {
  const counts = new Map<string, { window: number; count: number }>();
  return (key) => {
    const window = Math.floor(clock.now().getTime() / WINDOW_MS);
    const known = counts.get(key);
    const count = known?.window === window ? known.count + 1 : 1;
    if (known === undefined && counts.size >= MAX_KEYS) counts.clear();
    counts.set(key, { window, count });
    if (count <= FREE_PER_WINDOW) return true;
    // A limiter that fails must not cost an alert.
    return binding.limit({ key }).then(
      (answer) => answer.success,
      () => true,
    );
  };
}
