import type { World } from "./world.ts";

/** Further apart clocks on one network are not. A venue takes nothing that is signed a second in its future. */
const WRONG_BY_MS = 2_000;

/** How far the clock of this isolate or venue is ahead; nothing for most. */
export function skewOf(world: World, clock: string): number {
  return world.happens("clock_wrong", clock)?.integer(-WRONG_BY_MS, WRONG_BY_MS) ?? 0;
}
