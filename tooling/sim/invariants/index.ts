import type { Invariant } from "./invariant.ts";
import { drains } from "./drains.ts";
import { endsOnceAndRecorded } from "./ends-once.ts";
import { laneOrder } from "./lane-order.ts";
import { lettersKept } from "./letters-kept.ts";
import { oneOrderPerLeg } from "./one-order.ts";
import { positionsAgree } from "./positions.ts";
import { projectionAgrees } from "./projection.ts";
import { tradesOnce } from "./trades-once.ts";

/** Everything that must hold after every seed. */
export const invariants: readonly Invariant[] = [
  drains,
  endsOnceAndRecorded,
  tradesOnce,
  oneOrderPerLeg,
  laneOrder,
  positionsAgree,
  projectionAgrees,
  lettersKept,
];
