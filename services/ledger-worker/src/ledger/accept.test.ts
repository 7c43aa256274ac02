import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

const explicit = { value: "order-7", source: "explicit" } as const;
const body = { value: "same-bytes", source: "body" } as const;

describe("accepting a signal", () => {
  it("gives each lane its own sequence", async () => {
    const desk = new Desk();

    expect(await desk.accept(1)).toMatchObject({ status: "accepted", seq: 1 });
    expect(await desk.accept(2)).toMatchObject({ seq: 2 });
    expect(await desk.accept(3, { symbol: "ETHUSDT.P" })).toMatchObject({ seq: 1 });
  });

  it("asks the caller to hint the head of a lane only", async () => {
    const desk = new Desk();

    expect(await desk.accept(1)).toMatchObject({ hint: true });
    expect(await desk.accept(2)).toMatchObject({ hint: false });
  });

  it("stops hinting at the cap of outstanding hints", async () => {
    const desk = new Desk({ maxOutstandingHints: 2 });
    await desk.accept(1, { symbol: "AAUSDT" });
    await desk.accept(2, { symbol: "BBUSDT" });

    expect(await desk.accept(3, { symbol: "CCUSDT" })).toMatchObject({ hint: false });
  });

  it("answers the same request the same way, with the hint again", async () => {
    const desk = new Desk();
    const first = await desk.accept(1, {}, body);
    desk.now += 1_000;

    expect(await desk.accept(1, {}, body)).toEqual(first);
    expect((await desk.host.status()).accepted).toBe(1);
  });

  it("does not hint again what is being worked on", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.go(1);

    expect(await desk.accept(1)).toMatchObject({ status: "accepted", hint: false });
  });

  it("registers with the kill switch before the first acceptance, once", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.accept(2);
    desk.restart();
    await desk.accept(3);

    expect(desk.registered).toEqual(["main:paper"]);
  });

  it("accepts nothing while it cannot register", async () => {
    const desk = new Desk();
    desk.registerFails = true;

    await expect(desk.accept(1)).rejects.toThrow(/KillSwitch/);
    desk.registerFails = false;
    expect(await desk.accept(1)).toMatchObject({ status: "accepted", seq: 1 });
  });

  it("refuses signals of another ledger", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const signal = desk.signal(2);

    await expect(desk.host.accept({ v: 1, ledger: "other:paper", signal, alertKey: body })).rejects.toThrow(
      /this ledger is main:paper/,
    );
  });

  it("costs as many statements with a thousand waiting as with none", async () => {
    const desk = new Desk();
    await desk.accept(1);
    desk.sql.queries = [];
    await desk.accept(2);
    const first = desk.sql.queries.length;
    for (let number = 3; number < 1_000; number += 1) await desk.accept(number);
    desk.sql.queries = [];
    await desk.accept(1_000);

    expect(desk.sql.queries.length).toBe(first);
    expect(first).toBeLessThanOrEqual(4);
  });

  it("scans no table", async () => {
    const desk = new Desk();
    await desk.accept(1);
    desk.sql.queries = [];
    await desk.accept(2);
    const plans = desk.sql.queries
      .filter((query) => !query.startsWith("EXPLAIN"))
      .flatMap((query) => desk.sql.database.prepare(`EXPLAIN QUERY PLAN ${query}`).all())
      .map((row) => String(row["detail"]));

    expect(plans.filter((detail) => detail.startsWith("SCAN"))).toEqual([]);
  });
});

describe("validity", () => {
  const start = new Date("2026-11-01T09:00:00.000Z").getTime();

  it.each([
    ["a minute for an entry", { action: "buy" }, 60_000],
    ["fifteen minutes for an exit", { action: "close" }, 900_000],
    ["what the signal says", { validForMs: 5_000 }, 5_000],
    ["less when the sender fired earlier", { sentAt: new Date(start - 20_000) }, 40_000],
    ["less when the sender gives up earlier", { expiresAt: new Date(start + 20_000) }, 20_000],
    ["no longer when the sender gives up later", { expiresAt: new Date(start + 90_000) }, 60_000],
    ["no longer when the sender's clock is ahead", { sentAt: new Date(start + 20_000) }, 60_000],
  ] as const)("is %s", async (_, over, milliseconds) => {
    const reply = await new Desk().accept(1, over);

    expect(reply).toMatchObject({ validUntil: new Date(start + milliseconds) });
  });
});

describe("a copy of an alert", () => {
  it("with the same bytes is dropped within its window and names the first", async () => {
    const desk = new Desk();
    await desk.accept(1, {}, body);
    desk.now += 29_999;

    expect(await desk.accept(2, {}, body)).toEqual({ status: "duplicate", requestId: id(1) });
  });

  it("with the same bytes is a new alert after its window", async () => {
    const desk = new Desk();
    await desk.accept(1, {}, body);
    desk.now += 30_000;

    expect(await desk.accept(2, {}, body)).toMatchObject({ status: "accepted" });
  });

  it("does not lengthen the window of the first", async () => {
    const desk = new Desk();
    await desk.accept(1, {}, body);
    desk.now += 20_000;
    await desk.accept(2, {}, body);
    desk.now += 10_000;

    expect(await desk.accept(3, {}, body)).toMatchObject({ status: "accepted" });
  });

  it("with an explicit id is dropped for a day", async () => {
    const desk = new Desk();
    await desk.accept(1, {}, explicit);
    desk.now += 86_399_999;

    expect(await desk.accept(2, {}, explicit)).toMatchObject({ status: "duplicate", requestId: id(1) });
    desk.now += 1;
    expect(await desk.accept(3, {}, explicit)).toMatchObject({ status: "accepted" });
  });

  it("tells how the first ended", async () => {
    const desk = new Desk();
    await desk.accept(1, {}, explicit);
    await desk.attempt(1);

    expect(await desk.accept(2, {}, explicit)).toEqual({ status: "duplicate", requestId: id(1), outcome: "filled" });
  });

  it("with a used id but another intent is refused", async () => {
    const desk = new Desk();
    await desk.accept(1, {}, explicit);

    expect(await desk.accept(2, { quantity: "2" }, explicit)).toEqual({ status: "key_reused", requestId: id(1) });
  });

  it("fired at another second is the same intent", async () => {
    const desk = new Desk();
    await desk.accept(1, { sentAt: new Date(desk.now) }, explicit);

    expect(await desk.accept(2, { sentAt: new Date(desk.now + 5_000) }, explicit)).toMatchObject({
      status: "duplicate",
    });
  });

  it("is recognised with its fields in another order", async () => {
    const desk = new Desk();
    await desk.accept(1, { stopLoss: { percent: "2" }, leverage: "3" }, explicit);

    expect(await desk.accept(2, { leverage: "3", stopLoss: { percent: "2" } }, explicit)).toMatchObject({
      status: "duplicate",
    });
  });
});
