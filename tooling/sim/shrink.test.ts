import { describe, expect, it } from "vitest";
import { bugNamed } from "./bugs/bug.ts";
import { runMany, shrinkOne } from "./pool.ts";
import { shrunkLines } from "./report.ts";

function missing(): never {
  throw new Error("the bug is not found at its seed");
}

describe("a violation", () => {
  it("is shrunk to a schedule that breaks the same invariant again", { timeout: 300_000 }, async () => {
    const bug = await bugNamed("posts-twice");
    const isIt = (of: { invariant: string }): boolean => of.invariant === bug.foundBy;
    const found = await runMany({ seeds: [bug.seed], jobs: 1, edits: bug.edits });
    const [violation = missing()] = found.violations.filter(isIt);
    const shrunk = await shrinkOne({ violation, storm: 1, edits: bug.edits, maxRuns: 60 });
    expect(shrunk.keep.length).toBeLessThan(20);
    expect(shrunkLines(shrunk, { storm: 1, bug: "posts-twice" }).at(-1)).toContain(
      `npm run sim -- --seed ${bug.seed} --bug posts-twice --keep ${shrunk.keep.join(",")}`,
    );

    const again = { seeds: [bug.seed], jobs: 1, keep: new Set(shrunk.keep) };
    expect((await runMany({ ...again, edits: bug.edits })).violations.some(isIt)).toBe(true);
    expect((await runMany(again)).violations).toEqual([]);
  });
});
