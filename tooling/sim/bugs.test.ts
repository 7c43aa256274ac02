import { availableParallelism } from "node:os";
import { expect, describe, it } from "vitest";
import { bugNamed, bugNames, type Bug } from "./bugs/bug.ts";
import { runMany } from "./pool.ts";
import type { Violation } from "./run.ts";

const SEEDS = 2_000;

/** The violation that finds the bug: at the seed where it was found before, else at the first of all. */
async function find(bug: Bug): Promise<Violation | undefined> {
  const isIt = (violation: Violation): boolean => violation.invariant === bug.foundBy;
  const ranges = [
    { first: bug.seed, count: 1 },
    { first: 1, count: SEEDS },
  ];
  for (const range of ranges) {
    const { violations } = await runMany({ ...range, jobs: 1, edits: bug.edits, until: isIt });
    const found = violations.find(isIt);
    if (found) return found;
  }
  return undefined;
}

describe("the simulation finds", { concurrent: true, timeout: 600_000 }, () => {
  it("at least the bugs that it should", () => {
    expect(bugNames().length).toBeGreaterThanOrEqual(16);
  });

  it.each(bugNames())("%s", async (name) => {
    const bug = await bugNamed(name);
    expect(await find(bug), `${bug.what}: "${bug.foundBy}" holds in ${SEEDS} seeds`).toBeDefined();
  });
});

describe("a bug that is not planted", () => {
  it("is not found: the seeds of all bugs are clean without them", async () => {
    const bugs = await Promise.all(bugNames().map(bugNamed));
    for (const seed of new Set(bugs.map((bug) => bug.seed))) {
      const { violations } = await runMany({ first: seed, count: 1, jobs: availableParallelism() });
      expect(violations).toEqual([]);
    }
  });
});
