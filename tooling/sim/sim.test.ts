import { describe, expect, it } from "vitest";
import { Summary, violationLines } from "./report.ts";
import { runSeed } from "./run.ts";

const SEEDS = 500;
const BLOCK = 100;
/** A step's name begins with whom it asks. */
const ASKED = ["ledger.", "killSwitch.", "kv.", "venue.", "d1.", "telegram.", "send.", "trade-worker."];
/** What must have come about for a run to mean anything, as logged by the Workers. */
const WAYS = [
  "outcome filled",
  "outcome superseded",
  "outcome expired",
  "outcome halted",
  "outcome rejected",
  "outcome duplicate",
  "order.in_doubt",
  "order.absent",
  "order.cancelled",
  "lease.expired",
  "attempt.superseded",
  "signal.hand_over_failed",
  "message.parked",
  "letter.stored",
];

const first = (summary: Summary): string[] => summary.violations.slice(0, 5).flatMap(violationLines);

describe("the mesh", () => {
  const all = new Summary();

  it("does everything right in a world without faults", async () => {
    const summary = new Summary();
    for (let seed = 1; seed <= 20; seed += 1) summary.add(await runSeed({ seed, storm: 0 }));
    expect(first(summary)).toEqual([]);
    expect(summary.faultCount).toBe(0);
  });

  for (let from = 1; from <= SEEDS; from += BLOCK) {
    it(`loses, doubles and reorders nothing in seeds ${from} to ${from + BLOCK - 1}`, async () => {
      const summary = new Summary();
      for (let seed = from; seed < from + BLOCK; seed += 1) {
        const result = await runSeed({ seed });
        summary.add(result);
        all.add(result);
      }
      expect(first(summary)).toEqual([]);
    });
  }

  it("has met everything that it is to be proof against", () => {
    expect(all.seeds).toBe(SEEDS);
    expect(all.alerts / SEEDS).toBeGreaterThan(8);
    expect(all.orders / SEEDS).toBeGreaterThan(5);
    expect(ASKED.filter((step) => all.faultsAt(step) < 50)).toEqual([]);
    expect(WAYS.filter((event) => all.seen(event) < 5)).toEqual([]);
  });
});
