import { describe, expect, it } from "vitest";
import { applyFill, flat } from "./position.ts";

function after(...fills: [side: "buy" | "sell", quantity: string, price: string][]) {
  return fills.reduce(
    (position, [side, quantity, price]) => applyFill(position, { side, quantity, price, fee: "1" }),
    flat("BTCUSDT.P"),
  );
}

describe("a position", () => {
  it("averages the entry price when it grows", () => {
    expect(after(["buy", "1", "100"], ["buy", "3", "200"])).toMatchObject({
      quantity: "4",
      averagePrice: "175",
      fees: "2",
    });
  });

  it("realises profit against the average when it shrinks, and keeps the average", () => {
    expect(after(["buy", "2", "100"], ["sell", "1", "130"])).toMatchObject({
      quantity: "1",
      averagePrice: "100",
      realisedProfit: "30",
    });
  });

  it("earns on a fall when short", () => {
    expect(after(["sell", "2", "100"], ["buy", "2", "90"])).toMatchObject({ quantity: "0", realisedProfit: "20" });
  });

  it("has no average price when flat", () => {
    expect(after(["buy", "1", "100"], ["sell", "1", "100"]).averagePrice).toBeUndefined();
  });

  it("turns over at the price of the fill that crosses zero", () => {
    expect(after(["buy", "1", "100"], ["sell", "3", "110"])).toMatchObject({
      quantity: "-2",
      averagePrice: "110",
      realisedProfit: "10",
    });
  });

  it("averages a growing short", () => {
    expect(after(["sell", "1", "100"], ["sell", "1", "200"])).toMatchObject({ quantity: "-2", averagePrice: "150" });
  });
});
