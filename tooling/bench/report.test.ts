import { describe, expect, it } from "vitest";
import { verdictOf, type Figure } from "./measure.ts";
import { asJson, asTable, overall, rounded, type Result, type Surroundings } from "./report.ts";

const surroundings: Surroundings = {
  at: "2026-11-23T21:00:00.000Z",
  quick: false,
  node: "24.21.0",
  cpus: 2,
  cpu: "some cpu",
  loadBefore: 0.1,
  loadAfter: 2,
};

function figure(of: Partial<Figure>): Figure {
  return { name: "p50", value: 1, unit: "ms", samples: 10, ...of };
}

function result(...figures: Figure[]): Result {
  return { measure: "some-measure", what: "something", seconds: 1, figures };
}

describe("a verdict", () => {
  it("of a bar that wants less is met up to the limit", () => {
    const bar = { limit: 60, better: "lower" } as const;
    expect([59, 60, 61].map((value) => verdictOf(figure({ value, bar })))).toEqual(["met", "met", "missed"]);
  });

  it("of a bar that wants more is met from the limit on", () => {
    const bar = { limit: 120, better: "higher" } as const;
    expect([119, 120].map((value) => verdictOf(figure({ value, bar })))).toEqual(["missed", "met"]);
  });

  it("of a figure that is no number is missed", () => {
    expect(verdictOf(figure({ value: Number.NaN, bar: { limit: 1, better: "higher" } }))).toBe("missed");
  });
});

describe("a report", () => {
  const missed = figure({ value: 2, bar: { limit: 1.8, better: "lower", aim: 1.5 }, note: "how it was taken" });

  it("is missed when one bar is, however many are met", () => {
    expect(overall([result(figure({})), result(missed)])).toBe("missed");
  });

  it("is failed when a measure could not measure and no bar is missed", () => {
    expect(overall([{ ...result(), error: "no mesh" }, result(figure({}))])).toBe("failed");
  });

  it("shows value, bar, aim, verdict and samples in one line", () => {
    const line = asTable([result(missed)], surroundings).split("\n")[1];
    expect(line).toMatch(/some-measure +p50 \[1\] +2 ms +≤ 1.8 ms \(aim 1.5\) +MISSED +10/);
  });

  it("writes a note once, however many figures point to it", () => {
    const text = asTable([result(missed, missed)], surroundings);
    expect(text.match(/how it was taken/g)).toHaveLength(1);
  });

  it("shows what could not be measured, and why", () => {
    expect(asTable([{ ...result(), error: "no mesh" }], surroundings)).toContain("failed: no mesh");
  });

  it("as JSON judges every figure", () => {
    const report = JSON.parse(asJson([result(missed)], surroundings));
    expect(report.verdict).toBe("missed");
    expect(report.results[0].figures[0].verdict).toBe("missed");
  });
});

describe("a rounded figure", () => {
  it("keeps the digits that mean something", () => {
    expect([0.123, 1.849, 12.34, 146.4, 21_345.6].map(rounded)).toEqual(["0.12", "1.85", "12.3", "146", "21,346"]);
  });
});
