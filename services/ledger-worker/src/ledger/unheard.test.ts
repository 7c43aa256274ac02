import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
const refused = { kind: "rejected", reason: "reduce only" } as const;
const stopLoss = { percent: "2" } as const;

const tasks = async (desk: Desk, n: number): Promise<string[]> => {
  const reply = await desk.claim(n, { purpose: "watch" });
  return reply.status === "go" ? reply.tasks.map((task) => `${task.do} ${task.leg}`) : [];
};

/** Long 1 with its stop standing. */
async function guarded(): Promise<Desk> {
  const desk = new Desk();
  await desk.open(1, { stopLoss });
  await desk.attempt(1, { s1: resting }, "watch");
  await desk.advance(30_000);
  return desk;
}
/** An exit has closed a half of it: a smaller stop is planned beside the one that stands. */
async function reduced(): Promise<Desk> {
  const desk = await guarded();
  await desk.accept(2, { action: "close_long", quantity: "0.5" });
  await desk.attempt(2);
  return desk;
}
const leave = (desk: Desk) =>
  desk.host.resolve({ v: 1, requestId: id(1), outcome: "rejected", by: "cli", reason: "I keep it" });

describe("a stop that stands", () => {
  it("is not forgotten when a person keeps what is open", async () => {
    const desk = await reduced();
    await desk.attempt(1, { s2: refused }, "watch");
    await leave(desk);
    await desk.accept(3, { action: "close_long", quantity: undefined });
    await desk.attempt(3); // flat
    await desk.advance(60_000);
    expect(await tasks(desk, 1)).toContain("cancel s1");
  });

  it("follows its entry on after a person has kept what filled too late", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit", stopLoss }, { status: "working", filledQuantity: "0.6" });
    await desk.attempt(1, { s1: { ...resting, quantity: "0.6" } }, "watch");
    await desk.accept(2, { action: "close_long", quantity: "0.1" });
    await desk.attempt(2);
    await desk.advance(3_000);
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "e"));
    await leave(desk);
    await desk.advance(3_000);
    await desk.attempt(1, { s2: resting, s3: resting }, "watch");
    await desk.advance(3_000);
    expect(await tasks(desk, 1)).toContain("cancel s1");
  });

  it("is enough when three attempts at a smaller one failed", async () => {
    const desk = await reduced();
    for (let times = 0; times < 3; times += 1) {
      const { lease } = await desk.go(1, "watch");
      await desk.host.fail({ v: 1, requestId: id(1), lease, evidence: [], error: "TypeError", reason: "x" });
      await desk.advance(5_000);
    }
    expect((await desk.view(1)).legs.map(({ leg }) => leg)).not.toContain("x");
  });

  it("is replaced after all once another entry is open beside it, of which it would take a part", async () => {
    const desk = await reduced();
    await desk.attempt(1, { s2: refused }, "watch");
    await desk.open(3, { stopLoss });

    expect((await desk.attempt(1, { s3: resting }, "watch")).orders).toMatchObject([{ type: "stop", quantity: "0.5" }]);
  });

  it("is enough however often the venue refuses a smaller one, each time that less is left", async () => {
    const desk = await reduced();
    const never = Object.fromEntries(Array.from({ length: 40 }, (_, number) => [`s${number}`, refused]));
    for (let exit = 3; exit < 33; exit += 1) {
      // Once it is not tried any more nothing is handed out.
      await desk.attempt(1, never, "watch").catch(() => undefined);
      await desk.accept(exit, { action: "close_long", quantity: "0.01" });
      await desk.attempt(exit);
      await desk.advance(30_000);
    }

    await desk.open(40);
    await desk.advance(3_000);

    expect(await desk.leg(1, "s1")).toMatchObject({ orderStatus: "working" });
    expect((await desk.view(1)).legs.map(({ leg }) => leg)).not.toContain("x");
  });

  it("closes nothing when the right one is refused beside another entry, too", async () => {
    const desk = await reduced();
    await desk.attempt(1, { s2: refused }, "watch");
    await desk.open(3);
    await desk.attempt(1, { s3: refused }, "watch");
    await desk.advance(60_000);

    expect(await tasks(desk, 1)).not.toContain("place s4");
    expect((await desk.view(1)).legs.map(({ leg }) => leg)).not.toContain("x");
  });

  it("closes nothing though attempts at the right one fail beside another entry, again and again", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2);
    await desk.accept(3, { action: "close_long", quantity: "1.5" });
    await desk.attempt(3);
    await desk.open(4);
    for (let times = 0; times < 90; times += 1) {
      await desk.advance(20_000);
      const claim = await desk.claim(1, { purpose: "watch" });
      if (claim.status !== "go") continue;
      const failed = { lease: claim.lease, evidence: [], error: "TypeError", reason: "x" };
      await desk.host.fail({ v: 1, requestId: id(1), ...failed });
    }

    expect((await desk.view(1)).legs.map(({ leg }) => leg)).not.toContain("x");
  });

  it("is enough where the venue has no room for a smaller one beside it", async () => {
    const desk = new Desk();
    desk.facts = { maxTriggerOrders: 1 };
    await desk.open(1, { orderType: "limit", stopLoss }, { status: "working", filledQuantity: "0.9" });
    await desk.attempt(1, { s1: { ...resting, quantity: "0.9" } }, "watch");
    await desk.accept(2, { action: "close_long", quantity: "0.1" });
    await desk.attempt(2);
    await desk.attempt(1, { s2: { kind: "rejected", reason: "too many stop orders" } }, "watch");
    expect((await desk.view(1)).legs.map(({ leg }) => leg)).not.toContain("x");
  });
});

describe("the word on a stop that may have filled", () => {
  it("is waited for by a target", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short", stopLoss });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2, { action: "buy" });
    desk.now += 30_000;
    await desk.accept(3, { action: "target", quantity: undefined, size: { target: "0" } });
    await desk.attempt(3);
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "s1"));
    await desk.advance(2_000);
    await desk.attempt(3);
    await desk.advance(5_000);
    await desk.attempt(3);
    expect((await desk.position())?.quantity).toBe("0");
  });

  it("is waited for by an exit, though more seems open", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short", stopLoss });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2, { action: "buy", quantity: "3" });
    desk.now += 30_000;
    await desk.accept(3, { action: "close_long", quantity: undefined });
    await desk.attempt(3);
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "s1"));
    await desk.advance(2_000);
    await desk.attempt(3);
    expect((await desk.position())?.quantity).toBe("0");
  });

  it("is waited for by the close of a target", async () => {
    const desk = await guarded();
    await desk.accept(2, { action: "target", quantity: undefined, size: { target: "0" } });
    await desk.attempt(2, { c: refused });
    await desk.advance(2_000);
    expect((await desk.attempt(2, { c: refused })).orders).toEqual([]);
  });

  it("is waited for though the venue did not answer when it was asked", async () => {
    const desk = await guarded();
    await desk.accept(2, { action: "close_long", quantity: undefined });
    await desk.attempt(2, { c: refused });
    const { lease } = await desk.go(1, "watch");
    await desk.host.defer({ v: 1, requestId: id(1), lease, reason: "timed out", evidence: [] });
    await desk.advance(2_000);
    expect((await desk.attempt(2, { c: refused })).orders).toEqual([]);
    expect((await desk.titles()).join()).not.toContain("is still open");
  });
});

describe("an answer that is older than the question", () => {
  it("is not the word that an exit waits for", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short", stopLoss });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.advance(30_000);
    const watch = await desk.go(1, "watch");
    const before = desk.order(1, "s1", resting);
    desk.now += 500;
    await desk.open(2, { action: "buy" });
    await desk.accept(3, { action: "close_long", quantity: undefined });
    await desk.settle(1, watch.lease, before);
    await desk.attempt(3);
    expect((await desk.view(3)).outcome).toBeUndefined();
  });
});

describe("a position that is flat", () => {
  it("is not told to be without a stop", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss, takeProfits: [{ percent: "5" }] });
    await desk.attempt(1, { s1: { kind: "not_executed", reason: "busy" }, t1: resting }, "watch");
    await desk.advance(55_000);
    const watch = await desk.go(1, "watch");
    desk.now += 8_000;
    await desk.settle(1, watch.lease, desk.order(1, "t1"));
    expect((await desk.titles()).join()).not.toContain("No stop for");
  });
});

describe("a net sale that can only reduce", () => {
  it("needs no closing when it filled beside an exit", async () => {
    const desk = new Desk();
    await desk.open(1, { quantity: "2" }, { quantity: "2", filledQuantity: "2" });
    await desk.open(2, { action: "sell", orderType: "limit", price: "110" }, resting);
    await desk.accept(3, { action: "close", quantity: undefined });
    const { lease } = await desk.go(3);
    await desk.send(3, "c", lease);
    await desk.settle(3, lease, desk.order(3, "c", { quantity: "2", filledQuantity: "1", status: "cancelled" }));
    await desk.advance(2_000);
    const watch = await desk.go(2, "watch");
    await desk.settle(2, watch.lease, desk.order(2, "e"));
    expect((await desk.titles()).join()).not.toContain("Filled after its exit");
  });

  it("is left at the venue by an exit of the other side", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.open(2, { action: "sell", orderType: "limit", price: "110" }, resting);
    await desk.accept(3, { action: "close_short", quantity: undefined });
    expect((await desk.go(3)).tasks.map((task) => `${task.do} ${task.leg}`)).not.toContain("cancel e");
  });
});

describe("a reversal", () => {
  it("at spot is refused once when a resting sale holds what it would close first", async () => {
    const desk = new Desk();
    await desk.open(1, { symbol: "BTCUSDT" });
    await desk.accept(2, {
      symbol: "BTCUSDT",
      action: "close_long",
      quantity: "0.5",
      orderType: "limit",
      price: "110",
    });
    await desk.attempt(2, { c: { ...resting, quantity: "0.5" } });
    await desk.accept(3, { symbol: "BTCUSDT", action: "short", quantity: "1" });
    await desk.attempt(3);
    await desk.advance(2_000);
    expect((await desk.view(3)).legs.map(({ leg }) => leg)).toEqual(["c", "e"]);
    expect((await desk.view(3)).outcome).toBe("refused");
  });

  it("closes again what the other side has filled meanwhile", async () => {
    const desk = new Desk();
    const part = { status: "working", quantity: "2", filledQuantity: "1" } as const;
    await desk.open(1, { action: "short", quantity: "2", orderType: "limit" }, part);
    await desk.accept(2, { action: "long" });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease);
    const all = desk.order(1, "e", { quantity: "2", filledQuantity: "2" });
    expect(await desk.sending(2, "e", lease, desk.order(2, "c"), all)).toMatchObject({ status: "stop" });
  });
});
