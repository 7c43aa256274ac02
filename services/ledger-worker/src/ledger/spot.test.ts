import { describe, expect, it } from "vitest";
import { Desk } from "../testing/desk.ts";

const spot = { symbol: "BTCUSDT" } as const;
const stopLoss = { price: "90" } as const;
const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;

describe("a sale of a spot coin", () => {
  it("takes at most what was bought here, of which a fee may have kept a part", async () => {
    const desk = new Desk();
    await desk.open(1, spot, { filledQuantity: "0.999" });
    await desk.accept(2, { ...spot, action: "sell", quantity: "1" });

    expect((await desk.attempt(2)).orders).toMatchObject([{ side: "sell", quantity: "0.999" }]);
    expect(await desk.position("BTCUSDT")).toMatchObject({ quantity: "0" });
  });

  it.each(["sell", "short"] as const)("takes nothing of coins that no signal bought: %s", async (action) => {
    const desk = new Desk();
    await desk.accept(1, { ...spot, action, quantity: "1" });

    expect((await desk.attempt(1)).orders).toEqual([]);
    expect(await desk.view(1)).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("is a spot symbol and cannot go short"),
    });
  });

  it("takes nothing that another sale is about to take", async () => {
    const desk = new Desk();
    await desk.open(1, spot);
    await desk.accept(2, { ...spot, action: "sell", quantity: "0.6", orderType: "limit" });
    await desk.attempt(2, { e: resting });
    await desk.accept(3, { ...spot, action: "sell", quantity: "0.6" });

    expect((await desk.attempt(3)).orders).toMatchObject([{ quantity: "0.4" }]);
  });

  it("has the stop let go of the coins before, and what is left guarded again", async () => {
    const desk = new Desk();
    await desk.accept(1, { ...spot, stopLoss });
    await desk.attempt(1);
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.accept(2, { ...spot, action: "sell", quantity: "0.4" });
    const { tasks } = await desk.go(2);

    expect(tasks.map((task) => [task.do, task.leg])).toEqual([
      ["cancel", "s1"],
      ["place", "e"],
    ]);
  });
});
