import { describe, expect, it } from "vitest";
import { add, decimal, divide, multiply, parseDecimal, roundToStep, subtract, positiveDecimal } from "./decimal.ts";

describe("reading a decimal", () => {
  it.each([
    [" 1.50 ", "1.5"],
    ["0.001", "0.001"],
    [".5", "0.5"],
    ["5.", "5"],
    ["1e-7", "0.0000001"],
    ["-0", "0"],
    ["+3", "3"],
    ["0.1234567890123456789", "0.1234567890123456789"],
    [1e-7, "0.0000001"],
    [100000, "100000"],
  ])("understands %j as %s", (given, canonical) => {
    expect(parseDecimal(given)).toBe(canonical);
  });

  it.each(["", "abc", "1,5", "0x10", "NaN", "Infinity", "1e999", "1 2", "5%", Number.NaN, Infinity])(
    "refuses %j",
    (given) => {
      expect(parseDecimal(given)).toBeUndefined();
    },
  );

  it.each(["1e-7", "01", "1.", ".5", " 1", "+1", ""])("takes %j for no canonical form", (given) => {
    expect(decimal.safeParse(given).success).toBe(false);
  });
});

describe("decimal arithmetic", () => {
  it("has no float's rounding", () => {
    expect(add("0.1", "0.2")).toBe("0.3");
    expect(subtract("0.3", "0.1")).toBe("0.2");
    expect(multiply("1.1", "1.1")).toBe("1.21");
  });

  it("rounds a division toward zero at 20 places", () => {
    expect(divide("2", "3")).toBe("0.66666666666666666666");
  });

  it.each([
    ["0.0129", "0.001", "0.012"],
    ["-0.0129", "0.001", "-0.012"],
    ["0.0009", "0.001", "0"],
    ["7", "5", "5"],
  ])("cuts %s to the step %s: %s", (value, step, cut) => {
    expect(roundToStep(value, step)).toBe(cut);
  });
});

describe("a positive decimal", () => {
  it.each(["much", "", "1e3", "0", "-1"])("is not %j, and saying so never throws", (text) => {
    expect(positiveDecimal.safeParse(text).success).toBe(false);
  });
});
