import { describe, expect, it } from "vitest";
import { usualSilence } from "./cadence.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday. */
const START = Date.parse("2026-11-02T00:00:00.000Z");

/** An alert a quarter of an hour from eight to four on each of the weekdays, up to then, the latest first. */
function officeHours(until: number): number[] {
  const times: number[] = [];
  for (let at = START; at <= until; at += 15 * MINUTE) {
    const hour = (at % DAY) / HOUR;
    const weekday = Math.floor((at - START) / DAY) % 7 < 5;
    if (weekday && hour >= 8 && hour <= 16) times.push(at);
  }
  return times.toReversed().slice(0, 200);
}

describe("the usual silence of a strategy", () => {
  it("is unknown of one that has sent little", () => {
    expect(usualSilence(officeHours(START + 10 * HOUR))).toBeUndefined();
  });

  it("by day is as short as its alerts are apart", () => {
    expect(usualSilence(officeHours(START + 9 * DAY + 12 * HOUR))).toBe(15 * MINUTE);
  });

  it("after its last alert of a day is a night, though nearly all of its silences are short", () => {
    expect(usualSilence(officeHours(START + 3 * DAY + 16 * HOUR))).toBe(16 * HOUR);
  });

  it("is a weekend where one has followed at that time of day", () => {
    expect(usualSilence(officeHours(START + 8 * DAY + 16 * HOUR))).toBe(64 * HOUR);
  });
});
