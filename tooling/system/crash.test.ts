import { describe, expect, it } from "vitest";
import { crashRounds } from "./crash/rounds.ts";

describe("SIGKILL of the whole mesh with alerts in flight", () => {
  it("loses, doubles and inverts nothing, by the book of a venue that was not killed", async () => {
    const report = await crashRounds({ rounds: 1, seed: 1, note: () => undefined });

    expect(report.violations).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(0);
    expect(report.booked).toBeGreaterThan(0);
  }, 360_000);
});
