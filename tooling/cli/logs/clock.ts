import type { HooxContext } from "../context.ts";

const BEAT_MS = 10_000;
const LATE_MS = 60_000;

/**
 * Notices that this computer slept or that its time was set, by how much, until it is stopped. Whoever slept holds
 * connections that nobody at the other end knows of any more.
 */
export async function watchClock(
  context: Pick<HooxContext, "now" | "sleep">,
  options: { stop: AbortSignal; onJump: (byMs: number) => void },
): Promise<void> {
  const { stop, onJump } = options;
  while (!stop.aborted) {
    const before = context.now().getTime();
    await context.sleep(BEAT_MS, stop);
    const by = context.now().getTime() - before - BEAT_MS;
    if (!stop.aborted && Math.abs(by) > LATE_MS) onJump(by);
  }
}
