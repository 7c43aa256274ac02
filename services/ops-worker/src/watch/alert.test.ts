import { describe, expect, it } from "vitest";
import { look, type AlertEvent, type AlertState, type Rule } from "./alert.ts";

const RULE: Rule = { enter: 100, leave: 20, forSeconds: 120, coolDownSeconds: 900 };
const MINUTE = 60_000;

/** A value a minute; answers what was told, with its minute. */
function told(values: readonly number[], rule: Rule = RULE): (AlertEvent & { minute: number })[] {
  let state: AlertState = {};
  return values.flatMap((value, minute) => {
    const seen = look(state, { value, at: minute * MINUTE }, rule);
    state = seen.state;
    return seen.event ? [{ ...seen.event, minute }] : [];
  });
}

/** Whole numbers, both ends included, the same for the same seed (mulberry32). */
function seeded(seed: number): (from: number, to: number) => number {
  let state = seed;
  return (from, to) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return from + Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * (to - from + 1));
  };
}

describe("an alert", () => {
  it("begins once it has lasted, ends once that is over, and says how long and how bad it was", () => {
    expect(told([0, 150, 180, 300, 250, 90, 10, 5, 0, 0])).toEqual([
      { what: "started", startedAt: MINUTE, value: 300, minute: 3 },
      { what: "ended", startedAt: MINUTE, worst: 300, minute: 8 },
    ]);
  });

  it("is silent about a spike that is shorter", () => {
    expect(told([0, 900, 900, 0, 900, 900, 0])).toEqual([]);
  });

  it("is not ended by a dip that is shorter", () => {
    expect(told([150, 150, 150, 0, 0, 150, 150]).map(({ what }) => what)).toEqual(["started"]);
  });

  it("is told again only after its cool-down", () => {
    const again = told([...Array<number>(5).fill(150), ...Array<number>(5).fill(0), ...Array<number>(30).fill(150)]);

    expect(again.map(({ what }) => what)).toEqual(["started", "ended", "started"]);
    expect((again[2]?.minute ?? 0) - (again[1]?.minute ?? 0)).toBe(15);
  });

  it("never flaps on noise that is narrower than its thresholds are apart, wherever that lies", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const integer = seeded(seed);
      const width = integer(1, RULE.enter - RULE.leave - 1);
      const base = integer(0, 150);
      const events = told(
        Array.from({ length: 300 }, () => base + integer(0, width)),
        {
          ...RULE,
          forSeconds: 0,
          coolDownSeconds: 0,
        },
      );

      expect(events.length, `seed ${seed}`).toBeLessThanOrEqual(1);
    }
  });
});
