import type { Clock } from "./ports.ts";

const WINDOW_MS = 60_000;
const MAX_KEYS = 1_000;

/** Counts by key and minute, this isolate's own calls only; answers the count with this one. */
export function createMinuteCount(clock: Clock): (key: string) => number {
  const counts = new Map<string, { window: number; count: number }>();
  return (key) => {
    const window = Math.floor(clock.now().getTime() / WINDOW_MS);
    const known = counts.get(key);
    const count = known?.window === window ? known.count + 1 : 1;
    if (known === undefined && counts.size >= MAX_KEYS) counts.clear();
    counts.set(key, { window, count });
    return count;
  };
}
