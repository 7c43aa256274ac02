import { describe, expect, it } from "vitest";
import { Desk } from "../testing/desk.ts";

const unknown = { kind: "unknown", reason: "timed out" } as const;

describe("a reversal", () => {
  it("closes the opposite position, then opens its own quantity", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short", quantity: "2" });
    await desk.accept(2, { action: "long", quantity: "3" });
    const { tasks, orders } = await desk.attempt(2);

    expect(tasks).toMatchObject([{ leg: "c" }, { leg: "e" }]);
    expect(orders).toMatchObject([
      { side: "buy", quantity: "2", reduceOnly: true },
      { side: "buy", quantity: "3", reduceOnly: false },
    ]);
    expect(await desk.position()).toMatchObject({ quantity: "3" });
  });

  it("without an opposite position only opens", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "long" });
    await desk.accept(2, { action: "long" });

    expect((await desk.attempt(2)).tasks).toMatchObject([{ leg: "e" }]);
  });

  it("does not open when its close was rejected", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, { action: "long" });
    const { orders, end } = await desk.attempt(2, { c: { kind: "rejected", reason: "market closed" } });

    expect(orders).toHaveLength(1);
    expect(end).toEqual({ status: "ok", outcome: "rejected" });
    expect(await desk.view(2)).toMatchObject({ reason: "The opposite position was not closed first: market closed." });
  });

  it("does not open while its close is unknown", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, { action: "long" });
    const { orders, stops } = await desk.attempt(2, { c: unknown });

    expect(orders).toHaveLength(1);
    expect(stops).toEqual(["the opposite position must be closed first"]);
  });

  it("opens once its doubtful close proves filled", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, { action: "long" });
    await desk.attempt(2, { c: unknown });
    desk.now += 2_000;
    const { lease, tasks } = await desk.go(2);
    expect(tasks).toMatchObject([
      { do: "ask", leg: "c" },
      { do: "place", leg: "e" },
    ]);

    expect(await desk.sending(2, "e", lease, desk.order(2, "c"))).toMatchObject({ status: "go" });
  });

  it("a net order closes and opens in one", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "sell", quantity: "1" });
    await desk.open(2, { action: "buy", quantity: "3" });

    expect(await desk.position()).toMatchObject({ quantity: "2" });
  });
});
