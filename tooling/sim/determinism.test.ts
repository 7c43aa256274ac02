import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it, vi } from "vitest";
import { runMany } from "./pool.ts";
import { runSeed, type SeedResult } from "./run.ts";
import { World } from "./world.ts";

it("gives the same trace for the same seed, whatever ran before", async () => {
  const first = await runSeed({ seed: 11, trace: true });
  await runSeed({ seed: 12 });
  const again = await runSeed({ seed: 11, trace: true });
  expect(again.trace.length).toBeGreaterThan(500);
  expect(again.trace).toEqual(first.trace);
  expect(again.events).toBe(first.events);
});

it("gives another trace for another seed", async () => {
  const [one, other] = [await runSeed({ seed: 11, trace: true }), await runSeed({ seed: 12, trace: true })];
  expect(one.trace).not.toEqual(other.trace);
});

it("does the same with and without a trace", async () => {
  const [loud, quiet] = [await runSeed({ seed: 13, trace: true }), await runSeed({ seed: 13 })];
  expect(quiet.events).toBe(loud.events);
  expect(quiet.schedule).toEqual(loud.schedule);
});

it("does the same with its whole schedule kept as without choosing", async () => {
  const whole = await runSeed({ seed: 14 });
  const kept = await runSeed({ seed: 14, keep: new Set(whole.schedule) });
  expect(kept.events).toBe(whole.events);
  expect(kept.schedule).toEqual(whole.schedule);
});

it("does the same in a thread's bundle, where lines that nobody reads are counted", async () => {
  const bundled: SeedResult[] = [];
  await runMany({ seeds: [15, 16], jobs: 1, onResult: (result) => bundled.push(result) });
  for (const result of bundled) {
    const { events, schedule, seen } = await runSeed({ seed: result.seed });
    expect(result).toMatchObject({ events, schedule });
    expect([...result.seen].toSorted()).toEqual([...seen].toSorted());
  }
});

it("does the same whenever memory is collected", { timeout: 60_000 }, async () => {
  const calm = await runSeed({ seed: 15, trace: true });
  const pressed = await underPressure(() => runSeed({ seed: 15, trace: true }));
  expect(pressed.collections).toBeGreaterThan(10);
  expect(pressed.result.trace).toEqual(calm.trace);
  expect(pressed.result.schedule).toEqual(calm.schedule);
  expect([...pressed.result.coverage.cells]).toEqual([...calm.coverage.cells]);
});

/** Makes garbage and has it collected between events, so that whatever is held weakly is gone as soon as it can be. */
async function underPressure(run: () => Promise<SeedResult>): Promise<{ result: SeedResult; collections: number }> {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const { plan } = World.prototype;
  let planned = 0;
  let collections = 0;
  const spy = vi.spyOn(World.prototype, "plan").mockImplementation(function (this: World, ...of) {
    planned += 1;
    if (planned % 100 === 0) {
      Array.from({ length: 10_000 }, (_, index) => ({ index }));
      collect();
      collections += 1;
    }
    return plan.apply(this, of);
  });
  try {
    const result = await run();
    return { result, collections };
  } finally {
    spy.mockRestore();
  }
}
