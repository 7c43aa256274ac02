import { describe, expect, it } from "vitest";
import { Desk } from "../testing/desk.ts";

const unknown = { kind: "unknown", reason: "timed out" } as const;
const absent = { kind: "absent" } as const;

/** An entry whose POST got no answer. */
async function inDoubt(desk: Desk): Promise<void> {
  await desk.accept(1, { validForMs: 3_600_000 });
  await desk.attempt(1, { e: unknown });
}

describe("sending a leg", () => {
  it("answers the complete order and the moment it was committed", async () => {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit", price: "99.5", leverage: "3" });
    const { lease } = await desk.go(1);

    expect(await desk.sending(1, "e", lease)).toEqual({
      status: "go",
      role: "entry",
      sentAt: new Date(desk.now),
      quietUntil: new Date(desk.now + 15_000),
      order: {
        clientOrderId: "aaaaaaaaabaabaaaaaaaaaaaae-e",
        symbol: "BTCUSDT.P",
        side: "buy",
        type: "limit",
        quantity: "1",
        price: "99.5",
        reduceOnly: false,
        leverage: "3",
      },
    });
  });

  it("gives the alert's price of a market order as a reference only", async () => {
    const desk = new Desk();
    await desk.accept(1, { action: "sell" });
    const { lease } = await desk.go(1);
    const order = await desk.send(1, "e", lease);

    expect(order).toMatchObject({ side: "sell", type: "market", referencePrice: "100" });
    expect(order.price).toBeUndefined();
  });

  it("is permitted once, also when the same call comes twice", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    await desk.send(1, "e", lease);

    expect(await desk.sending(1, "e", lease)).toEqual({ status: "stop", reason: "it is sending already" });
  });

  it("stops when validity ended during the attempt", async () => {
    const desk = new Desk();
    await desk.accept(1, { validForMs: 1_000 });
    const { lease } = await desk.go(1);
    desk.now += 1_000;

    expect(await desk.sending(1, "e", lease)).toMatchObject({ status: "stop" });
    expect(await desk.settle(1, lease)).toEqual({ status: "ok", outcome: "expired" });
  });

  it("refuses an entry without a quantity", async () => {
    const desk = new Desk();
    await desk.accept(1, { quantity: undefined });
    const { end } = await desk.attempt(1);

    expect(end).toEqual({ status: "ok", outcome: "refused" });
  });
});

describe("evidence", () => {
  it("of a fill ends the signal and moves the position", async () => {
    const desk = new Desk();
    await desk.open(1, { quantity: "2" }, { filledQuantity: "2", averagePrice: "65000", fee: "1.3" });

    expect(await desk.view(1)).toMatchObject({ outcome: "filled" });
    expect(await desk.position()).toEqual({
      openedAt: new Date(desk.now),
      updatedAt: new Date(desk.now),
      symbol: "BTCUSDT.P",
      quantity: "2",
      averagePrice: "65000",
      realisedProfit: "0",
      fees: "1.3",
      rev: 1,
    });
  });

  it("of a rejection ends the signal with the venue's words", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { end } = await desk.attempt(1, { e: { kind: "rejected", reason: "Account has insufficient balance" } });

    expect(end).toEqual({ status: "ok", outcome: "rejected" });
    expect(await desk.view(1)).toMatchObject({ reason: "Account has insufficient balance." });
  });

  it("of no execution plans the leg again, after a pause", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { end } = await desk.attempt(1, { e: { kind: "not_executed", reason: "too many requests" } });

    expect(end).toEqual({ status: "ok" });
    expect(await desk.claim(1)).toMatchObject({ status: "later" });
    desk.now += 1_000;
    expect((await desk.go(1)).tasks).toMatchObject([{ do: "place", leg: "e" }]);
  });

  it("of a halt ends the signal", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { end } = await desk.attempt(1, { e: { kind: "halted", reason: "The kill switch is on" } });

    expect(end).toEqual({ status: "ok", outcome: "halted" });
  });

  it("that is missing leaves a sent leg in doubt", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    await desk.send(1, "e", lease);
    await desk.settle(1, lease);

    expect(await desk.leg(1, "e")).toMatchObject({ status: "in_doubt" });
  });

  it("of absence proves nothing before the order can no longer act", async () => {
    const desk = new Desk();
    await inDoubt(desk);
    desk.now += 14_000;
    const { lease } = await desk.go(1);
    await desk.settle(1, lease, desk.evidence(1, "e", absent));

    expect(await desk.leg(1, "e")).toMatchObject({ status: "in_doubt" });
  });

  it("of absence that was gathered too early proves nothing later either", async () => {
    const desk = new Desk();
    await inDoubt(desk);
    desk.now += 14_000;
    const early = desk.evidence(1, "e", absent);
    const { lease } = await desk.go(1);
    desk.now += 2_000;
    await desk.settle(1, lease, early);

    expect(await desk.leg(1, "e")).toMatchObject({ status: "in_doubt" });
  });

  it("of absence after that lets the leg be placed again, under the same client order id", async () => {
    const desk = new Desk();
    await inDoubt(desk);
    const before = (await desk.leg(1, "e")).clientOrderId;
    desk.now += 15_000;
    const { lease } = await desk.go(1);
    await desk.settle(1, lease, desk.evidence(1, "e", absent));
    desk.now += 1_000;
    const { orders } = await desk.attempt(1);

    expect(orders).toMatchObject([{ clientOrderId: before }]);
  });

  it.each([
    ["a rejection", { kind: "rejected", reason: "no such order" }],
    ["no execution", { kind: "not_executed", reason: "rate limit" }],
    ["a halt", { kind: "halted", reason: "kill switch" }],
  ] as const)("of %s moves no leg in doubt: it speaks of another call", async (_, answer) => {
    const desk = new Desk();
    await inDoubt(desk);
    desk.now += 20_000;
    const { lease } = await desk.go(1);
    await desk.settle(1, lease, desk.evidence(1, "e", answer));

    expect(await desk.leg(1, "e")).toMatchObject({ status: "in_doubt" });
  });

  it("of an order resolves the doubt", async () => {
    const desk = new Desk();
    await inDoubt(desk);
    desk.now += 2_000;
    const { lease } = await desk.go(1);

    expect(await desk.settle(1, lease, desk.order(1, "e"))).toEqual({ status: "ok", outcome: "filled" });
  });

  it("of an order counts under a stale lease", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    await desk.send(1, "e", lease);
    await desk.advance(16_000);

    expect(await desk.settle(1, lease, desk.order(1, "e"))).toEqual({ status: "stale_lease" });
    expect(await desk.view(1)).toMatchObject({ outcome: "filled" });
  });

  it("of a rejection under a stale lease moves nothing", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    await desk.send(1, "e", lease);
    await desk.advance(16_000);
    await desk.settle(1, lease, desk.evidence(1, "e", { kind: "rejected", reason: "no" }));

    expect(await desk.leg(1, "e")).toMatchObject({ status: "in_doubt" });
  });

  it("about an order that nobody here sent is ignored", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);

    expect(await desk.settle(1, lease, desk.order(77, "e"))).toEqual({ status: "ok" });
  });

  it("about another signal's order is recorded there", async () => {
    const desk = new Desk();
    await desk.accept(1, { orderType: "limit" });
    await desk.attempt(1, { e: { status: "working", filledQuantity: "0", averagePrice: undefined } });
    await desk.accept(2);
    const { lease } = await desk.go(2);
    await desk.settle(2, lease, desk.order(1, "e"));

    expect(await desk.view(1)).toMatchObject({ outcome: "filled" });
  });
});
