import { virtualGlobals } from "./globals.ts";
import { invariants } from "./invariants/index.ts";
import { Mesh } from "./mesh/mesh.ts";
import type { Plants } from "./plants.ts";
import { running } from "./process.ts";
import { Random } from "./random.ts";
import { drawScenario, markets } from "./scenario.ts";
import { World } from "./world.ts";

const HOUR_MS = 3_600_000;
/** After the last fault everything must come to rest within this. */
const DRAIN_MS = 2 * HOUR_MS;
/** Resting orders end because the market moves up and down this often once the faults are over. */
const SWEEP_MS = 30_000;

export interface Violation {
  readonly seed: number;
  readonly invariant: string;
  readonly expected: string;
  readonly found: string;
}

export interface SeedResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly events: number;
  readonly alerts: number;
  readonly orders: number;
  readonly virtualMs: number;
  readonly injected: ReadonlyMap<string, number>;
  /** Events of the Workers' logs, and outcomes as `outcome …`. */
  readonly seen: ReadonlyMap<string, number>;
  readonly trace: readonly string[];
}

export interface SeedOptions {
  readonly seed: number;
  readonly trace?: boolean;
  readonly plants?: Plants;
  /** Multiplies every chance of a fault; 0 is a world without faults. */
  readonly storm?: number;
}

/** One seed from the first alert until nothing is left to do. Equal options give equal results. */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const restore = virtualGlobals();
  const world = new World({ seed: options.seed, trace: options.trace ?? false, storm: options.storm ?? 1 });
  try {
    return await running.run({ world, process: undefined }, () => live(world, options));
  } finally {
    restore();
  }
}

async function live(world: World, options: SeedOptions): Promise<SeedResult> {
  const scenario = drawScenario(new Random(options.seed, "scenario"));
  const mesh = new Mesh(world, options.storm === 0 ? { ...scenario, outages: [] } : scenario, options.plants);
  mesh.plan();
  planSweeps(world, mesh, scenario.calmAt);
  let spinning: string | undefined;
  try {
    await untilAtRest(world, mesh, scenario.calmAt + DRAIN_MS);
  } catch (error) {
    spinning = String(error);
  }
  const violations = await judge(world, mesh, spinning);
  const result = {
    seed: options.seed,
    violations,
    events: world.events,
    alerts: mesh.history.accepted.size,
    orders: [...mesh.venues.values()].reduce((sum, venue) => sum + venue.book().orders.length, 0),
    virtualMs: world.elapsed,
    injected: world.injected,
    seen: new Map([...world.seen, ...outcomesOf(mesh)]),
    trace: world.trace ?? [],
  };
  mesh.close();
  return result;
}

async function untilAtRest(world: World, mesh: Mesh, untilMs: number): Promise<void> {
  for (;;) {
    const how = await world.run({ until: () => !world.faultsOn && !world.busy, untilMs });
    if (how !== "until" || world.elapsed > untilMs || (await mesh.unfinished()).length === 0) return;
    // Only alarms and crons are planned: the next one goes on.
    let more = true;
    await world.run({
      until: () => {
        const over = !more;
        more = false;
        return over;
      },
      untilMs,
    });
  }
}

function planSweeps(world: World, mesh: Mesh, calmAt: number): void {
  let up = true;
  const sweep = (): void => {
    for (const venue of mesh.venues.values()) {
      for (const { symbol, base } of markets) venue.movePrice(symbol, String(base * (up ? 1.25 : 0.75)));
    }
    up = !up;
    world.plan(SWEEP_MS, sweep, { background: true });
  };
  world.plan(calmAt + 1, () => {
    if (world.ids.chance(0.3)) for (const venue of mesh.venues.values()) venue.cancelAll();
  });
  world.plan(calmAt + SWEEP_MS, sweep, { background: true });
}

async function judge(world: World, mesh: Mesh, spinning: string | undefined): Promise<Violation[]> {
  const violations: Violation[] = [];
  const add = (invariant: string, expected: string, found: string): void => {
    violations.push({ seed: world.seed, invariant, expected, found });
  };
  if (spinning !== undefined) add("drains", "an end", spinning);
  for (const accident of world.accidents) add("no accidents", "no uncaught error", accident);
  for (const invariant of invariants) {
    for (const { expected, found } of await invariant.check(mesh)) add(invariant.name, expected, found);
  }
  return violations;
}

function outcomesOf(mesh: Mesh): [string, number][] {
  const rows = mesh.database.rows("SELECT outcome, count(*) AS n FROM signals GROUP BY outcome");
  return rows.map((row) => [`outcome ${String(row["outcome"])}`, Number(row["n"])]);
}
