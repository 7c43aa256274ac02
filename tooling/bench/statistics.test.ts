import { describe, expect, it } from "vitest";
import { median, percentile } from "./statistics.ts";

describe("percentile", () => {
  it("is one of the samples, whatever their order", () => {
    expect(percentile([40, 10, 30, 20], 50)).toBe(20);
    expect(percentile([40, 10, 30, 20], 99)).toBe(40);
  });

  it("leaves one of 150 samples above the 99th", () => {
    const samples = Array.from({ length: 150 }, (_, index) => index + 1);
    expect(percentile(samples, 99)).toBe(149);
  });

  it("of nothing is not a number", () => {
    expect(percentile([], 50)).toBeNaN();
  });
});

describe("median", () => {
  it("of an even count lies between the two in the middle", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("of an odd count is the one in the middle", () => {
    expect(median([9, 1, 5])).toBe(5);
  });
});
