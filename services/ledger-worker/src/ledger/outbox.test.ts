import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

const unknown = { kind: "unknown", reason: "timed out" } as const;

describe("the end of a signal", () => {
  it("is told to the database with everything that its row needs", async () => {
    const desk = new Desk();
    const acceptedAt = new Date(desk.now);
    await desk.open(1, {}, { averagePrice: "65000" });
    const [settled] = await desk.all("signal.settled");

    expect(settled).toMatchObject({
      requestId: id(1),
      causationId: id(1),
      source: "ledger-worker",
      confirmTo: "main:paper",
      data: {
        strategy: "default",
        lane: "main:paper:BTCUSDT.P",
        seq: 1,
        action: "buy",
        outcome: "filled",
        reason: "Filled 1 of 1 at 65000.",
        filledQuantity: "1",
        averagePrice: "65000",
        attempts: 1,
        acceptedAt,
        settledAt: new Date(desk.now),
      },
    });
    expect(settled?.id).toBe(`${id(1)}/signal.settled/${settled?.data.rev}`);
  });

  it("is told again when a resting order fills, at a higher revision", async () => {
    const desk = new Desk();
    await desk.open(1, { orderType: "limit" }, { status: "working", filledQuantity: "0", averagePrice: undefined });
    desk.now += 2_000;
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.order(1, "e"));
    const [first, second] = (await desk.all("signal.settled")).map((message) => message.data);

    expect([first?.outcome, second?.outcome]).toEqual(["working", "filled"]);
    expect(second?.rev).toBeGreaterThan(first?.rev ?? 0);
  });
});

describe("an order", () => {
  it("that is answered at once is told once, with its fill", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.advance(60_000);

    expect((await desk.all("order.updated")).map((message) => message.data)).toMatchObject([
      {
        status: "filled",
        leg: "e",
        role: "entry",
        venueOrderId: "v-1-e",
        fills: [{ quantity: "1" }],
        position: { quantity: "1" },
      },
    ]);
  });

  it("that hangs is told as being sent", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    const sentAt = new Date(desk.now);
    await desk.send(1, "e", lease);
    await desk.advance(2_000);

    expect((await desk.all("order.updated")).map((message) => message.data)).toMatchObject([
      { status: "sending", sentAt, fills: [] },
    ]);
  });

  it("that stays in doubt is told as such", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.attempt(1, { e: unknown });
    await desk.advance(2_500);

    expect((await desk.all("order.updated")).map((message) => message.data.status)).toEqual(["in_doubt"]);
  });

  it("revisions never go back", async () => {
    const desk = new Desk();
    await desk.accept(1, { validForMs: 3_600_000 });
    await desk.attempt(1, { e: unknown });
    await desk.advance(15_000);
    const { lease } = await desk.go(1);
    await desk.settle(1, lease, desk.evidence(1, "e", { kind: "absent" }));
    await desk.advance(2_000);
    await desk.attempt(1);
    const revisions = (await desk.all("order.updated")).map((message) => message.data.rev);

    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    expect(new Set(revisions).size).toBe(revisions.length);
  });
});

describe("the outbox", () => {
  const ids = (desk: Desk) => desk.published.map((message) => message.id);

  it("publishes again until it is confirmed, 30 s doubling to 15 min", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.idle();
    const at: number[] = [];
    const start = desk.now;
    const [settled] = await desk.all("signal.settled");
    for (let seconds = 1; seconds <= 3_600; seconds += 1) {
      const before = ids(desk).filter((each) => each === settled?.id).length;
      await desk.advance(1_000);
      if (ids(desk).filter((each) => each === settled?.id).length > before) at.push((desk.now - start) / 1_000);
    }

    expect(at).toEqual([30, 90, 210, 450, 930, 1_830, 2_730]);
  });

  it("publishes what a queue that was down did not take", async () => {
    const desk = new Desk();
    desk.queuesDown = true;
    await desk.open(1);
    await desk.idle();
    expect(desk.published).toEqual([]);
    desk.queuesDown = false;
    await desk.advance(30_000);

    expect(await desk.all("signal.settled")).toHaveLength(1);
    expect(await desk.all("order.updated")).toHaveLength(1);
    expect(await desk.all("notification.requested")).toHaveLength(1);
  });

  it("is quiet once everything is confirmed, and keeps no payload", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.confirmAll();
    const before = desk.published.length;
    await desk.advance(3_600_000);

    expect(desk.published).toHaveLength(before);
    expect(await desk.host.status()).toMatchObject({ unconfirmed: 0 });
  });

  it("answers which of some messages nobody has confirmed", async () => {
    const desk = new Desk();
    await desk.open(1);
    const [settled] = await desk.all("signal.settled");
    const [told] = await desk.all("notification.requested");
    await desk.host.confirm({ v: 1, ids: [settled?.id ?? "", "never-heard-of"] });

    expect(await desk.host.unconfirmed({ v: 1, ids: [settled?.id ?? "", told?.id ?? "", "never-heard-of"] })).toEqual({
      ids: [told?.id],
    });
  });

  it("publishes the very same bytes again", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.idle();
    const first = desk.published.filter((message) => message.type !== "signal.hinted");
    desk.published.length = 0;
    await desk.advance(31_000);

    expect(desk.published.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
      first.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
  });

  it("survives a restart", async () => {
    const desk = new Desk();
    desk.queuesDown = true;
    await desk.open(1);
    await desk.idle();
    desk.queuesDown = false;
    desk.restart();
    await desk.advance(31_000);

    expect(await desk.all("signal.settled")).toHaveLength(1);
  });
});
