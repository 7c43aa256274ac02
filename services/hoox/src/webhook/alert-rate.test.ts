import { describe, expect, it } from "vitest";
import { FakeClock } from "../fakes.ts";
import { createAlertRate } from "./alert-rate.ts";
import type { RateLimit } from "./ports.ts";

const FULL: RateLimit = { limit: async () => ({ success: false }) };

/** How many alerts pass before the first that is stopped. */
async function passedBy(binding: RateLimit, clock = new FakeClock()): Promise<number> {
  const allow = createAlertRate(binding, clock);
  for (let passed = 0; passed < 1_000; passed += 1) if (!(await allow("default"))) return passed;
  return Infinity;
}

describe("the guard against a flood", () => {
  it("never waits for the binding at the rate of an ordinary sender", async () => {
    expect(await passedBy(FULL)).toBeGreaterThan(60);
  });

  it("stops a flood once the binding says so", async () => {
    expect(await passedBy(FULL)).toBeLessThan(600);
  });

  it("lets alerts through while the binding does", async () => {
    expect(await passedBy({ limit: async () => ({ success: true }) })).toBe(Infinity);
  });

  it("loses no alert to a binding that fails", async () => {
    expect(await passedBy({ limit: () => Promise.reject(new Error("down")) })).toBe(Infinity);
  });

  it("starts anew each minute", async () => {
    const clock = new FakeClock();
    const allow = createAlertRate(FULL, clock);
    while (await allow("default"));
    clock.advance(60_000);

    expect(await allow("default")).toBe(true);
  });

  it("counts every key by itself", async () => {
    const allow = createAlertRate(FULL, new FakeClock());
    while (await allow("one"));

    expect(await allow("other")).toBe(true);
  });
});
