import type { Random } from "./random.ts";
import { drawAlert, type Beat, type Lane, type PlannedAlert } from "./stories.ts";

/** Several positions of one coin at once, each with its protection, and orders that want to sell the same coins. */
export function drawCrowd(random: Random, lane: Lane, lengthMs: number): PlannedAlert[] {
  const alerts: PlannedAlert[] = [];
  let at = random.integer(0, Math.floor(lengthMs / 2));
  const count = random.integer(5, 10);
  for (let number = 0; number < count; number += 1) {
    const beat = number < 2 ? drawEntry(random) : drawBeat(random);
    at += beat.afterMs;
    alerts.push(...drawAlert(random, lane, beat, { name: `crowd-${number}`, at, before: alerts.at(-1) }));
  }
  return alerts;
}

function drawBeat(random: Random): Beat {
  const afterMs = drawPause(random);
  const limit = random.chance(0.4);
  const part = random.chance(0.6);
  return random.pick<() => Beat>([
    () => drawEntry(random),
    () => drawEntry(random),
    () => ({ action: "sell", afterMs, limit }),
    () => ({ action: "close_long", afterMs, limit, part }),
    () => ({ action: "close", afterMs, part }),
  ])();
}

function drawEntry(random: Random): Beat {
  const protect = random.chance(0.8);
  return {
    action: "buy",
    afterMs: drawPause(random),
    limit: random.chance(0.3),
    protect,
    targets: random.integer(0, 2),
  };
}

function drawPause(random: Random): number {
  return random.pick([1, 200, 1_500, 6_000, 20_000]);
}
