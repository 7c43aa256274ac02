import type { Random } from "../fakes/random.ts";
import { drawAlert, type Beat, type Lane, type PlannedAlert } from "./stories.ts";

/** Several positions of one symbol at once, each with its protection, and orders that want to close the same. */
export function drawCrowd(random: Random, lane: Lane, lengthMs: number): PlannedAlert[] {
  const alerts: PlannedAlert[] = [];
  let at = random.integer(0, Math.floor(lengthMs / 2));
  const count = random.integer(5, 10);
  for (let number = 0; number < count; number += 1) {
    const beat = number < 2 ? drawEntry(random) : lane.symbol.endsWith(".P") ? drawTurn(random) : drawSale(random);
    at += beat.afterMs;
    alerts.push(...drawAlert(random, lane, beat, { name: `crowd-${number}`, at, before: alerts.at(-1) }));
  }
  return alerts;
}

/** Of a spot coin: what is bought more, and what sells it. */
function drawSale(random: Random): Beat {
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

/** Of a perpetual: either side, in any order. */
function drawTurn(random: Random): Beat {
  const afterMs = drawPause(random);
  const part = random.chance(0.5);
  const [protect, targets, limit] = [random.chance(0.8), random.integer(0, 2), random.chance(0.3)];
  return random.pick<() => Beat>([
    () => drawEntry(random),
    () => ({ action: "sell", afterMs, protect, targets, limit }),
    () => ({ action: random.pick(["long", "short"]), afterMs, protect, targets, limit }),
    () => ({ action: random.pick(["close", "close_long", "close_short"]), afterMs, part }),
    () => ({ action: "buy", afterMs, target: random.pick(["0.05", "-0.03", "0.02"]) }),
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
