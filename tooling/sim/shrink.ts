import { runSeed, type SeedOptions, type Violation } from "./run.ts";

export interface Shrunk {
  /** What of the schedule is still needed. */
  readonly keep: readonly string[];
  readonly violation: Violation;
  readonly runs: number;
}

/**
 * The smallest part of a seed's schedule found that still breaks the invariant: parts are left out, halves
 * first, then single ones, until none can be or the runs are used up (delta debugging).
 */
export async function shrink(of: { options: SeedOptions; invariant: string; maxRuns: number }): Promise<Shrunk> {
  const { options, invariant, maxRuns } = of;
  let runs = 0;
  const broken = async (
    keep: readonly string[] | undefined,
  ): Promise<{ violation: Violation; schedule: string[] } | undefined> => {
    runs += 1;
    const result = await runSeed({ ...options, trace: false, keep: keep && new Set(keep) });
    const violation = result.violations.find((each) => each.invariant === invariant);
    return violation && { violation, schedule: [...result.schedule] };
  };
  const whole = await broken(options.keep && [...options.keep]);
  if (whole === undefined) throw new Error(`seed ${options.seed} does not break "${invariant}"`);
  let { violation, schedule: keep } = whole;
  const mayRun = (): boolean => runs < maxRuns;

  /** Leaves out every part of this size that can be; true when there was one. */
  async function pass(size: number): Promise<boolean> {
    let dropped = false;
    let from = 0;
    while (from < keep.length && mayRun()) {
      const rest = [...keep.slice(0, from), ...keep.slice(from + size)];
      const still = await broken(rest);
      if (still === undefined) {
        from += size;
        continue;
      }
      ({ violation } = still);
      // What did not happen any more is not needed either.
      keep = rest.filter((each) => still.schedule.includes(each));
      dropped = true;
    }
    return dropped;
  }

  let size = Math.ceil(keep.length / 2);
  for (;;) {
    const dropped = await pass(size);
    if (!mayRun() || (size === 1 && !dropped)) return { keep, violation, runs };
    size = Math.ceil(size / 2);
  }
}
