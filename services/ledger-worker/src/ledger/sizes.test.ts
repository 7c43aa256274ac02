import { describe, expect, it } from "vitest";
import type { Signal } from "#contracts/signal";
import { Desk } from "../testing/desk.ts";

/** A signal whose size is not said in base units. */
function sized(size: Signal["size"], over: Partial<Signal> = {}): Partial<Signal> {
  return { quantity: undefined, size, ...over };
}

describe("a size in the quote currency", () => {
  it("is divided by the signal's price when it is sent", async () => {
    const desk = new Desk();
    await desk.accept(1, sized({ quote: "250" }, { price: "50" }));

    expect((await desk.attempt(1)).orders).toMatchObject([{ side: "buy", quantity: "5" }]);
  });

  it("of a limit order is divided by its limit", async () => {
    const desk = new Desk();
    await desk.accept(1, sized({ quote: "100" }, { orderType: "limit", price: "30" }));

    expect((await desk.attempt(1)).orders).toMatchObject([
      { type: "limit", price: "30", quantity: "3.33333333333333333333" },
    ]);
  });

  it("without a price is refused with the way out", async () => {
    const desk = new Desk();
    await desk.accept(1, sized({ quote: "250" }, { price: undefined }));
    const { orders, end } = await desk.attempt(1);

    expect(orders).toEqual([]);
    expect(end).toEqual({ status: "ok", outcome: "refused" });
    expect((await desk.view(1)).reason).toBe(
      '250 USDT cannot be turned into a quantity of BTCUSDT.P without a price; put one into the alert, such as "price": "{{close}}".',
    );
  });

  it("that buys nothing at that price is refused", async () => {
    const desk = new Desk();
    await desk.accept(1, sized({ quote: "0.00000000000000000001" }, { price: "65000" }));

    expect((await desk.attempt(1)).end).toEqual({ status: "ok", outcome: "refused" });
  });

  it("opens the whole of it after the close of a reversal", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short", quantity: "2" });
    await desk.accept(2, sized({ quote: "300" }, { action: "long", price: "100" }));
    await desk.attempt(2);

    expect(await desk.position()).toMatchObject({ quantity: "3" });
  });
});

describe("a size in percent of equity", () => {
  it("is that part of what the account is worth, at the signal's price", async () => {
    const desk = new Desk();
    desk.facts = { equity: "20000" };
    await desk.accept(1, sized({ percentOfEquity: "5" }, { price: "100", leverage: "10" }));

    expect((await desk.attempt(1)).orders).toMatchObject([{ quantity: "10", leverage: "10" }]);
  });

  it("waits until the venue says what the account is worth, and says so when its time is up", async () => {
    const desk = new Desk();
    await desk.accept(1, sized({ percentOfEquity: "5" }));
    const { stops } = await desk.attempt(1);

    expect(stops).toEqual(["the venue did not say what the account is worth, so 5 % of equity is not known"]);
    expect(await desk.leg(1, "e")).toMatchObject({ status: "planned" });
    await desk.advance(60_000);
    expect(await desk.view(1)).toMatchObject({
      outcome: "expired",
      reason: expect.stringContaining("the venue did not say what the account is worth"),
    });
  });

  it("of an account that is worth nothing is refused", async () => {
    const desk = new Desk();
    desk.facts = { equity: "-3" };
    await desk.accept(1, sized({ percentOfEquity: "5" }));
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({
      outcome: "refused",
      reason: "The account is worth -3, so 5 % of equity is nothing.",
    });
  });
});

describe("a size in percent of equity at a venue that will never say it", () => {
  it("is rejected in the venue's words", async () => {
    const desk = new Desk();
    desk.facts = { equity: { refused: "mexc is switched off" } };
    await desk.accept(1, sized({ percentOfEquity: "5" }));
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({ outcome: "rejected", reason: "mexc is switched off." });
  });
});

describe("a leverage", () => {
  it("is set for what opens, not for a net order that only reduces", async () => {
    const desk = new Desk();
    await desk.open(1, { quantity: "2" });
    await desk.accept(2, { action: "sell", leverage: "3" });
    await desk.accept(3, { action: "sell", quantity: "2", leverage: "3" });

    expect((await desk.attempt(2)).orders[0]).not.toHaveProperty("leverage");
    expect((await desk.attempt(3)).orders).toMatchObject([{ leverage: "3" }]);
  });
});

describe("a size in percent of the position", () => {
  it.each([
    ["half of a long position", "buy", "50", { side: "sell", quantity: "1.5" }],
    ["a third of a short position", "sell", "33", { side: "buy", quantity: "0.99" }],
    ["no more than is open", "buy", "250", { side: "sell", quantity: "3" }],
  ] as const)("closes %s", async (_, action, percent, order) => {
    const desk = new Desk();
    await desk.open(1, { action, quantity: "3" });
    await desk.accept(2, sized({ percentOfPosition: percent }, { action: "close" }));

    expect((await desk.attempt(2)).orders).toMatchObject([{ ...order, reduceOnly: true }]);
  });

  it("is of what is open when it is sent, not when it was accepted", async () => {
    const desk = new Desk();
    await desk.open(1, { quantity: "3" });
    await desk.accept(2, { quantity: "1" });
    await desk.accept(3, sized({ percentOfPosition: "50" }, { action: "close_long" }));
    await desk.attempt(2);

    expect((await desk.attempt(3)).orders).toMatchObject([{ quantity: "2" }]);
  });

  it("leaves an unsent entry its turn unless it is all of it", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.accept(2, sized({ percentOfPosition: "50" }, { action: "close_long" }));
    expect(await desk.claim(1)).toMatchObject({ status: "go" });

    const other = new Desk();
    await other.accept(1);
    await other.accept(2, sized({ percentOfPosition: "100" }, { action: "close_long" }));
    expect(await other.view(1)).toMatchObject({ outcome: "superseded" });
  });
});

describe("an exit of a quantity", () => {
  it("leaves an unsent entry alone whose quantity is not known yet", async () => {
    const desk = new Desk();
    await desk.accept(1, sized({ quote: "100" }));
    await desk.accept(2, { action: "close_long", quantity: "1" });

    expect(await desk.claim(1)).toMatchObject({ status: "go" });
  });
});

describe("a signal whose size contradicts its action", () => {
  it.each([
    [{ action: "buy" as const, quantity: undefined }, "no quantity was given."],
    [sized({ percentOfPosition: "5" }, { action: "long" }), "a percentage of the position can only be closed."],
    [{ action: "target" as const }, "a target position needs a size that names it."],
  ])("is refused in words: %j", async (over, reason) => {
    const desk = new Desk();
    await desk.accept(1, over);
    await desk.attempt(1);

    expect(await desk.view(1)).toMatchObject({ outcome: "refused", reason });
  });
});

describe("what was asked for", () => {
  it.each([
    [sized({ percentOfEquity: "5" }), "5 % of equity"],
    [sized({ target: "0.5" }, { action: "target" }), "target 0.5"],
  ])("is told with how the signal ended", async (over, size) => {
    const desk = new Desk();
    desk.facts = { equity: "1000" };
    await desk.accept(1, over);
    await desk.attempt(1);
    const [settled] = await desk.all("signal.settled");

    expect(settled?.data).toMatchObject({ size, outcome: "filled" });
    expect(settled?.data.quantity).toBeUndefined();
  });
});
