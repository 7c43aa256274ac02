import { availableParallelism } from "node:os";
import { beforeAll, describe, expect, it } from "vitest";
import { bugNamed, bugNames, type Bug } from "./bugs/bug.ts";
import { runMany, SUITE_SEEDS } from "./pool.ts";

const SEEDS = 2_000;

const bugs = new Map<string, Bug>();
beforeAll(async () => {
  for (const name of bugNames()) bugs.set(name, await bugNamed(name));
});

function theBug(name: string): Bug {
  const bug = bugs.get(name);
  if (bug === undefined) throw new Error(`no bug is called ${name}`);
  return bug;
}

describe("the simulation finds", { concurrent: true }, () => {
  it("at least the bugs that it should", () => {
    expect(bugs.size).toBeGreaterThanOrEqual(16);
  });

  it.each(bugNames())(`%s within ${SEEDS} seeds`, async (name) => {
    const bug = theBug(name);
    expect(bug.seed).toBeLessThanOrEqual(SEEDS);
    const { violations } = await runMany({ seeds: [bug.seed], jobs: 1, edits: bug.edits });
    const found = violations.map((each) => each.invariant);
    // Looking for another seed takes minutes: a person does it, once.
    const search = `npm run sim -- --bug ${name} --seeds ${SEEDS}`;
    expect(found, `seed ${bug.seed} does not find it any more; look for another: ${search}`).toContain(bug.foundBy);
  });
});

describe("a bug that is not planted", () => {
  it("is not found: the seeds of all bugs are clean without them", { timeout: 120_000 }, async () => {
    // sim.test.ts runs the first ones.
    const seeds = [...new Set([...bugs.values()].map((bug) => bug.seed))].filter((seed) => seed > SUITE_SEEDS);
    expect(seeds.length).toBeGreaterThan(0);
    const { violations } = await runMany({ seeds, jobs: availableParallelism() });
    expect(violations).toEqual([]);
  });
});
