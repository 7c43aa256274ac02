import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

const unknown = { kind: "unknown", reason: "timed out" } as const;

describe("a lane", () => {
  it("hands out its oldest signal only", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.accept(2);

    expect(await desk.claim(2)).toEqual({ status: "later", reason: "it is not its lane's turn" });
    expect(await desk.claim(1)).toMatchObject({ status: "go", attempt: 1 });
  });

  it("hints the next when one ends, in the same invocation", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.accept(2);
    await desk.attempt(1);

    expect(await desk.hints()).toEqual([2]);
    expect(await desk.claim(2)).toMatchObject({ status: "go" });
  });

  it("goes on while an order of an earlier signal rests at the venue", async () => {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit" });
    await desk.accept(2);
    const { end } = await desk.attempt(1, { e: { status: "working", filledQuantity: "0", averagePrice: undefined } });

    expect(end).toEqual({ status: "ok", outcome: "working" });
    expect(await desk.claim(2)).toMatchObject({ status: "go" });
  });

  it("is independent of others", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.accept(2, { symbol: "ETHUSDT.P" });
    await desk.go(1);

    expect(await desk.claim(2)).toMatchObject({ status: "go" });
  });

  it("keeps its order through a hundred signals", async () => {
    const desk = new Desk();
    for (let number = 1; number <= 100; number += 1) await desk.accept(number);
    const executed: number[] = [];
    for (let number = 1; number <= 100; number += 1) {
      await desk.attempt(number);
      executed.push(number);
      const [next] = await desk.hints();
      expect(next).toBe(number === 100 ? undefined : number + 1);
    }
    expect(executed).toHaveLength(100);
  });
});

describe("a claim", () => {
  it("of a signal that was never accepted is unknown", async () => {
    const desk = new Desk();
    await desk.accept(1);

    expect(await desk.claim(99)).toEqual({ status: "unknown" });
  });

  it("of an ended signal says how it ended", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.attempt(1);

    expect(await desk.claim(1)).toEqual({ status: "settled", outcome: "filled" });
  });

  it("comes later while an attempt is under way", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.go(1);

    expect(await desk.claim(1)).toEqual({ status: "later", reason: "an attempt is under way" });
  });

  it("comes later while the signal backs off", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    await desk.host.defer({ v: 1, requestId: id(1), lease, evidence: [], reason: "venue is busy" });

    expect(await desk.claim(1)).toEqual({ status: "later", reason: "it is backing off" });
  });

  it("hands out the signal with its dates", async () => {
    const desk = new Desk();
    const sentAt = new Date(desk.now - 1_000);
    const expiresAt = new Date(desk.now + 9_000);
    await desk.accept(1, { sentAt, expiresAt });

    expect((await desk.go(1)).signal).toEqual(desk.signal(1, { sentAt, expiresAt }));
  });

  it("places an entry", async () => {
    const desk = new Desk();
    await desk.accept(1);

    expect((await desk.go(1)).tasks).toMatchObject([{ do: "place", leg: "e", role: "entry", symbol: "BTCUSDT.P" }]);
  });

  it("never places again what was sent and is in doubt, but asks", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.attempt(1, { e: unknown });

    expect((await desk.go(1)).tasks).toMatchObject([{ do: "ask", leg: "e" }]);
  });

  it("to watch needs no head and asks for resting orders", async () => {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit" });
    await desk.attempt(1, { e: { status: "working", filledQuantity: "0", averagePrice: undefined } });
    await desk.accept(2);

    expect((await desk.go(1, "watch")).tasks).toMatchObject([
      { do: "ask", leg: "e", known: { status: "working", filledQuantity: "0" } },
    ]);
  });

  it("to watch never places an entry", async () => {
    const desk = new Desk();
    await desk.accept(1);

    expect(await desk.claim(1, { purpose: "watch" })).toMatchObject({ status: "later" });
  });

  it("after the end of validity ends the signal", async () => {
    const desk = new Desk();
    await desk.accept(1);
    desk.now += 60_000;

    expect(await desk.claim(1)).toEqual({ status: "settled", outcome: "expired" });
  });

  it("frees a hint slot for the heads that wait for one", async () => {
    const desk = new Desk({ maxOutstandingHints: 1 });
    await desk.accept(1, { symbol: "AAUSDT" });
    await desk.accept(2, { symbol: "BBUSDT" });
    await desk.go(1);

    expect(await desk.hints()).toEqual([2]);
  });

  it("refills several slots with one batch when half of them are free", async () => {
    const desk = new Desk({ maxOutstandingHints: 4 });
    for (let number = 1; number <= 8; number += 1) await desk.accept(number, { symbol: `S${number}USDT` });
    await desk.go(1);
    expect(await desk.hints()).toEqual([]);
    await desk.go(2);

    expect(await desk.hints()).toEqual([5, 6]);
  });
});

describe("a lease", () => {
  it("lasts 15 seconds after the last call under it", async () => {
    const desk = new Desk();
    await desk.accept(1, { validForMs: 3_600_000 });
    const { lease } = await desk.go(1);
    desk.now += 14_000;
    await desk.send(1, "e", lease);
    desk.now += 14_000;

    expect(await desk.claim(1)).toMatchObject({ status: "later" });
    desk.now += 1_000;
    expect(await desk.claim(1)).toMatchObject({ status: "go", attempt: 2 });
  });

  it("that was taken over sends nothing more", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    desk.now += 15_000;
    await desk.go(1);

    expect(await desk.sending(1, "e", lease)).toEqual({ status: "stale_lease" });
  });

  it("that ran out sends nothing more, even if nobody took over", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    desk.now += 15_000;

    expect(await desk.sending(1, "e", lease)).toEqual({ status: "stale_lease" });
    expect(await desk.settle(1, lease)).toEqual({ status: "stale_lease" });
  });

  it("that ends while an order is being sent leaves it in doubt", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    await desk.send(1, "e", lease);
    await desk.advance(15_000);

    expect(await desk.leg(1, "e")).toMatchObject({ status: "in_doubt" });
  });

  it("of an attempt that died is found by the alarm, which hints again", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.go(1);
    await desk.advance(16_000);

    expect(await desk.hints()).toEqual([1]);
  });
});

describe("three failures in a row", () => {
  it("end a signal as its legs did when only the word for it was missing", async () => {
    const desk = new Desk();
    await desk.accept(1, { action: "close_short" });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const { lease } = await desk.go(1);
      if (attempt === 3) await desk.sending(1, "c", lease);
      await desk.advance(16_000);
    }

    expect(await desk.view(1)).toMatchObject({ state: "ended", outcome: "superseded" });
    expect(desk.published.filter((each) => each.type === "signal.settled")).toHaveLength(1);
    expect(desk.published.filter((each) => each.type === "letter.parked")).toEqual([]);
  });

  async function fails(desk: Desk, number: number): Promise<void> {
    const { lease } = await desk.go(number);
    await desk.host.fail({
      v: 1,
      requestId: id(number),
      lease,
      evidence: [],
      error: "TypeError",
      reason: "x is undefined",
    });
    desk.now += 5_000;
  }

  it("park a signal of which nothing was sent, and the lane moves on", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.accept(2);
    for (let times = 0; times < 3; times += 1) await fails(desk, 1);

    expect(await desk.view(1)).toMatchObject({ outcome: "failed", attempts: 3 });
    expect(await desk.hints()).toEqual([2]);
  });

  it("leave a dead letter with the signal and the hint that replays it", async () => {
    const desk = new Desk();
    await desk.accept(1);
    for (let times = 0; times < 3; times += 1) await fails(desk, 1);
    const [letter] = await desk.all("letter.parked");

    expect(letter).toMatchObject({
      requestId: id(1),
      confirmTo: "main:paper",
      data: {
        class: "bug",
        error: "TypeError",
        originQueue: "trade-signals",
        type: "signal.hinted",
        attempts: 3,
        final: true,
      },
    });
    expect(letter?.data.body).toMatchObject({
      json: { type: "signal.hinted", requestId: id(1) },
      signal: { symbol: "BTCUSDT.P" },
    });
  });

  it("are counted for leases that run out, too", async () => {
    const desk = new Desk();
    await desk.accept(1, { validForMs: 3_600_000 });
    for (let times = 0; times < 3; times += 1) {
      await desk.go(1);
      await desk.advance(16_000 + times * 2_000);
    }
    expect(await desk.view(1)).toMatchObject({ outcome: "failed" });
    expect(await desk.all("letter.parked")).toHaveLength(1);
  });

  it("are not counted across a good attempt", async () => {
    const desk = new Desk();
    await desk.accept(1, { validForMs: 3_600_000 });
    await fails(desk, 1);
    await fails(desk, 1);
    await desk.attempt(1, { e: { kind: "not_executed", reason: "busy" } });
    desk.now += 30_000;
    await fails(desk, 1);

    expect((await desk.view(1)).outcome).toBeUndefined();
  });

  it("never end a leg that may have been executed", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.attempt(1, { e: unknown });
    for (let times = 0; times < 4; times += 1) {
      desk.now += 120_000;
      await fails(desk, 1);
    }
    expect(await desk.view(1)).toMatchObject({ state: "in_doubt" });
    expect(await desk.all("letter.parked")).toEqual([]);
  });
});
