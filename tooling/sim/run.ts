import type { Coverage } from "./coverage.ts";
import { virtualGlobals } from "./globals.ts";
import { afterwards, invariants, onceClosed, whileResting } from "./invariants/index.ts";
import type { Invariant } from "./invariants/invariant.ts";
import { positionsAgree } from "./invariants/positions.ts";
import { sayLastWord } from "./last-word.ts";
import { Mesh } from "./mesh/mesh.ts";
import { running } from "./process.ts";
import { Random } from "../fakes/random.ts";
import { drawScenario, markets, namesOf, reduced } from "./scenario.ts";
import { World } from "./world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** After the last fault everything must come to rest within this. */
const DRAIN_MS = 2 * HOUR_MS;
/** Resting orders end because the market moves up and down this often once the faults are over. */
const SWEEP_MS = 30_000;
/** Longer than a ledger keeps what has ended. */
const FORGETS_MS = 9 * DAY_MS;

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
  /** Names of everything that happened to the mesh: alerts, outages, faults. What `keep` takes. */
  readonly schedule: readonly string[];
  readonly coverage: Pick<Coverage, "cells" | "things">;
  /** Events of the Workers' logs, and outcomes as `outcome …`. */
  readonly seen: ReadonlyMap<string, number>;
  readonly trace: readonly string[];
}

export interface SeedOptions {
  readonly seed: number;
  readonly trace?: boolean;
  /** Multiplies every chance of a fault; 0 is a world without faults. */
  readonly storm?: number;
  /** Only these parts of the schedule; absent: all that the seed draws. */
  readonly keep?: ReadonlySet<string> | undefined;
}

/** One seed from the first alert until nothing is left to do. Equal options give equal results. */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const restore = virtualGlobals();
  const world = new World(options);
  try {
    return await running.run({ world, process: undefined }, () => live(world, options));
  } finally {
    restore();
  }
}

async function live(world: World, options: SeedOptions): Promise<SeedResult> {
  const { storm = 1, keep, seed } = options;
  const scenario = reduced(drawScenario(new Random(seed, "scenario")), keep, { storm });
  const mesh = new Mesh(world, scenario);
  const violations: Violation[] = [];
  const judge = async (all: readonly Invariant[]): Promise<void> => {
    for (const invariant of all) {
      const findings = await invariant.check(mesh);
      violations.push(...findings.map((each) => ({ seed, invariant: invariant.name, ...each })));
    }
  };
  try {
    mesh.plan();
    await untilAtRest(world, mesh, { resting: "allowed", within: scenario.calmAt + DRAIN_MS });
    await judge(whileResting);
    if (scenario.lastWord && violations.length === 0) {
      sayLastWord(mesh);
      await untilAtRest(world, mesh, { resting: "allowed", within: world.elapsed + DRAIN_MS });
      await judge(onceClosed);
    }
    const sweep = planSweeps(world, mesh);
    await untilAtRest(world, mesh, { resting: "unfinished", within: world.elapsed + DRAIN_MS });
    sweep.cancel();
    await judge(invariants);
    if (scenario.afterlife && violations.length === 0) {
      await forget(world, mesh);
      await judge(afterwards);
    }
  } catch (error) {
    violations.push({ seed, invariant: "drains", expected: "an end", found: String(error) });
  }
  for (const accident of world.accidents)
    violations.push({ seed, invariant: "no accidents", expected: "no uncaught error", found: accident });
  const result = {
    seed,
    violations,
    events: world.events,
    alerts: mesh.history.accepted.size,
    orders: [...mesh.venues.values()].reduce((sum, venue) => sum + venue.book().orders.length, 0),
    virtualMs: world.elapsed,
    schedule: [...namesOf(scenario), ...world.faults],
    coverage: { cells: world.coverage.cells, things: world.coverage.things },
    seen: new Map([...world.seen, ...outcomesOf(mesh)]),
    trace: world.trace ?? [],
  };
  mesh.close();
  return result;
}

async function untilAtRest(
  world: World,
  mesh: Mesh,
  of: { resting: "allowed" | "unfinished"; within: number },
): Promise<void> {
  const untilMs = of.within;
  for (;;) {
    const how = await world.run({ until: () => !world.faultsOn && !world.busy, untilMs });
    if (how !== "until") return;
    if ((await mesh.unfinished(of)).length === 0 && (await positionsAgree.check(mesh)).length === 0) return;
    // Only alarms and crons are planned: the next one goes on.
    let more = true;
    const next = await world.run({
      until: () => {
        const over = !more;
        more = false;
        return over;
      },
      untilMs,
    });
    if (next !== "until") return;
  }
}

function planSweeps(world: World, mesh: Mesh): { cancel(): void } {
  let up = true;
  let planned = { cancel: (): void => undefined };
  const sweep = (): void => {
    for (const venue of mesh.venues.values()) {
      for (const { symbol, base } of markets) venue.movePrice(symbol, String(base * (up ? 1.25 : 0.75)));
    }
    up = !up;
    planned = world.plan(SWEEP_MS, sweep, { background: true });
  };
  world.plan(1, () => {
    if (world.ids.chance(0.3)) for (const venue of mesh.venues.values()) venue.cancelAll();
  });
  planned = world.plan(SWEEP_MS, sweep, { background: true });
  return { cancel: () => planned.cancel() };
}

/** Time passes until the ledgers have pruned everything; then every message comes once more. */
async function forget(world: World, mesh: Mesh): Promise<void> {
  mesh.cronsOn = false;
  const then = world.elapsed + FORGETS_MS;
  await world.run({ until: () => false, untilMs: then });
  mesh.remember();
  for (const queue of mesh.queues.values())
    queue.putAllAgain({ about: (requestId) => mesh.history.accepted.has(requestId) });
  mesh.resumeCrons();
  await untilAtRest(world, mesh, { resting: "unfinished", within: world.elapsed + DRAIN_MS });
}

function outcomesOf(mesh: Mesh): [string, number][] {
  const rows = mesh.database.rows("SELECT outcome, count(*) AS n FROM signals GROUP BY outcome");
  return rows.map((row) => [`outcome ${String(row["outcome"])}`, Number(row["n"])]);
}
