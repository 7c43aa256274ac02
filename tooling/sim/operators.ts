import type { Random } from "../fakes/random.ts";

export type Forced = "STALE" | "SUPERSEDED" | "NEEDS_FIX";

/** A bug of ours in the trade-worker, from its deployment until the deployment of its fix. */
export interface Defect {
  /** As it stands in a schedule. */
  readonly id: string;
  readonly from: number;
  readonly to: number;
  /** It throws between the permission and the order, or takes its process with it before anything is asked. */
  readonly how: "throws" | "dies";
}

/** An operator has dead letters replayed. */
export interface PlannedReplay {
  /** As it stands in a schedule. */
  readonly id: string;
  readonly at: number;
  readonly force: readonly Forced[];
  /** By ops-worker's replays of dead letters, or by asking the ledgers for what is none, too. */
  readonly through: "mesh" | "ledger";
  /** Letters a second. */
  readonly rate: number;
}

/** After the replays before the fix, the faults go on for so long, that others meet them too. */
const LONGEST_MS = 60_000;
const FORCES: readonly [readonly Forced[], ...(readonly Forced[])[]] = [
  [],
  ["STALE"],
  ["SUPERSEDED"],
  ["STALE", "SUPERSEDED"],
  ["NEEDS_FIX", "STALE", "SUPERSEDED"],
];
/** The faults go on for so long after the last replay has begun. */
const AFTER_LAST_MS = 15_000;
/** Of all replays. */
const THROUGH_MESH = 0.6;

/** In half of the seeds something is parked and replayed, some of it by two operators at once. */
export function drawOperators(
  random: Random,
  lengthMs: number,
): { defects: readonly Defect[]; replays: readonly PlannedReplay[]; longerMs: number } {
  if (!random.chance(0.5)) return { defects: [], replays: [], longerMs: 0 };
  const from = random.integer(0, Math.floor(lengthMs / 2));
  const to = from + random.integer(10_000, 60_000);
  const defect: Defect = { id: "defect", from, to, how: random.pick(["throws", "throws", "throws", "dies"]) };
  const longerMs = random.integer(0, LONGEST_MS);
  const latest = Math.max(to, lengthMs) + longerMs;
  const replays = Array.from({ length: random.integer(1, 4) }, (_, index) => {
    const mesh = random.chance(THROUGH_MESH);
    // Most wait for the fix, and until its letters stand in the database.
    const after = mesh && random.chance(0.7);
    const at = after ? to + random.integer(1_000, 20_000) : random.integer(from + 3_000, latest);
    const how = { through: mesh ? ("mesh" as const) : ("ledger" as const), rate: random.pick([1, 20, 500]) };
    const one = { ...how, id: `replay-${index}`, at, force: random.pick(FORCES) };
    const twice = random.chance(0.5);
    const other = { ...how, id: `replay-${index}-too`, at: at + random.skewed(0, 3_000), force: random.pick(FORCES) };
    return twice ? [one, other] : [one];
  });
  const all = replays.flat();
  const end = Math.max(...all.map(({ at }) => at)) + AFTER_LAST_MS;
  return { defects: [defect], replays: all, longerMs: Math.max(longerMs, end - lengthMs) };
}
