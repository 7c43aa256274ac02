import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

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

  it("closes at the market although its entry is a limit order", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, { action: "long", orderType: "limit", price: "90", quantity: "2" });
    const { orders } = await desk.attempt(2);

    expect(orders).toMatchObject([
      { type: "market", referencePrice: "90", reduceOnly: true },
      { type: "limit", price: "90", reduceOnly: false },
    ]);
    expect(orders[0]).not.toHaveProperty("price");
  });

  it("keeps its entry back while the close is at work, and asks for the close until it has filled", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, { action: "long", quantity: "2" });
    const working = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
    const { stops } = await desk.attempt(2, { c: working });
    expect(stops).toEqual(["the opposite position is still being closed"]);
    expect(await desk.leg(2, "e")).toMatchObject({ status: "planned" });
    await desk.advance(2_000);
    const { lease, tasks } = await desk.go(2);
    expect(tasks).toMatchObject([
      { do: "ask", leg: "c" },
      { do: "place", leg: "e" },
    ]);

    expect(await desk.sending(2, "e", lease, desk.order(2, "c"))).toMatchObject({ status: "go" });
  });

  it("whose entry was superseded has not ended while its close rests", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, { action: "long" });
    const working = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
    await desk.attempt(2, { c: working });
    await desk.accept(3, { action: "close" });
    expect(await desk.view(2)).toMatchObject({ outcome: "working" });
    await desk.advance(2_000);
    const { lease } = await desk.go(2, "watch");
    await desk.settle(2, lease, desk.order(2, "c", { ...working, status: "rejected" }));

    expect(await desk.view(2)).toMatchObject({ outcome: "rejected" });
    const settled = desk.published.filter((each) => each.type === "signal.settled" && each.requestId === id(2));
    expect(settled.map((each) => each.type === "signal.settled" && each.data.outcome)).toEqual(["working", "rejected"]);
  });

  it("whose entry filled is filled, whatever the venue says of its close later", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, { action: "long", quantity: "2" });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease);
    await desk.send(2, "e", lease, desk.order(2, "c"));
    await desk.settle(2, lease, desk.order(2, "e", { quantity: "2", filledQuantity: "2" }));
    desk.sql.exec(`UPDATE legs SET order_status = 'cancelled', filled_quantity = '0' WHERE leg = 'c'`);
    desk.restart();
    await desk.host.poke();
    desk.sql.exec(`UPDATE signals SET due_at = 1, settled_quantity = '0' WHERE request_id = ?`, id(2));
    await desk.host.poke();

    expect(await desk.view(2)).toMatchObject({ outcome: "filled", reason: expect.stringContaining("Filled 2 of 2") });
  });

  it.each([
    ["a reversal", { action: "long" }],
    ["a limited reversal", { action: "long", orderType: "limit" }],
    ["a target", { action: "target", quantity: undefined, size: { target: "1" } }],
    ["a target of nothing", { action: "target", quantity: undefined, size: { target: "0" } }],
  ] as const)("of which a later exit supersedes the entry still closes: %s", async (_, over) => {
    const desk = new Desk();
    await desk.open(1, { action: "short" });
    await desk.accept(2, over);
    await desk.accept(3, { action: "close_long" });
    const { orders } = await desk.attempt(2);

    expect(orders).toMatchObject([{ side: "buy", quantity: "1", type: "market", reduceOnly: true }]);
    expect((await desk.position())?.quantity).toBe("0");
    expect(await desk.claim(3)).toMatchObject({ status: "go" });
  });
});
