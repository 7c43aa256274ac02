import { describe, expect, it } from "vitest";
import type { VenueOrder } from "#contracts/order";
import type { Signal } from "#contracts/signal";
import { Desk, id } from "../testing/desk.ts";

const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
const unknown = { kind: "unknown", reason: "timed out" } as const;

function to(target: string, over: Partial<Signal> = {}): Partial<Signal> {
  return { action: "target", quantity: undefined, size: { target }, ...over };
}

/** A desk that holds this net position. */
async function holding(quantity: string, over: Partial<Signal> = {}): Promise<Desk> {
  const desk = new Desk();
  const short = quantity.startsWith("-");
  if (quantity !== "0")
    await desk.open(1, { action: short ? "sell" : "buy", quantity: quantity.replace("-", ""), ...over });
  return desk;
}

function cancelled(filledQuantity: string): Partial<VenueOrder> {
  return { status: "cancelled", filledQuantity, averagePrice: filledQuantity === "0" ? undefined : "100" };
}

describe("a target position", () => {
  it.each([
    ["opens from nothing", "0", "2", [{ side: "buy", quantity: "2", reduceOnly: false }]],
    ["opens a short from nothing", "0", "-2", [{ side: "sell", quantity: "2", reduceOnly: false }]],
    ["adds what is missing", "1", "3", [{ side: "buy", quantity: "2", reduceOnly: false }]],
    ["adds what is missing to a short", "-1", "-1.5", [{ side: "sell", quantity: "0.5", reduceOnly: false }]],
    ["closes what is too much", "3", "1", [{ side: "sell", quantity: "2", reduceOnly: true }]],
    ["closes what is too much of a short", "-3", "-1", [{ side: "buy", quantity: "2", reduceOnly: true }]],
    ["closes everything at zero", "3", "0", [{ side: "sell", quantity: "3", reduceOnly: true }]],
    [
      "closes, then opens, through zero",
      "2",
      "-3",
      [
        { side: "sell", quantity: "2", reduceOnly: true },
        { side: "sell", quantity: "3", reduceOnly: false },
      ],
    ],
  ])("%s", async (_, held, target, expected) => {
    const desk = await holding(held);
    await desk.accept(2, to(target));
    const { orders, end } = await desk.attempt(2);

    expect(orders).toMatchObject(expected);
    expect(end).toEqual({ status: "ok", outcome: "filled" });
    expect(await desk.position()).toMatchObject({ quantity: target });
  });

  it("said twice is traded once", async () => {
    const desk = await holding("1");
    await desk.accept(2, to("3"));
    await desk.accept(3, to("3"));
    await desk.attempt(2);
    const { orders } = await desk.attempt(3);

    expect(orders).toEqual([]);
    expect(await desk.view(3)).toMatchObject({
      outcome: "superseded",
      reason: "The position is already at the target of 3, so nothing was traded.",
    });
  });

  it("of nothing with nothing open is reached already", async () => {
    const desk = await holding("0");
    await desk.accept(2, to("0"));
    await desk.attempt(2);

    expect(await desk.view(2)).toMatchObject({ outcome: "superseded" });
  });

  it("nearer than the venue's step is reached", async () => {
    const desk = await holding("0.99");
    desk.facts = { quantityStep: "0.02" };
    await desk.accept(2, to("1"));
    await desk.attempt(2);

    expect(await desk.view(2)).toMatchObject({
      outcome: "superseded",
      reason: "The position of 0.99 is as near to the target of 1 as the venue's step of 0.02 allows.",
    });
  });

  it("through zero trades what rounding left of the close with its entry", async () => {
    const desk = await holding("0.015");
    desk.facts = { quantityStep: "0.01" };
    await desk.accept(2, to("-0.02"));
    const { orders } = await desk.attempt(2, { c: { filledQuantity: "0.01" } });

    expect(orders).toMatchObject([{ quantity: "0.015" }, { side: "sell", quantity: "0.025", reduceOnly: false }]);
  });

  it("is measured by what is open when it is sent", async () => {
    const desk = await holding("1");
    await desk.accept(2, { quantity: "1" });
    await desk.accept(3, to("3"));
    await desk.attempt(2);

    expect((await desk.attempt(3)).orders).toMatchObject([{ side: "buy", quantity: "1" }]);
  });

  it("that was planned as an entry only reduces when more was filled meanwhile", async () => {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit" });
    await desk.attempt(1, { e: resting });
    await desk.accept(2, to("0.4"));
    const { lease, tasks } = await desk.go(2);
    expect(tasks).toMatchObject([
      { do: "cancel", leg: "e" },
      { do: "place", leg: "e" },
    ]);
    const reply = await desk.sending(2, "e", lease, desk.order(1, "e"));
    expect(reply).toEqual({ status: "stop", reason: "the position must be reduced first" });
    await desk.settle(2, lease);
    await desk.advance(1_000);
    const { orders } = await desk.attempt(2);

    expect(orders).toMatchObject([{ side: "sell", quantity: "0.6", reduceOnly: true }]);
    expect(await desk.position()).toMatchObject({ quantity: "0.4" });
  });

  it("waits for what an emergency close is about to sell, and then buys it again", async () => {
    const desk = await holding("1", { stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: { kind: "rejected", reason: "would trigger at once" } }, "watch");
    await desk.accept(2, to("1"));
    const { stops } = await desk.attempt(2);
    expect(stops).toEqual(["an older order of this symbol is still at the venue, or about to be sent"]);
    await desk.attempt(1, {}, "watch");
    await desk.advance(2_000);
    const { orders } = await desk.attempt(2);

    expect(orders).toMatchObject([{ side: "buy", quantity: "1" }]);
  });

  it("is reached once the emergency closes of what is open are left to a person", async () => {
    const desk = await holding("1", { stopLoss: { percent: "2" } });
    const no = { kind: "rejected", reason: "not now" } as const;
    await desk.attempt(1, { s1: no }, "watch");
    for (let times = 0; times < 5; times += 1) {
      await desk.attempt(1, { x: no, x2: no, x3: no, x4: no, x5: no }, "watch");
      await desk.advance(60_000);
    }
    await desk.accept(2, to("1"));
    await desk.attempt(2);

    expect(await desk.view(2)).toMatchObject({ reason: expect.stringContaining("already at the target") });
  });

  it("that was planned as a close opens when the position is gone meanwhile", async () => {
    const desk = await holding("3", { stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.accept(2, to("1"));
    const { lease } = await desk.go(2);
    const stopped = desk.order(1, "s1", { quantity: "3", filledQuantity: "3", averagePrice: "98" });
    expect(await desk.sending(2, "c", lease, stopped)).toEqual({
      status: "stop",
      reason: "there is nothing to close first",
    });
    await desk.settle(2, lease);
    await desk.advance(1_000);

    expect((await desk.attempt(2)).orders).toMatchObject([{ side: "buy", quantity: "1", reduceOnly: false }]);
    expect(await desk.view(2)).toMatchObject({ outcome: "filled" });
  });

  it("as a limit order rests when it only reduces, and closes at the market before it opens", async () => {
    const limit = { orderType: "limit", price: "110" } as const;
    const reducing = await holding("3");
    await reducing.accept(2, to("1", limit));
    expect((await reducing.attempt(2)).orders).toMatchObject([{ type: "limit", price: "110", reduceOnly: true }]);

    const turning = await holding("3");
    await turning.accept(2, to("-1", limit));
    expect((await turning.attempt(2)).orders).toMatchObject([
      { type: "market", reduceOnly: true },
      { type: "limit", price: "110", reduceOnly: false },
    ]);
  });

  it("does not open when its close was rejected", async () => {
    const desk = await holding("2");
    await desk.accept(2, to("-1"));
    const { orders, end } = await desk.attempt(2, { c: { kind: "rejected", reason: "market closed" } });

    expect(orders).toHaveLength(1);
    expect(end).toEqual({ status: "ok", outcome: "rejected" });
  });

  it("is not sent again while its order is in doubt, and not twice when that proves filled", async () => {
    const desk = await holding("1");
    await desk.accept(2, to("3"));
    await desk.attempt(2, { e: unknown });
    await desk.accept(3, to("3"));
    expect(await desk.claim(3)).toMatchObject({ status: "later" });
    desk.now += 2_000;
    const { lease, tasks } = await desk.go(2);
    expect(tasks).toMatchObject([{ do: "ask", leg: "e" }]);
    await desk.settle(2, lease, desk.order(2, "e", { quantity: "2", filledQuantity: "2" }));

    expect((await desk.attempt(3)).orders).toEqual([]);
    expect(await desk.position()).toMatchObject({ quantity: "3" });
  });

  it("guards what it opened with its own stop", async () => {
    const desk = await holding("1");
    await desk.accept(2, to("3", { stopLoss: { percent: "2" } }));
    await desk.attempt(2);

    expect((await desk.attempt(2, {}, "watch")).orders).toMatchObject([{ type: "stop", side: "sell", quantity: "2" }]);
  });
});

describe("orders that rest when a target comes", () => {
  it("are cancelled, and what they filled until then counts", async () => {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit", quantity: "5" });
    await desk.attempt(1, { e: resting });
    await desk.accept(2, to("1"));
    const { lease } = await desk.go(2);
    const order = await desk.send(2, "e", lease, desk.order(1, "e", cancelled("0.4")));
    await desk.settle(2, lease, desk.order(2, "e", { quantity: order.quantity, filledQuantity: order.quantity }));

    expect(order).toMatchObject({ side: "buy", quantity: "0.6" });
    expect(await desk.position()).toMatchObject({ quantity: "1" });
    expect((await desk.view(1)).legs.map((leg) => leg.leg)).toEqual(["e"]);
  });

  it("are the older target's too: the younger replaces its order", async () => {
    const desk = new Desk();
    await desk.accept(1, to("1", { orderType: "limit", price: "90" }));
    await desk.attempt(1, { e: resting });
    await desk.accept(2, to("1", { orderType: "limit", price: "95" }));
    const { lease } = await desk.go(2);

    expect(await desk.send(2, "e", lease, desk.order(1, "e", cancelled("0")))).toMatchObject({ quantity: "1" });
    await desk.settle(2, lease, desk.order(2, "e", resting));
    expect(await desk.view(1)).toMatchObject({
      outcome: "superseded",
      reason: `Superseded by a later target (${id(2)}).`,
    });
  });

  it("include closes, which would sell what the target keeps", async () => {
    const desk = await holding("3");
    await desk.accept(2, { action: "close_long", quantity: "2", orderType: "limit", price: "110" });
    await desk.attempt(2, { c: resting });
    await desk.accept(3, to("1"));
    const { lease, tasks } = await desk.go(3);
    expect(tasks).toMatchObject([
      { do: "cancel", leg: "c" },
      { do: "place", leg: "c" },
    ]);

    expect(await desk.send(3, "c", lease, desk.order(2, "c", cancelled("0")))).toMatchObject({ quantity: "2" });
  });

  it("keep it waiting until the venue says that they are gone", async () => {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit" });
    await desk.attempt(1, { e: resting });
    await desk.accept(2, to("1"));
    const { lease } = await desk.go(2);

    expect(await desk.sending(2, "e", lease)).toEqual({
      status: "stop",
      reason: "an older order of this symbol is still at the venue, or about to be sent",
    });
    expect(await desk.leg(2, "e")).toMatchObject({ status: "planned" });
  });

  it("are closed when they prove to have filled after all", async () => {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit" });
    await desk.attempt(1, { e: resting });
    await desk.accept(2, to("1"));
    const { lease } = await desk.go(2);
    await desk.send(2, "e", lease, desk.order(1, "e", cancelled("0")));
    await desk.settle(2, lease, desk.order(2, "e"), desk.order(1, "e", cancelled("0.3")));

    expect(await desk.leg(1, "x")).toMatchObject({ status: "planned" });
    expect((await desk.attempt(1, {}, "watch")).orders).toMatchObject([{ side: "sell", quantity: "0.3" }]);
    expect(await desk.position()).toMatchObject({ quantity: "1" });
  });

  it("guard a position on, but on spot let go of what is closed", async () => {
    const spot = await holding("3", { symbol: "BTCUSDT", stopLoss: { percent: "2" } });
    await spot.attempt(1, { s1: resting }, "watch");
    await spot.accept(2, to("1", { symbol: "BTCUSDT" }));
    expect((await spot.go(2)).tasks).toMatchObject([
      { do: "cancel", leg: "s1" },
      { do: "place", leg: "c" },
    ]);

    const perpetual = await holding("3", { stopLoss: { percent: "2" } });
    await perpetual.attempt(1, { s1: resting }, "watch");
    await perpetual.accept(2, to("1"));
    expect((await perpetual.go(2)).tasks).toMatchObject([{ do: "place", leg: "c" }]);
  });
});

describe("an exit behind an unsent target", () => {
  it.each([
    ["of everything", "2", { action: "close" }],
    ["of its side", "2", { action: "close_long" }],
    ["of a short one's side", "-2", { action: "close_short" }],
    ["of as much", "2", { action: "close_long", quantity: "2" }],
  ] as const)("%s supersedes it", async (_, target, exit) => {
    const desk = new Desk();
    await desk.accept(1, to(target));
    await desk.accept(2, { quantity: undefined, ...exit });

    expect(await desk.view(1)).toMatchObject({ outcome: "superseded" });
  });

  it.each([
    ["of the other side", { action: "close_short", quantity: undefined }],
    ["of less", { action: "close_long", quantity: "1" }],
  ] as const)("%s leaves it its turn", async (_, exit) => {
    const desk = new Desk();
    await desk.accept(1, to("2"));
    await desk.accept(2, exit);

    expect(await desk.claim(1)).toMatchObject({ status: "go" });
  });
});

describe("two targets in a lane", () => {
  it("are traded in the order in which they were accepted", async () => {
    const desk = new Desk();
    await desk.accept(1, to("2"));
    await desk.accept(2, to("-1"));
    expect(await desk.claim(2)).toMatchObject({ status: "later" });
    await desk.attempt(1);
    await desk.attempt(2);

    expect(await desk.position()).toMatchObject({ quantity: "-1" });
  });
});
