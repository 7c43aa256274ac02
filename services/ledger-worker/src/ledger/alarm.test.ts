import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
const unknown = { kind: "unknown", reason: "timed out" } as const;

describe("the alarm", () => {
  it("hints a head that nobody claimed after 2 s, doubling to 30 s", async () => {
    const desk = new Desk();
    await desk.accept(1, { validForMs: 3_600_000 });
    const at: number[] = [];
    for (let seconds = 1; seconds <= 130; seconds += 1) {
      await desk.advance(1_000);
      if ((await desk.hints()).length > 0) at.push(seconds);
    }

    expect(at).toEqual([2, 6, 14, 30, 60, 90, 120]);
  });

  it("never fires for rows that only wait", async () => {
    const desk = new Desk();
    for (let number = 1; number <= 50; number += 1) await desk.accept(number, { validForMs: 3_600_000 });
    await desk.go(1);
    await desk.advance(10_000);

    expect(desk.alarms).toBeLessThanOrEqual(2);
  });

  it("does not spin over a head whose waiting rows are long overdue", async () => {
    const desk = new Desk();
    await desk.accept(1, { validForMs: 3_600_000 });
    await desk.attempt(1, { e: unknown });
    for (let number = 2; number <= 50; number += 1) await desk.accept(number);
    await desk.advance(60 * 60_000);

    // The doubtful leg is asked for, and hinted, a few times a minute at most; the outbox adds some.
    expect(desk.alarms).toBeLessThan(500);
  });

  it("fires at the end of a lease", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.go(1);
    await desk.advance(15_000);

    expect((await desk.view(1)).state).toBe("head");
  });

  it("hints a deferred signal when its pause is over", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    const notBefore = new Date(desk.now + 7_000);
    await desk.host.defer({ v: 1, requestId: id(1), lease, evidence: [], reason: "venue says wait", notBefore });
    await desk.advance(6_999);
    expect(await desk.hints()).toEqual([]);
    await desk.advance(1);

    expect(await desk.hints()).toEqual([1]);
  });

  it("defers for 1 s, doubling to 30 s", async () => {
    const desk = new Desk();
    await desk.accept(1, { validForMs: 3_600_000 });
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const { lease } = await desk.go(1);
      const from = desk.now;
      await desk.host.defer({ v: 1, requestId: id(1), lease, evidence: [], reason: "busy" });
      while ((await desk.hints()).length === 0) await desk.advance(500);
      pauses.push((desk.now - from) / 1_000);
    }

    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  it("expires a signal at the end of its validity with the last problem in its reason", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    await desk.host.defer({
      v: 1,
      requestId: id(1),
      lease,
      evidence: [],
      reason: "binance answers 503",
      notBefore: new Date(desk.now + 90_000),
    });
    await desk.advance(60_000);

    expect(await desk.view(1)).toMatchObject({
      outcome: "expired",
      reason: "Not executed within its validity of 60 s. The last problem was: binance answers 503.",
    });
  });

  it("expires what waited behind it and hints the first that is still valid", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.accept(2);
    await desk.accept(3, { validForMs: 3_600_000 });
    await desk.advance(61_000);

    expect(await desk.view(2)).toMatchObject({ outcome: "expired" });
    expect(await desk.hints()).toContain(3);
  });

  it("works through hundreds that expired behind one head", async () => {
    const desk = new Desk();
    for (let number = 1; number <= 300; number += 1) await desk.accept(number);
    await desk.advance(70_000);

    expect(await desk.host.status()).toMatchObject({ accepted: 300, unended: 0 });
  });

  it("watches a resting order after 2 s, doubling to a minute", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit" }, resting);
    const at: number[] = [];
    const start = desk.now;
    while (desk.now - start < 250_000) {
      await desk.advance(1_000);
      if ((await desk.hints("watch")).length === 0) continue;
      at.push((desk.now - start) / 1_000);
      const { lease } = await desk.go(1, "watch");
      await desk.settle(1, lease, desk.order(1, "e", resting));
    }

    expect(at).toEqual([2, 6, 14, 30, 62, 122, 182, 242]);
  });

  it("asks each five seconds about a resting entry that needs a stop once it has filled", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit", stopLoss: { percent: "5" } }, resting);
    const at: number[] = [];
    const start = desk.now;
    while (desk.now - start < 30_000) {
      await desk.advance(1_000);
      if ((await desk.hints("watch")).length === 0) continue;
      at.push((desk.now - start) / 1_000);
      const { lease } = await desk.go(1, "watch");
      await desk.settle(1, lease, desk.order(1, "e", resting));
    }

    expect(at).toEqual([2, 6, 11, 16, 21, 26]);
  });

  it("asks about a leg in doubt soon, and again when absence begins to be proof", async () => {
    const desk = new Desk();
    await desk.accept(1, { validForMs: 3_600_000 });
    await desk.attempt(1, { e: unknown });
    const at: number[] = [];
    const start = desk.now;
    while (desk.now - start < 60_000) {
      await desk.advance(1_000);
      if ((await desk.hints()).length === 0) continue;
      at.push((desk.now - start) / 1_000);
      const { lease } = await desk.go(1);
      await desk.settle(1, lease, desk.evidence(1, "e", unknown));
    }

    expect(at).toEqual([2, 4, 8, 15, 31]);
  });

  it("hints heads that waited for a free slot, even if the hints before them were lost", async () => {
    const desk = new Desk({ maxOutstandingHints: 1 });
    await desk.accept(1, { symbol: "AAUSDT", validForMs: 3_600_000 });
    await desk.accept(2, { symbol: "BBUSDT", validForMs: 3_600_000 });
    await desk.advance(60_000);

    expect(await desk.hints()).toContain(2);
  });

  it("is set again after a restart", async () => {
    const desk = new Desk();
    await desk.accept(1);
    desk.alarmAt = undefined;
    desk.restart();
    await desk.host.poke();
    await desk.advance(2_000);

    expect(await desk.hints()).toEqual([1]);
  });

  it("is off when nothing is left to do", async () => {
    const desk = new Desk();
    await desk.host.poke();

    expect(desk.alarmAt).toBeUndefined();
  });

  it("never throws, and one bad row does not keep the others from their turn", async () => {
    const desk = new Desk();
    await desk.accept(1, { symbol: "AAUSDT" });
    await desk.accept(2, { symbol: "BBUSDT" });
    desk.sql.exec("UPDATE signals SET body = 'not json' WHERE request_id = ?", id(1));
    await desk.advance(60_000);

    expect(await desk.view(2)).toMatchObject({ outcome: "expired" });
    expect(desk.alarmAt).toBeGreaterThan(desk.now);
  });
});

describe("no commit", () => {
  it("scans a table, however much is in it", async () => {
    const desk = new Desk({ limits: { ordersPerMinute: 1_000, maxDailyLoss: "1000", maxPosition: "1000" } });
    desk.sql.queries = [];
    await desk.open(
      1,
      { orderType: "limit", stopLoss: { percent: "2" } },
      { status: "working", filledQuantity: "0.4" },
    );
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.accept(2, { validForMs: 3_600_000 });
    await desk.attempt(2, { e: unknown });
    await desk.accept(3, { action: "close" });
    await desk.advance(600_000);
    await desk.attempt(3);
    await desk.confirmAll();
    await desk.advance(600_000);
    const queries = new Set(desk.sql.queries.filter((query) => !/^(?:CREATE|SELECT id FROM outbox$)/.test(query)));
    const scans = [...queries].flatMap((query) => {
      const plan = desk.sql.database.prepare(`EXPLAIN QUERY PLAN ${query}`).all();
      return plan
        .map((step) => String(step["detail"]))
        .filter((step) => /^SCAN (?!\(subquery|json_each)/.test(step) && !/USING (?:COVERING )?INDEX/.test(step))
        .map((step) => `${step}: ${query}`);
    });

    expect(scans).toEqual([]);
  });
});

describe("pruning", () => {
  const week = 8 * 24 * 3_600_000;

  it("forgets a confirmed signal after a week but recognises a late copy of its hint", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.confirmAll();
    await desk.advance(week);

    expect(await desk.host.find({ v: 1, requestId: id(1) })).toBeUndefined();
    expect(await desk.claim(1)).toEqual({ status: "settled", outcome: "filled" });
  });

  it("never accepts a request again that it has forgotten", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.confirmAll();
    await desk.advance(week);

    expect(await desk.accept(1)).toEqual({ status: "duplicate", requestId: id(1), outcome: "filled" });
  });

  it("keeps what is not confirmed", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.advance(week);

    expect(await desk.view(1)).toMatchObject({ outcome: "filled" });
  });

  it("keeps a signal whose order still rests at the venue", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit" }, resting);
    await desk.confirmAll();
    desk.now += week;
    await desk.advance(3_600_000);

    expect(await desk.leg(1, "e")).toMatchObject({ orderStatus: "working" });
  });

  it("keeps a parked signal for a month", async () => {
    const desk = new Desk();
    await desk.accept(1);
    for (let times = 0; times < 3; times += 1) {
      const { lease } = await desk.go(1);
      await desk.host.fail({ v: 1, requestId: id(1), lease, evidence: [], error: "TypeError", reason: "oops" });
      desk.now += 5_000;
    }
    await desk.confirmAll();
    await desk.advance(week);

    expect(await desk.view(1)).toMatchObject({ outcome: "failed" });
  });

  it("forgets the tombstone after a year", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.confirmAll();
    await desk.advance(week + 366 * 24 * 3_600_000);

    expect(await desk.claim(1)).toEqual({ status: "unknown" });
  });
});
