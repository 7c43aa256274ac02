import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

const unknown = { kind: "unknown", reason: "timed out" } as const;
const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
const none = { ...resting, status: "cancelled" } as const;

/** A long position whose stop stands. */
async function guarded(): Promise<Desk> {
  const desk = new Desk();
  await desk.open(1, { stopLoss: { percent: "2" } });
  await desk.attempt(1, { s1: resting }, "watch");
  return desk;
}

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

  it.each([
    ["found nothing to close", none],
    ["was refused", { kind: "rejected", reason: "there is no position that it could reduce" }],
  ] as const)("opens when a stop has closed what it was to close first, and its close %s", async (_, answer) => {
    const desk = await guarded();
    await desk.accept(2, { action: "short" });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease);
    const said = "kind" in answer ? desk.evidence(2, "c", answer) : desk.order(2, "c", answer);
    await desk.send(2, "e", lease, said, desk.order(1, "s1"));
    await desk.settle(2, lease, desk.order(2, "e"));

    expect(await desk.position()).toMatchObject({ quantity: "-1" });
    expect(await desk.view(2)).toMatchObject({ outcome: "filled", reason: "Filled 1 of 1 at 100." });
  });

  it("opens later, too, when its stop had closed the position by the end of the attempt", async () => {
    const desk = await guarded();
    await desk.accept(2, { action: "short" });
    await desk.attempt(2, { c: resting });
    await desk.advance(2_000);
    const { lease } = await desk.go(2);
    await desk.settle(2, lease, desk.order(2, "c", none), desk.order(1, "s1"));
    await desk.advance(2_000);
    const { orders } = await desk.attempt(2);

    expect(orders).toMatchObject([{ side: "sell", quantity: "1", reduceOnly: false }]);
  });

  it("asks for the stop before it believes that its close was refused for good", async () => {
    const desk = await guarded();
    await desk.accept(2, { action: "short" });
    await desk.attempt(2, { c: { kind: "rejected", reason: "there is no position that it could reduce" } });
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "s1"));
    await desk.advance(2_000);
    const { orders } = await desk.attempt(2);

    expect(orders).toMatchObject([{ side: "sell", quantity: "1", reduceOnly: false }]);
    expect(await desk.view(2)).toMatchObject({ outcome: "filled", reason: "Filled 1 of 1 at 100." });
  });

  it("is filled by its entry when a stop has closed what was cut off its close", async () => {
    const desk = await guarded();
    desk.facts = { maxMarketQuantity: "0.4", quantityStep: "0.1" };
    await desk.accept(2, { action: "short", quantity: "0.3" });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease);
    desk.now += 1_000;
    await desk.send(2, "e", lease, desk.order(2, "c", { ...none, quantity: "0.4" }), desk.order(1, "s1"));
    await desk.settle(2, lease, desk.order(2, "e", { quantity: "0.3", filledQuantity: "0.3" }));

    expect(await desk.view(2)).toMatchObject({ outcome: "filled" });
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
    const { stops } = await desk.attempt(2, { c: resting });
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
    await desk.attempt(2, { c: resting });
    await desk.accept(3, { action: "close" });
    expect(await desk.view(2)).toMatchObject({ outcome: "working" });
    await desk.advance(2_000);
    const { lease } = await desk.go(2, "watch");
    await desk.settle(2, lease, desk.order(2, "c", { ...resting, status: "rejected" }));

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
