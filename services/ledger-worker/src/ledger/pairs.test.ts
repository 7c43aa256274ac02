import { describe, expect, it } from "vitest";
import { clientOrderId } from "#contracts/ids";
import type { Evidence } from "#contracts/ledger";
import type { VenueOrder } from "#contracts/order";
import type { Signal } from "#contracts/signal";
import { keepGuarded } from "../testing/keep-guarded.ts";
import { Desk, id } from "../testing/desk.ts";

const spot = { symbol: "BTCUSDT" } as const;
const both = { ...spot, stopLoss: { price: "90" }, takeProfits: [{ price: "110" }] };

/** A spot purchase of 1 that is filled, and the order of its protection as it is sent. */
async function bought(over: Partial<Signal> = {}) {
  const desk = new Desk();
  await desk.open(1, { ...both, ...over });
  const { lease, tasks } = await desk.go(1, "watch");
  return { desk, lease, tasks };
}

function resting(desk: Desk, leg: string, quantity = "1"): Evidence {
  return desk.order(1, leg, { status: "working", quantity, filledQuantity: "0", averagePrice: undefined });
}

function ended(desk: Desk, leg: string, status: VenueOrder["status"], quantity = "1"): Evidence {
  return desk.order(1, leg, { status, quantity, filledQuantity: "0", averagePrice: undefined });
}

/** Both rest at the venue. */
async function guarded(over: Partial<Signal> = {}) {
  const { desk, lease } = await bought(over);
  await desk.send(1, "s1", lease);
  await desk.settle(1, lease, resting(desk, "s1"), resting(desk, "t1"));
  desk.now += 5_000;
  return desk;
}

describe("a spot purchase with a stop and a target", () => {
  it("is guarded by one request for both, because the same coins are sold once", async () => {
    const { desk, lease, tasks } = await bought();

    expect(tasks).toMatchObject([{ do: "place", leg: "s1" }]);
    expect(await desk.send(1, "s1", lease)).toMatchObject({
      type: "stop",
      quantity: "1",
      triggerPrice: "90",
      target: { clientOrderId: clientOrderId({ requestId: id(1), leg: "t1" }), triggerPrice: "110" },
    });
    expect(await desk.leg(1, "t1")).toMatchObject({ status: "sending", order: { type: "take_profit", quantity: "1" } });
  });

  it("has one pair for each target, of whole steps, and the last takes what is left", async () => {
    const desk = new Desk();
    desk.facts = { quantityStep: "0.1" };
    await desk.open(1, { ...both, takeProfits: [{ price: "110" }, { price: "120" }, { price: "130" }] });
    const { orders } = await desk.attempt(1, {}, "watch");

    expect(orders.map(({ quantity, target }) => [quantity, target?.triggerPrice])).toEqual([
      ["0.3", "110"],
      ["0.3", "120"],
      ["0.4", "130"],
    ]);
  });

  it("is asked about both, and flat when the target has sold and the stop has ended by it", async () => {
    const desk = await guarded();
    const { lease, tasks } = await desk.go(1, "watch");
    expect(tasks).toMatchObject([
      { do: "ask", leg: "s1" },
      { do: "ask", leg: "t1" },
    ]);
    await desk.settle(1, lease, ended(desk, "s1", "expired"), desk.order(1, "t1", { averagePrice: "110" }));

    expect(await desk.position("BTCUSDT")).toMatchObject({ quantity: "0" });
    expect((await desk.view(1)).legs.map(({ leg }) => leg)).toEqual(["e", "s1", "t1"]);
  });

  it("has no second stop while its target is trading, whose end ended the first", async () => {
    const desk = await guarded();
    const { lease } = await desk.go(1, "watch");
    const half = desk.order(1, "t1", { status: "working", quantity: "1", filledQuantity: "0.5", averagePrice: "110" });
    await desk.settle(1, lease, ended(desk, "s1", "expired"), half);
    desk.now += 5_000;

    expect((await desk.go(1, "watch")).tasks).toMatchObject([{ do: "ask", leg: "t1" }]);
  });

  it("has a new pair when both were cancelled at the venue's own screen", async () => {
    const desk = await guarded();
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, ended(desk, "s1", "cancelled"), ended(desk, "t1", "cancelled"));
    const again = await desk.go(1, "watch");

    expect(again.tasks).toMatchObject([{ do: "place", leg: "s2" }]);
    expect(await desk.send(1, "s2", again.lease)).toMatchObject({
      target: { clientOrderId: clientOrderId({ requestId: id(1), leg: "t2" }) },
    });
  });

  it("keeps its stop alone when the venue refuses both together", async () => {
    const { desk, lease } = await bought();
    await desk.send(1, "s1", lease);
    const no = { kind: "rejected", reason: "The relationship of the prices is not correct." } as const;
    await desk.settle(1, lease, desk.evidence(1, "s1", no), desk.evidence(1, "t1", no));
    const again = await desk.go(1, "watch");

    expect(again.tasks).toMatchObject([{ do: "place", leg: "s2" }]);
    expect(await desk.send(1, "s2", again.lease)).not.toHaveProperty("target");
    expect(await desk.titles()).toContain("Target rejected and given up: BTCUSDT · main:paper");
    expect(await desk.titles()).not.toContainEqual(expect.stringContaining("closing the position"));
  });

  it("sends both again when neither was executed", async () => {
    const { desk, lease } = await bought();
    await desk.send(1, "s1", lease);
    const later = { kind: "not_executed", reason: "busy" } as const;
    await desk.settle(1, lease, desk.evidence(1, "s1", later), desk.evidence(1, "t1", later));
    desk.now += 5_000;
    const again = await desk.go(1, "watch");

    expect(again.tasks).toMatchObject([{ do: "place", leg: "s1" }]);
    expect(await desk.send(1, "s1", again.lease)).toHaveProperty("target");
  });

  it("asks for both when nobody knows what became of them, and sends both again when there is neither", async () => {
    const { desk, lease } = await bought();
    await desk.send(1, "s1", lease);
    await desk.settle(1, lease);
    desk.now += 16_000;
    const asking = await desk.go(1, "watch");
    expect(asking.tasks).toMatchObject([
      { do: "ask", leg: "s1" },
      { do: "ask", leg: "t1" },
    ]);
    const absent = { kind: "absent" } as const;
    await desk.settle(1, asking.lease, desk.evidence(1, "s1", absent), desk.evidence(1, "t1", absent));

    expect((await desk.go(1, "watch")).tasks).toMatchObject([{ do: "place", leg: "s1" }]);
  });

  it("knows that the target is not there either when the stop is not", async () => {
    const { desk, lease } = await bought();
    await desk.send(1, "s1", lease);
    await desk.settle(1, lease);
    desk.now += 16_000;
    const asking = await desk.go(1, "watch");
    await desk.settle(1, asking.lease, desk.evidence(1, "s1", { kind: "absent" }));
    const again = await desk.go(1, "watch");

    expect(again.tasks).toMatchObject([{ do: "place", leg: "s1" }]);
    expect(await desk.send(1, "s1", again.lease)).toHaveProperty("target");
  });

  it("does not believe that one of the two is missing while the other is there", async () => {
    const { desk, lease } = await bought();
    await desk.send(1, "s1", lease);
    await desk.settle(1, lease);
    desk.now += 16_000;
    const asking = await desk.go(1, "watch");
    await desk.settle(1, asking.lease, resting(desk, "s1"), desk.evidence(1, "t1", { kind: "absent" }));

    expect(await desk.leg(1, "t1")).toMatchObject({ status: "in_doubt" });
  });

  it("is guarded anew when one of the two has ended and the venue shows nothing of the other", async () => {
    const { desk, lease } = await bought();
    await desk.send(1, "s1", lease);
    await desk.settle(1, lease);
    desk.now += 16_000;
    const asking = await desk.go(1, "watch");
    await desk.settle(1, asking.lease, ended(desk, "s1", "cancelled"), desk.evidence(1, "t1", { kind: "absent" }));

    expect(await desk.leg(1, "t1")).toMatchObject({ status: "dropped" });
    expect((await desk.go(1, "watch")).tasks).toMatchObject([{ do: "place", leg: "s2" }]);
  });

  it("believes what is shown of one before what is not shown of the other", async () => {
    const { desk, lease } = await bought();
    await desk.send(1, "s1", lease);
    await desk.settle(1, lease);
    desk.now += 16_000;
    const asking = await desk.go(1, "watch");
    await desk.settle(1, asking.lease, desk.evidence(1, "s1", { kind: "absent" }), resting(desk, "t1"));

    expect(await desk.leg(1, "s1")).toMatchObject({ status: "in_doubt" });
  });

  it("is guarded anew when a person has said that one is not there and the venue shows nothing of the other", async () => {
    const { desk, lease } = await bought();
    await desk.send(1, "s1", lease);
    await desk.settle(1, lease);
    desk.now += 16_000;
    await desk.host.resolve({ v: 1, requestId: id(1), outcome: "rejected", reason: "not on the screen", by: "cli" });
    const asking = await desk.go(1, "watch");
    await desk.settle(1, asking.lease, desk.evidence(1, "t1", { kind: "absent" }));

    expect((await desk.go(1, "watch")).tasks).toMatchObject([{ do: "place", leg: "s2" }]);
  });

  it("takes both off the venue before an exit", async () => {
    const desk = await guarded();
    await desk.accept(2, { ...spot, action: "close", quantity: undefined });

    expect((await desk.go(2)).tasks.map((task) => [task.do, task.leg])).toEqual([
      ["cancel", "s1"],
      ["cancel", "t1"],
      ["place", "c"],
    ]);
  });

  it("is guarded anew, smaller, when a part was sold", async () => {
    const desk = await guarded();
    await desk.accept(2, { ...spot, action: "close", quantity: "0.4" });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease, ended(desk, "s1", "cancelled"), ended(desk, "t1", "cancelled"));
    await desk.settle(2, lease, desk.order(2, "c", { quantity: "0.4", filledQuantity: "0.4" }));
    const again = await desk.go(1, "watch");

    expect(await desk.send(1, "s2", again.lease)).toMatchObject({ quantity: "0.6", target: { triggerPrice: "110" } });
  });

  it("is closed when no pair stands for a minute", async () => {
    const { desk, lease } = await bought();
    await desk.send(1, "s1", lease);
    const later = { kind: "not_executed", reason: "busy" } as const;
    await desk.settle(1, lease, desk.evidence(1, "s1", later), desk.evidence(1, "t1", later));
    await desk.advance(61_000);

    expect((await desk.go(1, "watch")).tasks).toMatchObject([{ do: "place", leg: "x" }]);
  });
});

describe("a spot purchase of which a part is too small to be guarded by itself", () => {
  it("has one stop for all, without targets, once a part has become so", async () => {
    const desk = new Desk();
    desk.facts = { quantityStep: "0.001", minNotional: "10" };
    await desk.open(1, { ...both, quantity: "0.5", takeProfits: [{ price: "110" }, { price: "120" }] });
    await keepGuarded(desk, 1, { least: "10" });
    await desk.accept(2, { ...spot, action: "close", quantity: "0.2" });
    const { lease, tasks } = await desk.go(2);
    const off = tasks.filter((task) => task.do === "cancel").map(({ leg }) => ended(desk, leg, "cancelled", "0.25"));
    await desk.send(2, "c", lease, ...off);
    await desk.settle(2, lease, desk.order(2, "c", { quantity: "0.2", filledQuantity: "0.2" }));
    await keepGuarded(desk, 1, { least: "10" });

    const working = (await desk.view(1)).legs.filter(({ orderStatus }) => orderStatus === "working");
    expect(working).toMatchObject([{ role: "stop", order: { quantity: "0.3" } }]);
    expect(await desk.titles()).toContain("Targets given up, one stop guards all: BTCUSDT · main:paper");
  });

  it("has no stop for less than a step, which nothing can sell", async () => {
    const desk = new Desk();
    desk.facts = { quantityStep: "0.001" };
    const takeProfits = [
      { price: "110", quantity: "0.5" },
      { price: "120", quantity: "0.499" },
    ];
    await desk.open(1, { ...both, takeProfits }, { filledQuantity: "0.9995" });

    expect((await desk.attempt(1, {}, "watch")).orders.map(({ quantity }) => quantity)).toEqual(["0.5", "0.499"]);
  });
});

describe("a perpetual with a stop and a target", () => {
  it("has two orders, which only reduce and lock nothing", async () => {
    const { tasks } = await bought({ symbol: "BTCUSDT.P" });

    expect(tasks).toMatchObject([
      { do: "place", leg: "s1" },
      { do: "place", leg: "t1" },
    ]);
  });
});
