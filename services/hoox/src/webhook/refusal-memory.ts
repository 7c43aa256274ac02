import type { RefusalMemory } from "./ports.ts";

const MAX_CAUSES = 500;
const LOG_EVERY_MS = 10_000;

export function createRefusalMemory(): RefusalMemory {
  const windows = new Map<string, number>();
  const counts = new Map<string, { since: number; count: number }>();
  return {
    firstOf(cause, window) {
      if (windows.get(cause) === window) return false;
      if (windows.size >= MAX_CAUSES) windows.clear();
      windows.set(cause, window);
      return true;
    },
    count(code, at) {
      const known = counts.get(code) ?? { since: -Infinity, count: 0 };
      known.count += 1;
      counts.set(code, known);
      if (at.getTime() - known.since < LOG_EVERY_MS) return undefined;
      const { count } = known;
      counts.set(code, { since: at.getTime(), count: 0 });
      return count;
    },
  };
}
