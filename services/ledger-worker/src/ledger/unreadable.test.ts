import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

describe("a signal that nobody can read any more", () => {
  async function unreadable(): Promise<Desk> {
    const desk = new Desk();
    await desk.accept(1);
    await desk.accept(2);
    desk.sql.exec(`UPDATE signals SET body = '{"strategy":' WHERE request_id = ?`, id(1));
    desk.restart();
    return desk;
  }

  it("ends as failed when it is claimed, from what its columns say, and its lane goes on", async () => {
    const desk = await unreadable();

    expect(await desk.claim(1)).toEqual({ status: "settled", outcome: "failed" });
    expect(await desk.claim(2)).toMatchObject({ status: "go" });
    expect((await desk.all("signal.settled")).map((message) => message.data)).toMatchObject([
      { outcome: "failed", account: "main", venue: "paper", symbol: "BTCUSDT.P", action: "buy" },
    ]);
    expect((await desk.all("notification.requested")).map((message) => message.data.severity)).toEqual(["critical"]);
  });

  it("ends when nobody claims it, too", async () => {
    const desk = await unreadable();
    await desk.advance(120_000);

    expect(await desk.view(1)).toMatchObject({ state: "ended", outcome: "failed" });
  });

  it("is shown, not thrown about", async () => {
    expect(await (await unreadable()).view(1)).toMatchObject({ requestId: id(1) });
  });

  it("does not trade what was to be sent", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    desk.sql.exec(`UPDATE signals SET body = 'x' WHERE request_id = ?`, id(1));
    desk.restart();

    expect(await desk.sending(1, "e", lease)).toMatchObject({ status: "stop" });
  });
});

describe("a filled entry whose stop nobody can read any more", () => {
  it("is closed, and the trader told", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { percent: "2" } });
    desk.sql.exec(`UPDATE signals SET body = 'x' WHERE request_id = ?`, id(1));
    desk.restart();
    await desk.attempt(1, {}, "watch");
    await desk.attempt(1, {}, "watch");

    expect(await desk.position()).toMatchObject({ quantity: "0" });
    expect(await desk.titles()).toContain("No stop can be placed, closing the position: BTCUSDT.P · main:paper");
  });
});

describe("an order whose text nobody can read any more", () => {
  it("is still asked about, and what it filled is booked", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.attempt(1, { e: { kind: "unknown", reason: "timed out" } });
    desk.sql.exec(`UPDATE legs SET order_body = 'x'`);
    desk.restart();
    desk.now += 20_000;
    const { lease } = await desk.go(1);
    await desk.settle(1, lease, desk.order(1, "e"));

    expect(await desk.position()).toMatchObject({ quantity: "1" });
  });
});

describe("a message in the outbox that nobody can read any more", () => {
  it("is put off for long and does not hold up its neighbours", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.idle();
    desk.sql.exec(`UPDATE outbox SET wire = '{' WHERE id LIKE '%/signal.settled/%'`);
    desk.published.length = 0;
    await desk.advance(31_000);
    const alarms = desk.alarms;
    await desk.confirmAll();

    expect(await desk.titles()).toEqual(["Bought 1 BTCUSDT.P at 100 · main:paper"]);
    expect(alarms).toBeLessThan(10);
  });
});
