import type { Invariant } from "./invariant.ts";
import { askedFor } from "./asked-for.ts";
import { closesAll } from "./closes-all.ts";
import { coinsSuffice } from "./coins-suffice.ts";
import { drains } from "./drains.ts";
import { emergenciesEnd } from "./emergencies-end.ts";
import { emergencyTakesItsOwn } from "./emergency-takes-its-own.ts";
import { endsOnceAndRecorded } from "./ends-once.ts";
import { guarded } from "./guarded.ts";
import { inTime } from "./in-time.ts";
import { laneOrder } from "./lane-order.ts";
import { keepsRules } from "./keeps-rules.ts";
import { lastWordCloses } from "./last-word.ts";
import { lateIsHarmless } from "./late-is-harmless.ts";
import { lettersWarranted } from "./letters-warranted.ts";
import { lettersKept } from "./letters-kept.ts";
import { littleIsLittle } from "./little-is-little.ts";
import { notOvertaken } from "./not-overtaken.ts";
import { onlyLetters } from "./only-letters.ts";
import { oneOrderPerLeg } from "./one-order.ts";
import { oneOutcome } from "./one-outcome.ts";
import { positionsAgree } from "./positions.ts";
import { projectionAgrees } from "./projection.ts";
import { replayedOnce } from "./replayed-once.ts";
import { replaysTell } from "./replays-tell.ts";
import { reversalOrder } from "./reversal-order.ts";
import { stopsStop } from "./stops-stop.ts";
import { targetsStand } from "./targets-stand.ts";
import { tradesOnce } from "./trades-once.ts";
import { windowHolds } from "./window-holds.ts";

/** What must hold while orders rest, before the market moves them. */
export const whileResting: readonly Invariant[] = [guarded, targetsStand, emergenciesEnd];

/** What must hold once the last alerts were to close everything. */
export const onceClosed: readonly Invariant[] = [lastWordCloses];

/** Everything that must hold after every seed, once it is at rest. */
export const invariants: readonly Invariant[] = [
  drains,
  endsOnceAndRecorded,
  oneOutcome,
  tradesOnce,
  windowHolds,
  oneOrderPerLeg,
  askedFor,
  laneOrder,
  replayedOnce,
  onlyLetters,
  notOvertaken,
  replaysTell,
  reversalOrder,
  inTime,
  stopsStop,
  positionsAgree,
  closesAll,
  keepsRules,
  coinsSuffice,
  emergencyTakesItsOwn,
  littleIsLittle,
  projectionAgrees,
  lettersKept,
  lettersWarranted,
];

/** What must hold once every message has come again, long after its signal was forgotten. */
export const afterwards: readonly Invariant[] = [lateIsHarmless, drains];
