import { availableParallelism } from "node:os";
import { beforeAll, describe, expect, it } from "vitest";
import { runMany, seedsFrom, SUITE_SEEDS as SEEDS } from "./pool.ts";
import { violationLines, type Summary } from "./report.ts";

/** Beyond them, where something real was found that no edit plants again within 2,000 seeds. */
const FOUND = [632, 1639, 1848, 3290, 3348, 3437, 3893, 5686, 6234, 6370, 6559, 8492];
/** What must have come about for a run to mean anything, as logged by the Workers. */
const WAYS = [
  "outcome filled",
  "outcome superseded",
  "outcome expired",
  "outcome halted",
  "outcome rejected",
  "outcome duplicate",
  "outcome refused",
  "order.in_doubt",
  "order.absent",
  "order.cancelled",
  "lease.expired",
  "attempt.superseded",
  "signal.hand_over_failed",
  "signal.key_reused",
  "message.parked",
  "letter.stored",
  "ledger.pruned",
  "signal.revived",
  "signal.not_revived",
];

const first = (summary: Summary): string[] => summary.violations.slice(0, 5).flatMap(violationLines);

describe("the mesh", () => {
  let summary: Summary;
  beforeAll(async () => {
    summary = await runMany({ seeds: seedsFrom(1, SEEDS), jobs: availableParallelism() });
  }, 600_000);

  it("does everything right in a world without faults", async () => {
    const calm = await runMany({ seeds: seedsFrom(1, 20), jobs: 1, storm: 0 });
    expect(first(calm)).toEqual([]);
    expect(calm.coverage.faults).toBe(0);
  });

  it(`loses, doubles and reorders nothing in ${SEEDS} seeds`, () => {
    expect(first(summary)).toEqual([]);
    expect(summary.seeds).toBe(SEEDS);
  });

  it("stays right in the seeds that once found it wrong", { timeout: 120_000 }, async () => {
    expect(first(await runMany({ seeds: FOUND, jobs: 1 }))).toEqual([]);
  });

  it("has met everything that it is to be proof against", () => {
    expect(summary.alerts / SEEDS).toBeGreaterThan(20);
    expect(summary.orders / SEEDS).toBeGreaterThan(5);
    expect(summary.coverage.gaps()).toEqual([]);
    expect(summary.coverage.unmetThings()).toEqual([]);
    expect(WAYS.filter((event) => summary.seen(event) < 5)).toEqual([]);
  });
});
