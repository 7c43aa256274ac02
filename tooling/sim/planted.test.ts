import { describe, expect, it } from "vitest";
import { plantedBugs } from "./planted-bugs.ts";
import { runSeed } from "./run.ts";

const SEEDS = 300;

describe("the simulation finds", () => {
  for (const bug of plantedBugs) {
    it(`that ${bug.name}`, async () => {
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const { violations } = await runSeed({ seed, plants: bug.plants() });
        const found = violations.find((each) => each.invariant === bug.foundBy);
        if (found) return;
      }
      expect.fail(`${SEEDS} seeds and nobody noticed`);
    });
  }
});
