import { describe, expect, it } from "vitest";
import type { Signal } from "#contracts/signal";
import { Desk, id } from "../testing/desk.ts";

const unknown = { kind: "unknown", reason: "timed out" } as const;

/** A venue that takes at most 4 at the market, in steps of 0.1. */
function deskWith(): Desk {
  const desk = new Desk();
  desk.facts = { quantityStep: "0.1", maxQuantity: "100", maxMarketQuantity: "4.05" };
  return desk;
}

describe("a close of more than the venue takes at once", () => {
  it("is sent in parts, each when the one before has filled", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "long", quantity: "10" });
    await desk.accept(2, { action: "close", quantity: undefined });

    const first = await desk.attempt(2);
    expect(first.orders).toMatchObject([{ quantity: "4", side: "sell", reduceOnly: true }]);
    expect(first.end).toEqual({ status: "ok" });
    const second = await desk.attempt(2);
    expect(second.tasks).toMatchObject([{ do: "place", leg: "c2" }]);
    expect(second.orders).toMatchObject([{ quantity: "4" }]);
    const third = await desk.attempt(2);
    expect(third.orders).toMatchObject([{ quantity: "2" }]);
    expect(third.end).toEqual({ status: "ok", outcome: "filled" });
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("goes on after a part that filled in steps", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "long", quantity: "6" });
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.attempt(2, { c: { status: "working", filledQuantity: "1" } });
    desk.now += 5_000;
    const { lease } = await desk.go(2);
    await desk.settle(2, lease, desk.order(2, "c", { quantity: "4", filledQuantity: "4" }));

    expect((await desk.attempt(2)).orders).toMatchObject([{ quantity: "2" }]);
  });

  it("is hinted again for each part, without waiting", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "long", quantity: "10" });
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.hints();
    await desk.attempt(2);

    expect(await desk.hints()).toEqual([2]);
  });

  it("tells in the end what all parts came to", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "long", quantity: "6" });
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.attempt(2, { c: { averagePrice: "100" } });
    await desk.attempt(2, { c2: { averagePrice: "103" } });

    expect((await desk.all("signal.settled")).at(-1)?.data).toMatchObject({
      filledQuantity: "6",
      averagePrice: "101",
      outcome: "filled",
    });
  });

  it("asks no more than was asked, when a part of the position is closed", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "long", quantity: "10" });
    await desk.accept(2, { action: "close", quantity: undefined, size: { percentOfPosition: "50" } });
    await desk.attempt(2);
    await desk.attempt(2);

    expect(await desk.position()).toMatchObject({ quantity: "5" });
    expect(await desk.view(2)).toMatchObject({ state: "ended", outcome: "filled" });
  });

  it("goes on after a part of which the venue knew nothing at first", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "long", quantity: "6" });
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.attempt(2, { c: unknown });
    desk.now += 20_000;
    const { lease } = await desk.go(2);
    await desk.settle(2, lease, desk.evidence(2, "c", { kind: "absent" }));
    expect(await desk.leg(2, "c")).toMatchObject({ status: "planned" });
    desk.now += 5_000;
    const late = await desk.go(2);
    const found = desk.order(2, "c", { quantity: "4", filledQuantity: "4" });
    expect(await desk.sending(2, "c", late.lease, found)).toMatchObject({ status: "stop" });
    await desk.settle(2, late.lease);

    expect((await desk.attempt(2)).orders).toMatchObject([{ quantity: "2" }]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("ends as filled when something else has closed the rest", async () => {
    const desk = deskWith();
    const { facts } = desk;
    desk.facts = {};
    await desk.open(1, { action: "long", quantity: "6", stopLoss: { price: "90" } });
    const stop = await desk.go(1, "watch");
    await desk.send(1, "s1", stop.lease);
    await desk.settle(1, stop.lease, desk.order(1, "s1", { status: "working", quantity: "4", filledQuantity: "0" }));
    desk.facts = facts;
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.attempt(2);
    desk.now += 5_000;
    const watch = await desk.go(1, "watch");
    await desk.settle(1, watch.lease, desk.order(1, "s1", { quantity: "2", filledQuantity: "2" }));
    await desk.attempt(2);

    expect(await desk.view(2)).toMatchObject({ state: "ended", outcome: "filled" });
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("still closes all of it when a part was not executed at first", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "long", quantity: "10" });
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.attempt(2);
    await desk.attempt(2, { c2: { kind: "not_executed", reason: "429" } });
    for (const _part of [2, 3]) {
      desk.now += 2_000;
      await desk.attempt(2);
    }

    expect(await desk.position()).toMatchObject({ quantity: "0" });
    expect(await desk.view(2)).toMatchObject({ outcome: "filled" });
  });

  it("is not told as filled when a part ends before it has filled", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "long", quantity: "10" });
    await desk.accept(2, { action: "close", quantity: undefined });
    const { end } = await desk.attempt(2, { c: { status: "expired", filledQuantity: "3" } });

    expect(end).toEqual({ status: "ok", outcome: "expired" });
    expect(await desk.view(2)).toMatchObject({ reason: "Filled 3 of 10 at 100; the rest was expired." });
    expect((await desk.all("notification.requested")).at(-1)?.data).toMatchObject({
      severity: "critical",
      title: expect.stringContaining("long 7 is still open"),
    });
  });

  it("is left whole where it may rest, because its lane would wait for it", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "long", quantity: "10" });
    desk.facts = { quantityStep: "0.1", maxQuantity: "4" };
    await desk.accept(2, { action: "close", quantity: undefined, orderType: "limit", price: "120" });

    expect((await desk.attempt(2)).orders).toMatchObject([{ quantity: "10" }]);
  });

  it("leaves nothing planned when its signal was ended by hand before the fill was heard of, and says what is open", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "long", quantity: "10" });
    await desk.accept(2, { action: "close", quantity: undefined });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease);
    await desk.settle(2, lease, desk.evidence(2, "c", { kind: "unknown", reason: "no answer" }));
    await desk.host.resolve({ v: 1, requestId: id(2), outcome: "rejected", reason: "not there", by: "cli" });
    await desk.settle(2, lease, desk.order(2, "c", { quantity: "4", filledQuantity: "4" }));

    expect((await desk.view(2)).legs.map(({ leg }) => leg)).toEqual(["c"]);
    expect(await desk.titles()).toContain("Not closed: 6 BTCUSDT.P is still open · main:paper");
  });

  it("is sent in as many parts as it takes, and each is booked", async () => {
    const desk = deskWith();
    for (const number of [1, 2, 3, 4]) await desk.open(number, { quantity: "3" });
    await desk.accept(5, { action: "sell", quantity: "12" });
    for (let part = 0; part < 3; part += 1) await desk.attempt(5);

    expect(await desk.position()).toMatchObject({ quantity: "0" });
    expect((await desk.view(5)).legs.map(({ leg }) => leg).toSorted()).toEqual(["c2", "c3", "e"]);
  });

  it("is told as rejected when the venue refuses a later part", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "long", quantity: "6" });
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.attempt(2);
    const { end } = await desk.attempt(2, { c2: { kind: "rejected", reason: "no" } });

    expect(end).toEqual({ status: "ok", outcome: "rejected" });
    expect(await desk.position()).toMatchObject({ quantity: "2" });
  });

  it("comes wholly before the entry of a reversal", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "short", quantity: "6" });
    await desk.accept(2, { action: "long", quantity: "3" });
    const first = await desk.attempt(2);
    const second = await desk.attempt(2);

    expect(first.stops).toEqual(["the opposite position must be closed first"]);
    expect(second.orders).toMatchObject([
      { quantity: "2", reduceOnly: true },
      { quantity: "3", reduceOnly: false },
    ]);
    expect(await desk.position()).toMatchObject({ quantity: "3" });
  });

  it("comes wholly before the entry of a target, too", async () => {
    const desk = deskWith();
    await desk.open(1, { action: "long", quantity: "6" });
    await desk.accept(2, { action: "target", quantity: undefined, size: { target: "-1" } });
    await desk.attempt(2);
    await desk.attempt(2);

    expect(await desk.position()).toMatchObject({ quantity: "-1" });
    expect(await desk.view(2)).toMatchObject({ state: "ended", outcome: "filled" });
  });
});

describe("a net order of more than the venue takes at once", () => {
  it("is sent in parts where it only closes", async () => {
    const desk = deskWith();
    for (const number of [1, 2]) await desk.open(number, { symbol: "BTCUSDT", quantity: "3" });
    await desk.accept(3, { symbol: "BTCUSDT", action: "sell", quantity: "6" });
    const first = await desk.attempt(3);
    const second = await desk.attempt(3);

    expect(first.orders).toMatchObject([{ quantity: "4", reduceOnly: false }]);
    expect(second.orders).toMatchObject([{ quantity: "2", side: "sell", reduceOnly: true }]);
    expect(second.end).toEqual({ status: "ok", outcome: "filled" });
    expect(await desk.position("BTCUSDT")).toMatchObject({ quantity: "0" });
    expect((await desk.all("signal.settled")).at(-1)?.data).toMatchObject({ filledQuantity: "6" });
  });

  it("is told as rejected when the venue refuses a later part", async () => {
    const desk = deskWith();
    for (const number of [1, 2]) await desk.open(number, { quantity: "3" });
    await desk.accept(3, { action: "sell", quantity: "6" });
    await desk.attempt(3);

    expect((await desk.attempt(3, { c2: { kind: "rejected", reason: "no" } })).end).toMatchObject({
      outcome: "rejected",
    });
  });

  it("is sent in parts with a stop, too, which guards only what opens", async () => {
    const desk = deskWith();
    for (const number of [1, 2]) await desk.open(number, { quantity: "3" });
    await desk.accept(3, { action: "sell", quantity: "6", stopLoss: { percent: "5" } });

    expect((await desk.attempt(3)).orders).toMatchObject([{ quantity: "4" }]);
  });

  it("is not told as filled when a part under a price band ends before it has filled", async () => {
    const desk = deskWith();
    for (const number of [1, 2]) await desk.open(number, { quantity: "3" });
    desk.facts = { quantityStep: "0.1", maxQuantity: "4" };
    desk.allowed = { priceBandPercent: "1" };
    await desk.accept(3, { action: "sell", quantity: "6" });

    expect((await desk.attempt(3, { e: { status: "expired", filledQuantity: "1" } })).end).toMatchObject({
      outcome: "expired",
    });
  });

  it("is superseded, not broken, when an exit takes it off the venue", async () => {
    const desk = deskWith();
    for (const number of [1, 2]) await desk.open(number, { quantity: "3" });
    await desk.accept(3, { action: "sell", quantity: "6" });
    await desk.attempt(3, { e: { kind: "unknown", reason: "no answer" } });
    desk.now += 16_000;
    await desk.accept(4, { action: "close", quantity: undefined });
    const exit = await desk.go(4);
    expect(exit.tasks).toMatchObject([
      { do: "cancel", leg: "e" },
      { do: "place", leg: "c" },
    ]);
    const gone = { status: "cancelled", quantity: "4", filledQuantity: "0", averagePrice: undefined } as const;
    await desk.sending(4, "c", exit.lease, desk.order(3, "e", gone));

    expect(await desk.view(3)).toMatchObject({ outcome: "superseded" });
  });

  it("is left whole where it opens the other side, so that the rule is told", async () => {
    const desk = deskWith();
    await desk.open(1, { quantity: "3" });
    await desk.accept(2, { action: "sell", quantity: "6" });

    expect((await desk.attempt(2)).orders).toMatchObject([{ quantity: "6" }]);
  });
});

/** An entry that fills after the exit that cancelled it has ended: nothing but an emergency close closes it. */
async function filledAfterItsExit(over: Partial<Signal> = {}): Promise<Desk> {
  const desk = new Desk();
  const resting = { status: "working", quantity: "10", filledQuantity: "0", averagePrice: undefined } as const;
  await desk.accept(1, { action: "long", orderType: "limit", quantity: "10", ...over });
  await desk.attempt(1, { e: resting });
  await desk.accept(2, { action: "close_long", quantity: undefined });
  const { lease } = await desk.go(2);
  await desk.sending(2, "c", lease, desk.order(1, "e", resting));
  await desk.settle(2, lease);
  desk.now += 5_000;
  const watch = await desk.go(1, "watch");
  await desk.settle(1, watch.lease, desk.order(1, "e", { quantity: "10", filledQuantity: "10" }));
  return desk;
}

describe("an emergency close of more than the venue takes at once", () => {
  it("goes on until nothing is open, however many orders that takes", async () => {
    const desk = deskWith();
    desk.facts = {};
    await desk.open(1, { action: "long", quantity: "30", stopLoss: { price: "90" } });
    const { lease } = await desk.go(1, "watch");
    desk.facts = { quantityStep: "0.1", maxMarketQuantity: "4" };
    await desk.send(1, "s1", lease);
    await desk.settle(1, lease, desk.evidence(1, "s1", { kind: "rejected", reason: "no" }));
    for (let part = 0; part < 8; part += 1) {
      desk.now += 2_000;
      await desk.attempt(1, {}, "watch");
    }

    expect(await desk.position()).toMatchObject({ quantity: "0" });
    expect(await desk.titles()).not.toContainEqual(expect.stringContaining("by hand"));
  });

  it("closes all of what filled after its exit, though a part was not executed at first", async () => {
    const desk = await filledAfterItsExit();
    desk.facts = { quantityStep: "0.1", maxMarketQuantity: "4" };
    await desk.attempt(1, { x: { kind: "not_executed", reason: "429" } }, "watch");
    for (let part = 0; part < 3; part += 1) {
      desk.now += 2_000;
      await desk.attempt(1, {}, "watch");
    }

    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("closes what filled after it was sent, though the venue knew nothing of it at first", async () => {
    const desk = await filledAfterItsExit();
    await desk.attempt(1, { x: unknown }, "watch");
    desk.now += 20_000;
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.evidence(1, "x", { kind: "absent" }));
    const more = { quantity: "12", filledQuantity: "12" };
    await desk.settle(1, lease, desk.order(1, "e", more));
    await desk.settle(1, lease, desk.order(1, "x", { quantity: "10", filledQuantity: "10" }));
    desk.now += 2_000;

    expect((await desk.attempt(1, {}, "watch")).orders).toMatchObject([{ quantity: "2" }]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("closes all of what filled after its exit, though the first part was refused", async () => {
    const desk = await filledAfterItsExit();
    desk.facts = { quantityStep: "0.1", maxMarketQuantity: "4" };
    await desk.attempt(1, { x: { kind: "rejected", reason: "busy" } }, "watch");
    for (let part = 0; part < 3; part += 1) {
      desk.now += 2_000;
      await desk.attempt(1, {}, "watch");
    }

    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("has no stop in its way for what follows its first part", async () => {
    const desk = await filledAfterItsExit({ stopLoss: { price: "90" } });
    desk.facts = { quantityStep: "0.1", maxMarketQuantity: "4" };
    await desk.attempt(1, { x: { status: "working", filledQuantity: "2" } }, "watch");
    desk.now += 5_000;

    expect((await desk.go(1, "watch")).tasks).toMatchObject([{ do: "ask", leg: "x" }]);
  });

  it.each([
    ["expires", "expired", {}],
    ["is cancelled", "cancelled", {}],
    ["expires, of an entry with a stop,", "expired", { stopLoss: { price: "90" } }],
  ] as const)("is tried again when it %s before it has filled", async (_, status, over) => {
    const desk = await filledAfterItsExit(over);
    await desk.attempt(1, { x: { status, filledQuantity: "3" } }, "watch");
    desk.now += 5_000;

    expect((await desk.attempt(1, {}, "watch")).orders).toMatchObject([{ quantity: "7", reduceOnly: true }]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });
});
