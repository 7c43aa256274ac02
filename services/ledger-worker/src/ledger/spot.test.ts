import { describe, expect, it } from "vitest";
import { keepGuarded } from "../testing/keep-guarded.ts";
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

  it("toward a target below zero takes no more than was bought here", async () => {
    const desk = new Desk();
    await desk.open(1, spot);
    await desk.accept(2, { ...spot, action: "target", quantity: undefined, size: { target: "-1" } });

    expect((await desk.attempt(2)).orders).toMatchObject([{ quantity: "1", reduceOnly: true }]);
    expect(await desk.view(2)).toMatchObject({
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

  it("says so when another sale is about to take all", async () => {
    const desk = new Desk();
    await desk.open(1, spot);
    await desk.accept(2, { ...spot, action: "sell", quantity: "1", orderType: "limit" });
    await desk.attempt(2, { e: resting });
    await desk.accept(3, { ...spot, action: "sell", quantity: "0.6" });
    await desk.attempt(3);

    expect(await desk.view(3)).toMatchObject({
      outcome: "refused",
      reason: "An earlier order is about to sell all 1 BTCUSDT that is held here.",
    });
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

describe("a net sale that rests", () => {
  async function sellsLater() {
    const desk = new Desk();
    await desk.open(1, spot);
    await desk.accept(2, { ...spot, action: "sell", quantity: "0.6", orderType: "limit", price: "120" });
    await desk.attempt(2, { e: { ...resting, quantity: "0.6" } });
    return desk;
  }

  it.each(["close", "close_long"] as const)(
    "lets go of the coins before an exit that needs them: %s",
    async (action) => {
      const desk = await sellsLater();
      await desk.accept(3, { ...spot, action, quantity: undefined });
      const { lease, tasks } = await desk.go(3);
      expect(tasks.map((task) => [task.do, task.leg])).toEqual([
        ["cancel", "e"],
        ["place", "c"],
      ]);
      const sold = desk.order(2, "e", { status: "cancelled", quantity: "0.6", filledQuantity: "0.1" });

      expect(await desk.send(3, "c", lease, sold)).toMatchObject({ quantity: "0.9" });
      expect(await desk.titles()).not.toContainEqual(expect.stringContaining("after its exit"));
    },
  );

  it("goes on when an exit needs less than it leaves free", async () => {
    const desk = await sellsLater();
    await desk.accept(3, { ...spot, action: "close_long", quantity: "0.4" });

    expect((await desk.go(3)).tasks).toMatchObject([{ do: "place", leg: "c" }]);
  });

  it("is not sold a second time when what it leaves free cannot be guarded and must be closed", async () => {
    const desk = new Desk();
    await desk.open(1, { ...spot, stopLoss });
    await desk.accept(2, { ...spot, action: "sell", quantity: "0.6", orderType: "limit", price: "120" });
    await desk.attempt(2, { e: { ...resting, quantity: "0.6" } });
    await desk.attempt(1, { s2: { kind: "rejected", reason: "Filter failure: NOTIONAL" } }, "watch");

    expect((await desk.attempt(1, {}, "watch")).orders).toMatchObject([{ type: "market", quantity: "0.4" }]);
    const { lease, tasks } = await desk.go(2, "watch");
    expect(tasks).toMatchObject([{ do: "cancel", leg: "e" }]);
    await desk.settle(2, lease, desk.order(2, "e", { ...resting, status: "cancelled", quantity: "0.6" }));
    expect((await desk.attempt(1, {}, "watch")).orders).toMatchObject([{ type: "market", quantity: "0.6" }]);
  });
});

describe("what is left of a spot purchase and is less than a step", () => {
  const withFee = { filledQuantity: "0.9995" };

  it("has no stop, which the venue would refuse, so that nobody is asked to close it", async () => {
    const desk = new Desk();
    desk.facts = { quantityStep: "0.001" };
    await desk.open(1, { ...spot, stopLoss }, withFee);
    await desk.open(2, { ...spot, stopLoss }, withFee);
    await desk.accept(3, { ...spot, action: "close", quantity: "0.9995" });
    await desk.attempt(3, { c: { filledQuantity: "0.999" } });

    expect((await desk.attempt(1, { s1: resting }, "watch")).orders).toMatchObject([{ quantity: "0.9995" }]);
    expect((await desk.claim(2, { purpose: "watch" })).status).not.toBe("go");
  });

  it("has no stop beside a sale that rests and locks the whole steps", async () => {
    const desk = new Desk();
    desk.facts = { quantityStep: "0.001" };
    await desk.open(1, { ...spot, stopLoss }, withFee);
    await desk.accept(2, { ...spot, action: "close", quantity: "0.999", orderType: "limit", price: "120" });
    await desk.attempt(2, { c: resting });

    expect((await desk.claim(1, { purpose: "watch" })).status).not.toBe("go");
  });

  it("gives no target up, which it is too small for", async () => {
    const desk = new Desk();
    desk.facts = { quantityStep: "0.001" };
    await desk.open(1, { ...spot, stopLoss, takeProfits: [{ price: "110" }, { price: "120" }] }, withFee);
    await desk.accept(2, { ...spot, action: "close", quantity: "0.5" });
    await desk.attempt(2);
    await keepGuarded(desk, 1, { least: "1" });

    expect((await desk.view(1)).legs.filter(({ orderStatus }) => orderStatus === "working")).toHaveLength(2);
    expect(await desk.titles()).not.toContainEqual(expect.stringContaining("given up"));
  });
});

describe("targets without a stop", () => {
  it("share what an exit left, because the same coins are sold once", async () => {
    const desk = new Desk();
    await desk.open(1, { ...spot, takeProfits: [{ price: "110" }, { price: "120" }] });
    await desk.accept(2, { ...spot, action: "close", quantity: "0.4" });
    await desk.attempt(2);
    const { orders } = await desk.attempt(1, { t3: resting, t4: resting }, "watch");

    expect(orders.map(({ quantity, triggerPrice }) => [quantity, triggerPrice])).toEqual([
      ["0.5", "110"],
      ["0.1", "120"],
    ]);
  });
});

describe("a limit exit that rests", () => {
  it("lets go of the coins before a later exit that needs them", async () => {
    const desk = new Desk();
    await desk.open(1, spot);
    await desk.accept(2, { ...spot, action: "close", quantity: "0.6", orderType: "limit", price: "120" });
    await desk.attempt(2, { c: { ...resting, quantity: "0.6" } });
    await desk.accept(3, { ...spot, action: "close", quantity: undefined });
    const { lease, tasks } = await desk.go(3);
    expect(tasks.map((task) => [task.do, task.leg])).toEqual([
      ["cancel", "c"],
      ["place", "c"],
    ]);
    const off = desk.order(2, "c", { ...resting, status: "cancelled", quantity: "0.6" });

    expect(await desk.send(3, "c", lease, off)).toMatchObject({ quantity: "1" });
    expect(await desk.view(2)).toMatchObject({ outcome: "superseded" });
  });

  it("locks first what has no stop", async () => {
    const desk = new Desk();
    await desk.open(1, { ...spot, stopLoss });
    await desk.open(2, spot);
    await desk.accept(3, { ...spot, action: "close_long", quantity: "1", orderType: "limit", price: "120" });
    await desk.attempt(3, { c: resting });

    expect((await desk.attempt(1, { s1: resting }, "watch")).orders).toMatchObject([{ type: "stop", quantity: "1" }]);
  });
});

describe("a stop and an exit that want the same spot coins at once", () => {
  async function both() {
    const desk = new Desk();
    await desk.open(1, { ...spot, stopLoss });
    const watch = await desk.go(1, "watch");
    await desk.accept(2, { ...spot, action: "close", quantity: "0.4" });
    return { desk, watch, exit: await desk.go(2) };
  }

  it("do not both go: the exit waits for the stop that was sent before it, and takes it off", async () => {
    const { desk, watch, exit } = await both();
    await desk.send(1, "s1", watch.lease);
    expect(await desk.sending(2, "c", exit.lease)).toMatchObject({ status: "stop" });
    await desk.settle(1, watch.lease, desk.order(1, "s1", resting));
    await desk.settle(2, exit.lease);
    desk.now += 2_000;

    expect((await desk.go(2)).tasks.map((task) => [task.do, task.leg])).toEqual([
      ["cancel", "s1"],
      ["place", "c"],
    ]);
  });

  it("do not both go: the exit waits while the stop is on its way, though the venue shows none yet", async () => {
    const desk = new Desk();
    await desk.open(1, { ...spot, stopLoss });
    const watch = await desk.go(1, "watch");
    await desk.send(1, "s1", watch.lease);
    await desk.accept(2, { ...spot, action: "close", quantity: undefined });
    const exit = await desk.go(2);
    const absent = desk.evidence(1, "s1", { kind: "absent" });

    expect(await desk.sending(2, "c", exit.lease, absent)).toMatchObject({ status: "stop" });
    await desk.settle(1, watch.lease);
    desk.now += 2_000;
    await desk.settle(2, exit.lease);
    desk.now += 2_000;
    expect(await desk.sending(2, "c", (await desk.go(2)).lease)).toMatchObject({ status: "go" });
  });

  it("do not both go: the exit waits for a stop that stands and that the venue, slow to show it, does not find yet", async () => {
    const desk = new Desk();
    await desk.open(1, { ...spot, stopLoss });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.accept(2, { ...spot, action: "close", quantity: undefined });
    const exit = await desk.go(2);
    const absent = desk.evidence(1, "s1", { kind: "absent" });

    expect(await desk.sending(2, "c", exit.lease, absent)).toMatchObject({ status: "stop" });
    await desk.settle(2, exit.lease);
    desk.now += 2_000;
    const cancelled = desk.order(1, "s1", { ...resting, status: "cancelled" });
    expect(await desk.send(2, "c", (await desk.go(2)).lease, cancelled)).toMatchObject({ quantity: "1" });
  });

  it("do not both go: the stop makes way for the exit that was sent before it, and guards what that leaves", async () => {
    const { desk, watch, exit } = await both();
    await desk.send(2, "c", exit.lease);
    expect(await desk.sending(1, "s1", watch.lease)).toMatchObject({ status: "stop" });
    await desk.settle(1, watch.lease);
    expect((await desk.claim(1, { purpose: "watch" })).status).not.toBe("go");
    await desk.settle(2, exit.lease, desk.order(2, "c", { quantity: "0.4", filledQuantity: "0.4" }));

    expect((await desk.attempt(1, { s2: resting }, "watch")).orders).toMatchObject([{ type: "stop", quantity: "0.6" }]);
  });
});

describe("a stop that made way for a sale of a spot coin", () => {
  it("stands when the emergency close of another entry is not executed", async () => {
    const desk = new Desk();
    for (const number of [1, 2]) await desk.open(number, { ...spot, stopLoss });
    await desk.attempt(2, { s1: { kind: "rejected", reason: "no" } }, "watch");
    const close = await desk.go(2, "watch");
    await desk.send(2, "x", close.lease);
    const { lease } = await desk.go(1, "watch");
    expect(await desk.sending(1, "s1", lease)).toMatchObject({ status: "stop" });
    await desk.settle(1, lease);
    await desk.settle(2, close.lease, desk.evidence(2, "x", { kind: "not_executed", reason: "429" }));

    expect((await desk.attempt(1, { s2: resting }, "watch")).orders).toMatchObject([{ type: "stop", quantity: "1" }]);
  });

  async function withStop(quantity: string) {
    const desk = new Desk();
    await desk.open(1, { ...spot, action: "long", quantity, stopLoss });
    await desk.attempt(1, { s1: { ...resting, quantity } }, "watch");
    return { desk, off: desk.order(1, "s1", { ...resting, status: "cancelled", quantity }) };
  }

  it("waits between the parts of an exit", async () => {
    const { desk, off } = await withStop("6");
    desk.facts = { quantityStep: "0.1", maxMarketQuantity: "4" };
    await desk.accept(2, { ...spot, action: "close", quantity: undefined });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease, off);
    await desk.settle(2, lease, desk.order(2, "c", { quantity: "4", filledQuantity: "4" }));

    expect((await desk.go(2)).tasks).toMatchObject([{ do: "place", leg: "c2" }]);
    expect((await desk.claim(1, { purpose: "watch" })).status).not.toBe("go");
  });

  it.each([
    ["an exit", "c", { action: "close", quantity: undefined }],
    ["a net sale", "e", { action: "sell" }],
  ] as const)("stands again until %s comes that is put off", async (_, leg, over) => {
    const { desk, off } = await withStop("1");
    await desk.accept(2, { ...spot, ...over });
    const { lease } = await desk.go(2);
    await desk.send(2, leg, lease, off);
    await desk.settle(2, lease, desk.evidence(2, leg, { kind: "not_executed", reason: "no word of the kill switch" }));

    expect((await desk.attempt(1, { s2: resting }, "watch")).orders).toMatchObject([{ type: "stop", quantity: "1" }]);
    desk.now += 1_000;
    expect((await desk.go(2)).tasks.map((task) => [task.do, task.leg])).toEqual([
      ["cancel", "s2"],
      ["place", leg],
    ]);
  });

  it("is not sent when it was planned before an exit that rests now and sells all", async () => {
    const { desk, off } = await withStop("1");
    await desk.accept(2, { ...spot, action: "close", quantity: undefined, orderType: "limit", price: "120" });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease, off);
    await desk.settle(2, lease, desk.evidence(2, "c", { kind: "not_executed", reason: "429" }));
    desk.now += 1_000;
    await desk.attempt(2, { c: resting });

    expect((await desk.claim(1, { purpose: "watch" })).status).not.toBe("go");
  });

  it("stands again until the next part of an exit comes that is put off", async () => {
    const { desk, off } = await withStop("6");
    desk.facts = { quantityStep: "0.1", maxMarketQuantity: "4" };
    await desk.accept(2, { ...spot, action: "close", quantity: undefined });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease, off);
    await desk.settle(2, lease, desk.order(2, "c", { quantity: "4", filledQuantity: "4" }));
    desk.now += 10;
    await desk.attempt(2, { c2: { kind: "not_executed", reason: "429" } });

    expect((await desk.attempt(1, { s2: resting }, "watch")).orders).toMatchObject([{ type: "stop", quantity: "2" }]);
  });

  it("waits while a net sale is on its way", async () => {
    const { desk, off } = await withStop("1");
    await desk.accept(2, { ...spot, action: "sell", quantity: "0.4" });
    const { lease } = await desk.go(2);
    await desk.send(2, "e", lease, off);

    expect((await desk.claim(1, { purpose: "watch" })).status).not.toBe("go");
  });

  it("guards the others once only a person can tell what became of such a sale", async () => {
    const { desk, off } = await withStop("1");
    await desk.accept(2, { ...spot, action: "sell", quantity: "0.4" });
    const { lease } = await desk.go(2);
    await desk.send(2, "e", lease, off);
    await desk.settle(2, lease, desk.evidence(2, "e", { kind: "unknown", reason: "504" }));
    await desk.advance(150_000);

    expect((await desk.attempt(1, { s2: resting }, "watch")).orders).toMatchObject([{ type: "stop", quantity: "0.6" }]);
  });

  it("is not sold by itself where it is less than the venue trades, but with what such a sale leaves", async () => {
    const { desk, off } = await withStop("1");
    desk.facts = { minNotional: "10" };
    await desk.accept(2, { ...spot, action: "sell", quantity: "0.95" });
    const { lease } = await desk.go(2);
    await desk.send(2, "e", lease, off);
    await desk.settle(2, lease, desk.evidence(2, "e", { kind: "unknown", reason: "504" }));
    await desk.advance(125_000);
    await desk.attempt(1, { s2: { kind: "rejected", reason: "NOTIONAL", tooSmall: true } }, "watch");
    await desk.advance(1_000);
    const waiting = await desk.attempt(1, {}, "watch");
    await desk.advance(60_000);
    const asked = await desk.go(2, "watch");
    await desk.settle(2, asked.lease, desk.order(2, "e", { ...resting, status: "cancelled", quantity: "0.95" }));
    await desk.advance(16_000);

    expect(waiting.stops).toEqual(["another closing order is under way"]);
    expect((await desk.attempt(1, {}, "watch")).orders).toMatchObject([{ type: "market", quantity: "1" }]);
  });

  it("guards what a limit sale does not lock while that rests, and all again when it is cancelled", async () => {
    const { desk, off } = await withStop("1");
    await desk.accept(2, { ...spot, action: "sell", quantity: "0.4", orderType: "limit", price: "120" });
    const { lease } = await desk.go(2);
    await desk.send(2, "e", lease, off);
    await desk.settle(2, lease, desk.order(2, "e", { ...resting, quantity: "0.4" }));
    const meanwhile = await desk.attempt(1, { s2: resting }, "watch");
    desk.now += 5_000;
    const sale = await desk.go(2, "watch");
    await desk.settle(2, sale.lease, desk.order(2, "e", { ...resting, status: "cancelled", quantity: "0.4" }));

    expect(meanwhile.orders).toMatchObject([{ type: "stop", quantity: "0.6" }]);
    expect((await desk.go(1, "watch")).tasks).toMatchObject([{ do: "cancel", leg: "s2" }]);
  });
});
