import { describe, expect, it } from "vitest";
import type { Task } from "#contracts/ledger";
import { Desk, id } from "../testing/desk.ts";
import { keepGuarded } from "../testing/keep-guarded.ts";
import { targetShares } from "./target-shares.ts";

const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
const guarded = { stopLoss: { percent: "2" }, takeProfits: [{ percent: "5" }, { percent: "10" }] };

/** An entry of 1 at 100, filled, whose protective legs rest at the venue. */
async function protectedLong(over = {}): Promise<Desk> {
  const desk = new Desk();
  await desk.open(1, { ...guarded, ...over });
  await desk.attempt(1, { s1: resting, t1: resting, t2: resting }, "watch");
  return desk;
}

/** An entry whose stop stands for the 0.4 that it filled first, and which has filled since. */
async function grown(): Promise<Desk> {
  const desk = new Desk();
  await desk.open(1, { orderType: "limit", stopLoss: { percent: "2" } }, { status: "working", filledQuantity: "0.4" });
  await desk.attempt(1, { s1: { ...resting, quantity: "0.4" } }, "watch");
  desk.now += 60_000;
  const { lease } = await desk.go(1, "watch");
  await desk.settle(1, lease, desk.order(1, "e"));
  return desk;
}

const doings = (tasks: readonly Task[]): string[] => tasks.map((task) => `${task.do} ${task.leg}`);

describe("protective legs", () => {
  it("are hinted as soon as their entry has filled quantity", async () => {
    const desk = new Desk();
    await desk.open(1, guarded);

    expect(await desk.hints("watch")).toEqual([1]);
  });

  it("stand at their distance from the entry's average price, for the whole and for equal parts", async () => {
    const desk = new Desk();
    await desk.open(1, { ...guarded, quantity: "2" }, { averagePrice: "200" });
    const { orders } = await desk.attempt(1, { s1: resting, t1: resting, t2: resting }, "watch");

    expect(orders).toMatchObject([
      { type: "stop", side: "sell", quantity: "2", triggerPrice: "196", reduceOnly: true },
      { type: "take_profit", side: "sell", quantity: "1", triggerPrice: "210", reduceOnly: true },
      { type: "take_profit", side: "sell", quantity: "1", triggerPrice: "220", reduceOnly: true },
    ]);
  });

  it("of a short stand on the other side", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short", stopLoss: { percent: "2" }, takeProfits: [{ percent: "5" }] });
    const { orders } = await desk.attempt(1, { s1: resting, t1: resting }, "watch");

    expect(orders).toMatchObject([
      { side: "buy", triggerPrice: "102" },
      { side: "buy", triggerPrice: "95" },
    ]);
  });

  it("stand where the signal says when it names prices", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { price: "91" }, takeProfits: [{ price: "123", quantity: "0.4" }] });
    const { orders } = await desk.attempt(1, { s1: resting, t1: resting }, "watch");

    expect(orders).toMatchObject([
      { triggerPrice: "91", quantity: "1" },
      { triggerPrice: "123", quantity: "0.4" },
    ]);
  });

  it("are not planned for an entry that filled nothing", async () => {
    const desk = new Desk();
    await desk.open(1, { ...guarded, orderType: "limit" }, resting);

    expect((await desk.view(1)).legs.map((leg) => leg.leg)).toEqual(["e"]);
  });

  it("need no validity and are placed under halted entries", async () => {
    const desk = new Desk();
    await desk.open(1, guarded);
    desk.restart({ limits: { invalid: "broken" } });
    desk.now += 10 * 60_000;

    expect((await desk.attempt(1, { s1: resting, t1: resting, t2: resting }, "watch")).orders).toHaveLength(3);
  });

  it("guard the whole entry although it seemed to close what a stop had closed unheard", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "sell", quantity: "2", stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2, { action: "buy", quantity: "2", stopLoss: { percent: "2" } });
    await desk.advance(2_000);
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "s1", { quantity: "2", filledQuantity: "2" }));

    expect(await desk.position()).toMatchObject({ quantity: "2" });
    expect((await desk.attempt(2, { s1: resting }, "watch")).orders).toMatchObject([{ type: "stop", quantity: "2" }]);
  });

  it("of what was opened later are not those of what an exit closed", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "sell", quantity: "2", stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2, { action: "buy", quantity: "5", stopLoss: undefined });
    await desk.advance(2_000);
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "s1", { quantity: "2", filledQuantity: "2" }));

    expect(await desk.position()).toMatchObject({ quantity: "5" });
    expect((await desk.view(2)).legs.map((leg) => leg.leg)).toEqual(["e"]);
  });

  it("on spot stand again when the close they made way for is halted", async () => {
    const desk = new Desk();
    await desk.open(1, { symbol: "BTCUSDT", stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.accept(2, { symbol: "BTCUSDT", action: "close", quantity: undefined });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease, desk.order(1, "s1", { ...resting, status: "cancelled" }));
    await desk.settle(2, lease, desk.evidence(2, "c", { kind: "halted", reason: "stopped" }));

    expect(await desk.view(2)).toMatchObject({ outcome: "halted" });
    const { orders } = await desk.attempt(1, { s2: resting }, "watch");
    expect(orders).toMatchObject([{ type: "stop", side: "sell", quantity: "1" }]);
  });

  it("do not hold up the lane", async () => {
    const desk = await protectedLong();
    await desk.accept(2);

    expect(await desk.claim(2)).toMatchObject({ status: "go" });
  });

  it("leave the signal filled", async () => {
    expect(await (await protectedLong()).view(1)).toMatchObject({ outcome: "filled", state: "ended" });
  });

  it("grow with the entry: the smaller stop is cancelled once the larger one stands", async () => {
    const desk = await grown();

    expect(doings((await desk.attempt(1, { s2: resting }, "watch")).tasks)).toEqual(["ask s1", "place s2"]);
    expect(doings((await desk.go(1, "watch")).tasks)).toContain("cancel s1");
  });

  describe("are not taken away while their successor", () => {
    async function reduced(): Promise<Desk> {
      const desk = new Desk();
      await desk.open(1, { stopLoss: { percent: "2" } });
      await desk.attempt(1, { s1: resting }, "watch");
      await desk.accept(2, { action: "close_long", quantity: "0.5" });
      await desk.attempt(2);
      return desk;
    }

    it("could not be sent, and close nothing", async () => {
      const desk = await reduced();
      const { lease } = await desk.go(1, "watch");
      await desk.send(1, "s2", lease);
      const evidence = [desk.evidence(1, "s2", { kind: "not_executed", reason: "429" })];
      await desk.host.defer({ v: 1, requestId: id(1), lease, reason: "429", evidence });
      await desk.advance(2_000);
      expect(doings((await desk.go(1, "watch")).tasks)).not.toContain("cancel s1");
      await desk.advance(5 * 60_000);
      expect((await desk.view(1)).legs.map(({ leg }) => leg)).toEqual(["e", "s1", "s2"]);
    });

    it("is in doubt", async () => {
      const desk = await reduced();
      await desk.attempt(1, { s2: { kind: "unknown", reason: "timed out" } }, "watch");
      await desk.advance(2_000);

      expect(doings((await desk.go(1, "watch")).tasks)).not.toContain("cancel s1");
    });

    it("was refused and the emergency close is not executed", async () => {
      const desk = await grown();
      await desk.attempt(1, { s2: { kind: "rejected", reason: "too many stop orders" } }, "watch");
      await desk.attempt(1, { x: { kind: "not_executed", reason: "503" } }, "watch");
      await desk.advance(20_000);

      expect(doings((await desk.go(1, "watch")).tasks)).not.toContain("cancel s1");
    });
  });

  it("are replaced the other way round on spot, where the old one locks the balance", async () => {
    const desk = new Desk();
    await desk.open(
      1,
      { symbol: "BTCUSDT", orderType: "limit", stopLoss: { percent: "2" } },
      { status: "working", filledQuantity: "0.4" },
    );
    await desk.attempt(1, { s1: { ...resting, quantity: "0.4" } }, "watch");
    desk.now += 60_000;
    const watching = await desk.go(1, "watch");
    await desk.settle(1, watching.lease, desk.order(1, "e"));
    const { lease, tasks } = await desk.go(1, "watch");
    expect(tasks).toMatchObject([{ do: "cancel", leg: "s1" }]);
    await desk.settle(1, lease, desk.order(1, "s1", { ...resting, status: "cancelled", quantity: "0.4" }));

    expect((await desk.go(1, "watch")).tasks).toMatchObject([{ do: "place", leg: "s2" }]);
  });

  it("are cancelled when one of them has flattened the position", async () => {
    const desk = await protectedLong();
    desk.now += 60_000;
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "s1", { averagePrice: "98" }));

    expect((await desk.go(1, "watch")).tasks).toMatchObject([
      { do: "cancel", leg: "t1" },
      { do: "cancel", leg: "t2" },
    ]);
    expect(await desk.titles()).toContain("Stop filled: sold 1 BTCUSDT.P at 98, loss -2 USDT · main:paper");
  });

  it("shrink when a target has filled its part", async () => {
    const desk = await protectedLong();
    desk.now += 60_000;
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "t1", { quantity: "0.5", filledQuantity: "0.5", averagePrice: "105" }));
    const { orders } = await desk.attempt(1, { s2: resting }, "watch");

    expect(orders).toMatchObject([{ type: "stop", quantity: "0.5" }]);
  });

  it("do not come again for what a venue's rounding left over", async () => {
    const desk = new Desk();
    await desk.open(1, { takeProfits: [{ percent: "1" }, { percent: "2" }, { percent: "3" }] });
    const rounded = { quantity: "0.333", filledQuantity: "0.333" };
    await desk.attempt(1, { t1: rounded, t2: rounded, t3: rounded }, "watch");

    expect((await desk.view(1)).legs.map((leg) => leg.leg)).toEqual(["e", "t1", "t2", "t3"]);
    expect(await desk.claim(1, { purpose: "watch" })).toMatchObject({ status: "settled" });
  });

  it("are cancelled after a close has filled", async () => {
    const desk = await protectedLong();
    await desk.accept(2, { action: "close", quantity: undefined });
    const { tasks } = await desk.attempt(2);

    expect(tasks).toMatchObject([{ do: "place", leg: "c" }]);
    expect((await desk.go(1, "watch")).tasks.map((task) => `${task.do} ${task.leg}`)).toEqual([
      "cancel s1",
      "cancel t1",
      "cancel t2",
    ]);
  });

  it("are cancelled before the close on spot, and placed again when it does not fill", async () => {
    const desk = new Desk();
    await desk.open(1, { symbol: "BTCUSDT", stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.accept(2, { symbol: "BTCUSDT", action: "close", quantity: undefined });
    const { lease, tasks } = await desk.go(2);
    expect(tasks).toMatchObject([
      { do: "cancel", leg: "s1" },
      { do: "place", leg: "c" },
    ]);
    await desk.send(2, "c", lease, desk.order(1, "s1", { ...resting, status: "cancelled" }));
    await desk.settle(2, lease, desk.evidence(2, "c", { kind: "rejected", reason: "no" }));

    expect((await desk.go(1, "watch")).tasks).toMatchObject([{ do: "place", leg: "s2" }]);
  });

  it("come again when the venue cancelled one by itself", async () => {
    const desk = await protectedLong();
    desk.now += 60_000;
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "s1", { ...resting, status: "cancelled" }));

    expect((await desk.go(1, "watch")).tasks).toContainEqual(expect.objectContaining({ do: "place", leg: "s2" }));
  });
});

describe("a protective leg that cannot be placed", () => {
  it("has the position closed and the trader told", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: { kind: "rejected", reason: "trigger would fire at once" } }, "watch");
    const { orders } = await desk.attempt(1, {}, "watch");

    expect(orders).toMatchObject([
      { type: "market", side: "sell", quantity: "1", reduceOnly: true, clientOrderId: expect.stringMatching(/-x$/) },
    ]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
    expect(
      (await desk.all("notification.requested")).map((each) => [each.data.severity, each.data.title]),
    ).toContainEqual(["critical", "Stop rejected, closing the position: BTCUSDT.P · main:paper"]);
  });

  it("although the venue takes it, again and again, has the position closed in the end", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { percent: "2" } });
    for (let times = 1; times <= 20; times += 1) {
      await keepGuarded(desk, 1);
      desk.now += 60_000;
      const { lease } = await desk.go(1, "watch");
      await desk.settle(1, lease, desk.order(1, `s${times}`, { ...resting, status: "cancelled" }));
    }

    expect(await desk.titles()).toContain("Protection does not hold, closing the position: BTCUSDT.P · main:paper");
    expect((await desk.attempt(1, {}, "watch")).orders).toMatchObject([{ type: "market", quantity: "1" }]);
  });

  it("because of our own bug, three times, has the position closed too", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { percent: "2" } });
    for (let times = 0; times < 3; times += 1) {
      const { lease } = await desk.go(1, "watch");
      await desk.host.fail({ v: 1, requestId: id(1), lease, evidence: [], error: "TypeError", reason: "oops" });
      desk.now += 15_000;
    }

    expect((await desk.attempt(1, {}, "watch")).orders).toMatchObject([{ type: "market", quantity: "1" }]);
    expect(await desk.titles()).toContain("Protection failed, closing the position: BTCUSDT.P · main:paper");
  });

  it("is closed with a fresh order when the emergency close is rejected", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: { kind: "rejected", reason: "no" } }, "watch");
    await desk.attempt(1, { x: { kind: "rejected", reason: "busy" } }, "watch");
    desk.now += 10_000;

    expect((await desk.attempt(1, {}, "watch")).orders).toMatchObject([
      { clientOrderId: expect.stringMatching(/-x2$/) },
    ]);
  });

  it("is left to a person after five emergency closes", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { percent: "2" } });
    const no = { kind: "rejected", reason: "no" } as const;
    await desk.attempt(1, { s1: no }, "watch");
    for (let times = 0; times < 5; times += 1) {
      desk.now += 60_000;
      await desk.attempt(1, { x: no, x2: no, x3: no, x4: no, x5: no }, "watch");
    }

    expect(await desk.titles()).toContain("Close it by hand: 5 emergency closes of BTCUSDT.P failed · main:paper");
    expect(await desk.claim(1, { purpose: "watch" })).toEqual({ status: "settled", outcome: "filled" });
  });
});

describe("targets", () => {
  it("sell no more than is left of their own entry, where others are open beside it", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2, { stopLoss: { percent: "2" }, takeProfits: [{ percent: "5" }] });
    await desk.attempt(2, { s1: resting, t1: resting }, "watch");
    await desk.accept(3, { action: "close_long", quantity: "0.7" });
    await desk.attempt(3);
    const { orders } = await desk.attempt(2, { s2: resting, t2: resting }, "watch");

    expect(orders).toMatchObject([
      { type: "stop", quantity: "0.3" },
      { type: "take_profit", quantity: "0.3" },
    ]);
  });

  it.each([
    ["equal parts", [{ percent: "1" }, { percent: "2" }], "1", ["0.5", "0.5"]],
    [
      "their own quantity, the rest in equal parts",
      [{ percent: "1", quantity: "0.5" }, { percent: "2" }, { percent: "3" }],
      "1",
      ["0.5", "0.25", "0.25"],
    ],
    ["no more than was filled", [{ percent: "1", quantity: "2" }, { percent: "2" }], "1", ["1", "0"]],
  ])("take %s", (_, takeProfits, filled, shares) => {
    expect(targetShares({ takeProfits }, filled)).toEqual(shares);
  });

  it("leave nothing over when parts do not divide", () => {
    const shares = targetShares({ takeProfits: [{ percent: "1" }, { percent: "2" }, { percent: "3" }] }, "1");

    expect(shares).toEqual(["0.33333333333333333333", "0.33333333333333333333", "0.33333333333333333334"]);
  });
});

describe("a limit entry that fills in many steps", () => {
  it("keeps a stop of what has filled, however often that is replaced", async () => {
    const desk = new Desk();
    const none = { filledQuantity: "0", averagePrice: undefined };
    await desk.accept(1, { action: "long", orderType: "limit", quantity: "100", stopLoss: { price: "90" } });
    await desk.attempt(1, { e: { status: "working", quantity: "100", ...none } });
    for (let filled = 1; filled <= 24; filled += 1) {
      desk.now += 5_000;
      const { lease } = await desk.go(1, "watch");
      const entry = { status: "working", quantity: "100", filledQuantity: String(filled) } as const;
      await desk.settle(1, lease, desk.order(1, "e", entry));
      await keepGuarded(desk, 1);
    }

    expect(await desk.titles()).not.toContainEqual(expect.stringContaining("closing the position"));
    expect((await desk.view(1)).legs.findLast(({ role }) => role === "stop")).toMatchObject({
      orderStatus: "working",
      order: { quantity: "24" },
    });
  });

  it("is taken off the venue when its position has to be closed", async () => {
    const desk = new Desk();
    await desk.accept(1, { action: "long", orderType: "limit", quantity: "10", stopLoss: { price: "90" } });
    await desk.attempt(1, { e: { status: "working", quantity: "10", filledQuantity: "4" } });
    await desk.attempt(1, { s1: { kind: "rejected", reason: "no" } }, "watch");
    desk.now += 2_000;

    expect((await desk.go(1, "watch")).tasks.map((task) => [task.do, task.leg])).toEqual([
      ["place", "x"],
      ["cancel", "e"],
    ]);
  });

  it("has a target take no more than its share, though the one it replaced filled meanwhile", async () => {
    const desk = new Desk();
    const takeProfits = [{ price: "110" }, { price: "120" }];
    await desk.open(1, { orderType: "limit", takeProfits }, { status: "working", filledQuantity: "0.4" });
    await keepGuarded(desk, 1);
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "e"));
    await desk.attempt(1, { t3: resting, t4: resting }, "watch");
    const next = await desk.go(1, "watch");
    await desk.settle(1, next.lease, desk.order(1, "t1", { quantity: "0.2", filledQuantity: "0.2" }));
    const last = await desk.go(1, "watch");

    expect(await desk.send(1, "t5", last.lease)).toMatchObject({ quantity: "0.3", triggerPrice: "110" });
    expect(last.tasks).toContainEqual(expect.objectContaining({ do: "cancel", leg: "t3" }));
  });
});
