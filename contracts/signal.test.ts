import { describe, expect, it } from "vitest";
import { size, sizeProblem, sizeWords } from "./signal.ts";

describe("a size", () => {
  it.each([
    [{ quote: "250" }, "250 USDT"],
    [{ percentOfEquity: "5" }, "5 % of equity"],
    [{ percentOfPosition: "50" }, "50 % of the position"],
    [{ target: "-0.5" }, "target -0.5"],
  ])("%j reads as %s", (written, words) => {
    expect(sizeWords(size.parse(written), "BTCUSDT.P")).toBe(words);
  });

  it.each([[{ quote: "250", percentOfEquity: "5" }], [{ quote: "0" }], [{ lots: "1" }], [{}]])(
    "is not %j",
    (written) => {
      expect(size.safeParse(written).success).toBe(false);
    },
  );
});

describe("how much a signal trades", () => {
  it.each([
    [{ action: "buy", quantity: "1", size: { quote: "5" } }, "a quantity and a size were both given"],
    [{ action: "buy" }, "no quantity was given"],
    [{ action: "target" }, "a target position needs a size that names it"],
    [{ action: "target", quantity: "1" }, "a target position needs a size that names it"],
    [{ action: "long", size: { target: "1" } }, "long cannot have a target position"],
    [{ action: "buy", size: { percentOfPosition: "50" } }, "a percentage of the position can only be closed"],
    [{ action: "close" }, undefined],
    [{ action: "close", size: { percentOfPosition: "50" } }, undefined],
    [{ action: "target", size: { target: "-1" } }, undefined],
    [{ action: "short", size: { percentOfEquity: "5" } }, undefined],
  ] as const)("as %j: %s", (of, problem) => {
    expect(sizeProblem({ quantity: undefined, size: undefined, ...of })).toBe(problem);
  });
});
