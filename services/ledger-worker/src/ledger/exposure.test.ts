import { describe, expect, it } from "vitest";
import type { VenueOrder } from "#contracts/order";
import type { Evidence } from "#contracts/ledger";
import { Desk, id } from "../testing/desk.ts";

const MINUTE = 60_000;
const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
const busy = { kind: "not_executed", reason: "the venue is busy" } as const;
const no = { kind: "rejected", reason: "no" } as const;
const guarded = { stopLoss: { percent: "2" } };

type Answers = Readonly<Record<string, Partial<VenueOrder> | Evidence["answer"]>>;

/** Lets time pass; whenever the signal has work, an attempt gets these answers. */
async function work(desk: Desk, number: number, ms: number, answers: Answers, stepMs = 1_000): Promise<string[]> {
  const sent: string[] = [];
  for (const until = desk.now + ms; desk.now < until; await desk.advance(stepMs)) {
    const { lease, tasks } = await desk
      .claim(number, { purpose: "watch" })
      .then((reply) => (reply.status === "go" ? reply : { lease: "", tasks: [] }));
    if (lease === "") continue;
    let evidence: Evidence[] = [];
    for (const { do: what, leg } of tasks) {
      if (what !== "place") continue;
      const reply = await desk.sending(number, leg, lease, ...evidence);
      evidence = [];
      if (reply.status !== "go") continue;
      sent.push(leg);
      const answer = answers[leg] ?? answers[leg.replace(/\d+$/, "")] ?? {};
      const { quantity } = reply.order;
      evidence = [
        "kind" in answer
          ? desk.evidence(number, leg, answer)
          : desk.order(number, leg, { quantity, filledQuantity: quantity, ...answer }),
      ];
    }
    await desk.settle(number, lease, ...evidence);
    await desk.confirmAll();
  }
  return sent;
}

async function critical(desk: Desk): Promise<string[]> {
  return (await desk.all("notification.requested"))
    .filter((each) => each.data.severity === "critical")
    .map((each) => each.data.title);
}

describe.each(["BTCUSDT.P", "BTCUSDT"])("what is to be closed of %s", (symbol) => {
  it("is closed though of a part only a person can tell whether another order closes it", async () => {
    const desk = new Desk();
    await desk.open(1, { symbol, quantity: "2", ...guarded });
    await desk.accept(2, { symbol, action: "close_long", quantity: "0.5", orderType: "limit", price: "110" });
    await desk.attempt(2, { c: { ...resting, quantity: "0.5" } });
    for (let times = 0; times < 2; times += 1) {
      await desk.advance(20_000);
      const { lease } = await desk.go(2, "watch");
      await desk.settle(2, lease, desk.evidence(2, "c", { kind: "absent" }));
    }
    await work(desk, 1, 10 * MINUTE, { s: no });

    expect(await desk.leg(2, "c")).toMatchObject({ status: "in_doubt" });
    expect(await desk.position(symbol)).toMatchObject({ quantity: "0.5" });
  });
});

describe("a close that is asked of a person", () => {
  it("names why it is not executed, and not what was not needed of it", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit" }, resting);
    await desk.open(2, { action: "sell", quantity: "0.4" });
    await desk.accept(3, { action: "close_long", quantity: undefined });
    const exit = await desk.go(3);
    await desk.sending(3, "c", exit.lease, desk.order(1, "e", resting));
    await desk.settle(3, exit.lease);
    await desk.advance(5_000);
    const late = await desk.go(1, "watch");
    await desk.settle(1, late.lease, desk.order(1, "e"));
    await desk.attempt(1, { x: { kind: "unknown", reason: "timed out" } }, "watch");
    await desk.advance(2 * MINUTE);

    const [asked] = (await desk.all("notification.requested")).filter(({ data }) => data.title.includes("by hand"));
    expect(asked?.data.details).toContainEqual({ label: "Why", value: "timed out." });
  });
});

describe("a filled entry whose stop the venue does not take", () => {
  it("is closed after a minute, and the trader told", async () => {
    const desk = new Desk();
    await desk.open(1, guarded);
    await work(desk, 1, 2 * MINUTE, { s: busy });

    expect(await critical(desk)).toEqual(["No stop for 60 s, closing the position: BTCUSDT.P · main:paper"]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("is left alone for that minute", async () => {
    const desk = new Desk();
    await desk.open(1, guarded);
    await work(desk, 1, 50_000, { s: busy });
    await work(desk, 1, 2 * MINUTE, { s: resting });

    expect(await critical(desk)).toEqual([]);
    expect(await desk.position()).toMatchObject({ quantity: "1" });
  });

  it("counts from the first stop planned, not from its replacements", async () => {
    const desk = new Desk();
    await desk.open(1, { ...guarded, orderType: "limit" }, { status: "working", filledQuantity: "0.4" });
    await work(desk, 1, 40_000, { s: busy });
    await desk.go(1, "watch").then(({ lease }) => desk.settle(1, lease, desk.order(1, "e")));
    await work(desk, 1, 30_000, { s: busy });

    expect(await critical(desk)).toContain("No stop for 60 s, closing the position: BTCUSDT.P · main:paper");
  });

  it("is told about again and again, ever less often, while the emergency close is not executed either", async () => {
    const desk = new Desk();
    await desk.open(1, guarded);
    await work(desk, 1, 3 * 60 * MINUTE, { s: busy, x: busy }, MINUTE);
    const again = (await critical(desk)).filter((title) => title.startsWith("Close it by hand"));

    expect(again).toHaveLength(5);
    expect(again[0]).toBe("Close it by hand: the emergency close of BTCUSDT.P is not executed · main:paper");
    // Three hours with an attempt a minute.
  }, 30_000);

  it("is tried every ten seconds for five minutes, then ever less often", async () => {
    const desk = new Desk();
    await desk.open(1, guarded);
    const placed = (minutes: number) => work(desk, 1, minutes * MINUTE, { s: busy, x: busy });
    await placed(1);
    const early = await placed(5);
    await placed(10);
    const late = await placed(10);

    expect(early.length).toBeGreaterThanOrEqual(25);
    expect(late.length).toBeLessThanOrEqual(10);
    expect(late.length).toBeGreaterThanOrEqual(8);
  });

  it("is not told about any more once it is flat", async () => {
    const desk = new Desk();
    await desk.open(1, guarded);
    await work(desk, 1, 3 * MINUTE, { s: busy, x: busy });
    await work(desk, 1, 2 * MINUTE, {});
    const told = (await critical(desk)).length;
    await desk.advance(5 * 60 * MINUTE);

    expect(await desk.position()).toMatchObject({ quantity: "0" });
    expect(await critical(desk)).toHaveLength(told);
  });
});

describe("a position that five emergency closes could not close", () => {
  async function left(): Promise<Desk> {
    const desk = new Desk();
    await desk.open(1, guarded);
    await work(desk, 1, 3 * MINUTE, { s: no, x: no });
    return desk;
  }
  const asked = async (desk: Desk) => (await critical(desk)).filter((title) => title.startsWith("Close it by hand"));

  it("is asked about after 5, 15 and 60 minutes, and every hour", async () => {
    const desk = await left();
    expect(await asked(desk)).toHaveLength(1);
    await desk.advance(6 * MINUTE);
    expect(await asked(desk)).toHaveLength(2);
    await desk.advance(16 * MINUTE);
    expect(await asked(desk)).toHaveLength(3);
    await desk.advance(121 * MINUTE);

    expect(await asked(desk)).toHaveLength(5);
  });

  it("has no sixth emergency close when its position changes", async () => {
    const desk = await left();
    await desk.open(2);
    await desk.accept(3, { action: "close", quantity: "0.5" });
    await desk.attempt(3);

    expect((await desk.view(1)).legs.filter((leg) => leg.role === "emergency")).toHaveLength(5);
    expect(await asked(desk)).toHaveLength(1);
  });

  it("is asked about no more when a close has filled", async () => {
    const desk = await left();
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.attempt(2);
    await desk.advance(180 * MINUTE);

    expect(await asked(desk)).toHaveLength(1);
  });

  it.each([
    ["was closed by hand", "filled", "0"],
    ["stays as it is", "rejected", "1"],
  ] as const)("is asked about no more when an operator says that it %s", async (_, outcome, quantity) => {
    const desk = await left();
    expect(await desk.view(1)).toMatchObject({ inQuestion: "x5" });
    expect((await desk.host.status()).leftToAPerson).toEqual([{ requestId: id(1), symbol: "BTCUSDT.P" }]);
    const reply = await desk.host.resolve({ v: 1, requestId: id(1), outcome, price: "97", reason: "seen", by: "ops" });
    await desk.advance(180 * MINUTE);

    expect(reply).toMatchObject({ status: "resolved" });
    expect(await desk.position()).toMatchObject({ quantity });
    expect((await desk.host.status()).leftToAPerson).toBeUndefined();
    expect(await asked(desk)).toHaveLength(1);
  });
});

describe("what an exit leaves of a spot coin, less than the venue sells", () => {
  const tooSmall = { ...no, tooSmall: true } as const;

  async function left(): Promise<Desk> {
    const desk = new Desk();
    await desk.open(1, { symbol: "BTCUSDT", ...guarded });
    await work(desk, 1, MINUTE, { s: resting });
    await desk.accept(2, { symbol: "BTCUSDT", action: "close", quantity: "0.999" });
    const { lease } = await desk.go(2);
    await desk.settle(2, lease, desk.order(1, "s1", { status: "cancelled", filledQuantity: "0" }));
    await desk.advance(2_000);
    await desk.attempt(2);
    await work(desk, 1, 10 * MINUTE, { s: tooSmall, x: tooSmall });
    return desk;
  }

  it("is told once and left as it is: nobody can sell it by hand either", async () => {
    const desk = await left();
    await desk.advance(5 * 60 * MINUTE);
    const told = await desk.all("notification.requested");

    expect(await critical(desk)).toEqual([]);
    expect(told.filter(({ data }) => data.severity === "warning").map(({ data }) => data.title)).toEqual([
      "Stop rejected, closing the position: BTCUSDT · main:paper",
      "Too little to be sold, left as it is: 0.001 BTCUSDT · main:paper",
    ]);
    expect(await desk.position("BTCUSDT")).toMatchObject({ quantity: "0.001" });
  });

  it("goes with the next exit that is large enough", async () => {
    const desk = await left();
    await desk.open(3, { symbol: "BTCUSDT" });
    await desk.accept(4, { symbol: "BTCUSDT", action: "close", quantity: undefined });

    expect((await desk.attempt(4)).orders).toMatchObject([{ quantity: "1.001" }]);
  });
});

describe("a target that cannot be placed", () => {
  it("is given up with a warning, and the stop goes on holding the position", async () => {
    const desk = new Desk();
    await desk.open(1, { ...guarded, takeProfits: [{ percent: "5" }, { percent: "10" }] });
    await desk.attempt(1, { s1: resting, t1: no, t2: resting }, "watch");
    const sent = await work(desk, 1, 5 * MINUTE, {});

    expect(sent).toEqual([]);
    expect(await desk.position()).toMatchObject({ quantity: "1" });
    expect(
      (await desk.all("notification.requested")).map((each) => [each.data.severity, each.data.title]),
    ).toContainEqual(["warning", "Target rejected and given up: BTCUSDT.P · main:paper"]);
  });

  it("because of our own bug, three times, closes nothing", async () => {
    const desk = new Desk();
    await desk.open(1, { ...guarded, takeProfits: [{ percent: "5" }] });
    const { lease } = await desk.go(1, "watch");
    await desk.send(1, "s1", lease);
    await desk.settle(1, lease, desk.order(1, "s1", resting));
    for (let times = 0; times < 3; times += 1) {
      const again = await desk.go(1, "watch");
      await desk.host.fail({
        v: 1,
        requestId: id(1),
        lease: again.lease,
        evidence: [],
        error: "TypeError",
        reason: "oops",
      });
      desk.now += MINUTE;
    }

    expect((await desk.view(1)).legs.filter((leg) => leg.role === "emergency")).toEqual([]);
    expect(await desk.titles()).toContain("Target failed and given up: BTCUSDT.P · main:paper");
  });
});

describe("two guarded entries on spot", () => {
  const spot = { symbol: "BTCUSDT", ...guarded };

  async function two(): Promise<Desk> {
    const desk = new Desk();
    await desk.open(1, spot);
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2, spot);
    await desk.attempt(2, { s1: resting }, "watch");
    await desk.accept(3, { symbol: "BTCUSDT", action: "close", quantity: "1.5" });
    const { lease } = await desk.go(3);
    const cancelled = (number: number) => desk.order(number, "s1", { ...resting, status: "cancelled" });
    await desk.send(3, "c", lease, cancelled(1), cancelled(2));
    await desk.settle(3, lease, desk.order(3, "c", { quantity: "1.5", filledQuantity: "1.5" }));
    return desk;
  }

  it("guard no more than is open after a partial close: the older keeps its stop", async () => {
    const desk = await two();
    const { orders } = await desk.attempt(1, { s2: resting }, "watch");

    expect(orders).toMatchObject([{ type: "stop", quantity: "0.5" }]);
    expect(await desk.claim(2, { purpose: "watch" })).toMatchObject({ status: "settled" });
  });

  it("leave what is opened later to its own stop", async () => {
    const desk = await two();
    await desk.attempt(1, { s2: resting }, "watch");
    await desk.open(4, spot);

    expect((await desk.attempt(4, { s1: resting }, "watch")).orders).toMatchObject([{ quantity: "1" }]);
    expect((await desk.view(1)).legs.map((leg) => leg.leg)).toEqual(["e", "s1", "s2"]);
  });
});

describe("an emergency close beside an exit of which nobody has heard", () => {
  /** Short 1, which an exit closes; then short 0.5 of 1, which must be closed because its stop was refused. */
  async function closing(): Promise<Desk> {
    const desk = new Desk();
    const short = { action: "short", ...guarded } as const;
    await desk.open(1, short);
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.attempt(2, { c: resting });
    await desk.open(3, short, { status: "working", filledQuantity: "0.5" });
    await desk.attempt(3, { s1: no }, "watch");
    await desk.advance(2_000);
    return desk;
  }

  async function exitFills(desk: Desk): Promise<void> {
    const { lease } = await desk.go(2, "watch");
    await desk.settle(2, lease, desk.order(2, "c"));
  }

  it("closes its own: what the exit closed was the older's", async () => {
    const desk = await closing();
    await exitFills(desk);

    expect((await desk.attempt(3, {}, "watch")).orders).toMatchObject([{ quantity: "0.5" }]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("does not wait for an exit that rests", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "long", ...guarded });
    await desk.accept(2, { action: "close", quantity: undefined, orderType: "limit", price: "120" });
    await desk.attempt(2, { c: resting });
    await desk.attempt(1, { s1: no }, "watch");

    expect((await desk.attempt(1, {}, "watch")).orders).toMatchObject([{ type: "market", quantity: "1" }]);
  });

  it("is followed by one for all that its entry fills later", async () => {
    const desk = await closing();
    const { lease } = await desk.go(3, "watch");
    await desk.send(3, "x", lease);
    await exitFills(desk);
    await desk.settle(3, lease, desk.order(3, "x", { quantity: "0.5", filledQuantity: "0.5" }));
    await desk.advance(5_000);
    const later = await desk.go(3, "watch");
    await desk.settle(3, later.lease, desk.order(3, "e"));

    expect(await desk.position()).toMatchObject({ quantity: "-0.5" });
    expect((await desk.attempt(3, {}, "watch")).orders).toMatchObject([{ type: "market", quantity: "0.5" }]);
  });
});
