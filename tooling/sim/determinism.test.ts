import { expect, it } from "vitest";
import { runSeed } from "./run.ts";

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
