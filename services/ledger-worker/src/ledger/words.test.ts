import { describe, expect, it } from "vitest";
import type { VenueOrder } from "#contracts/order";
import type { Signal } from "#contracts/signal";
import { Desk, id } from "../testing/desk.ts";

const spot = { symbol: "BTCUSDT" } as const;
const close = { ...spot, action: "close", quantity: undefined } as const;
const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;

interface Told {
  severity: string;
  title: string;
  /** By label. */
  details: Record<string, string>;
}

async function told(desk: Desk): Promise<Told> {
  const last = (await desk.all("notification.requested")).at(-1);
  if (!last) throw new Error("nothing was told");
  const { severity, title, details } = last.data;
  return { severity, title, details: Object.fromEntries(details.map(({ label, value }) => [label, value])) };
}

/** What is told of a signal that comes after these. */
async function toldOf(before: readonly Partial<Signal>[], over: Partial<Signal>, order: Partial<VenueOrder> = {}) {
  const desk = new Desk();
  for (const [index, each] of before.entries()) await desk.open(index + 1, each);
  const number = before.length + 1;
  await desk.accept(number, over);
  await desk.attempt(number, { e: order, c: order });
  return told(desk);
}

describe("the line that a trader reads of a fill", () => {
  it.each<[string, Partial<Signal>[], Partial<Signal>, Partial<VenueOrder>]>([
    ["Bought 0.01 BTCUSDT at 65000 · main:paper", [], { ...spot, quantity: "0.01" }, { averagePrice: "65000" }],
    ["Sold 1 BTCUSDT.P at 90 · main:paper", [], { action: "sell" }, { averagePrice: "90" }],
    ["Opened long 1 BTCUSDT.P at 100 · main:paper", [], { action: "long" }, {}],
    ["Bought 0.4 of 1 BTCUSDT.P at 100 · main:paper", [], {}, { status: "cancelled", filledQuantity: "0.4" }],
    [
      "Closed long 1 BTCUSDT at 110: profit +9.87 USDT · main:paper",
      [spot],
      close,
      { averagePrice: "110", fee: "0.13" },
    ],
    ["Closed long 1 BTCUSDT at 97.5: loss -2.5 USDT · main:paper", [spot], close, { averagePrice: "97.5" }],
    [
      "Sold 1 BTCUSDT at 110: profit +10 USDT · main:paper",
      [spot],
      { ...spot, action: "sell" },
      { averagePrice: "110" },
    ],
    [
      "Closed short 1 BTCUSDT.P at 90: profit +10 USDT, then opened long 2 BTCUSDT.P at 90 · main:paper",
      [{ action: "short" }],
      { action: "long", quantity: "2" },
      { averagePrice: "90" },
    ],
    [
      "Bought 0.5 BTCUSDT.P at 100 (target 1.5) · main:paper",
      [{}],
      { action: "target", quantity: undefined, size: { target: "1.5" } },
      {},
    ],
    [
      "Closed long 0.75 BTCUSDT.P at 104 (target 0.25): profit +3 USDT · main:paper",
      [{}],
      { action: "target", quantity: undefined, size: { target: "0.25" } },
      { averagePrice: "104" },
    ],
    ["Bought 1 ABCXYZ at 0.00001234 · main:paper", [], { symbol: "ABCXYZ" }, { averagePrice: "0.000012341234" }],
  ])("is: %s", async (title, before, over, order) => {
    expect(await toldOf(before, over, order)).toMatchObject({ severity: "info", title });
  });
});

describe("below the line of a fill", () => {
  it("stand its figures, what it led to, and where it belongs", async () => {
    const desk = new Desk();
    await desk.open(1, { ...spot, quantity: "2" }, { averagePrice: "100", fee: "0.2" });
    await desk.accept(2, { ...spot, action: "close_long", quantity: undefined, size: { percentOfPosition: "50" } });
    desk.now += 12;
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease);
    desk.now += 30;
    await desk.settle(2, lease, desk.order(2, "c", { averagePrice: "110", fee: "0.11" }));

    expect((await told(desk)).details).toEqual({
      Asked: "50 % of the position",
      Price: "110",
      Quantity: "1",
      Fee: "0.11 USDT",
      Profit: "+9.89 USDT after fees",
      Today: "+9.69 dollars realised in main:paper, fees counted",
      "So far": "+9.69 USDT with BTCUSDT since the beginning",
      Position: "long 1 at 100",
      Lane: "main:paper:BTCUSDT #2",
      Strategy: "default",
      Latency: "sent 12 ms after acceptance, filled after 42 ms",
    });
  });

  it("stands no profit of what only opened, and no currency that the symbol does not tell", async () => {
    const { details } = await toldOf([], { symbol: "ABCXYZ" }, { fee: "0.0012" });

    expect(details).not.toHaveProperty("Profit");
    expect(details).toMatchObject({ Fee: "0.0012", "So far": "-0.0012 with ABCXYZ since the beginning" });
  });

  it("stands no digit of a price that nobody can trade, in its reason either", async () => {
    const desk = new Desk();
    await desk.open(1, spot, { averagePrice: "500.5005005005005005005" });

    expect((await desk.view(1))?.reason).toBe("Filled 1 of 1 at 500.5005005.");
  });

  it("stands why not all of it filled", async () => {
    const { details } = await toldOf([], {}, { status: "cancelled", filledQuantity: "0.4" });

    expect(details).toMatchObject({ Reason: "Filled 0.4 of 1 at 100; the rest was cancelled.", Quantity: "0.4" });
  });

  it("stands where what guards it is placed", async () => {
    const guarded = { stopLoss: { percent: "2" }, takeProfits: [{ price: "110" }, { percent: "15" }] };

    expect((await toldOf([], { ...guarded, action: "long" })).details["Guard"]).toBe(
      "stop at 98; take profit at 110, 115",
    );
    expect((await toldOf([], {})).details).not.toHaveProperty("Guard");
  });

  it("of a stop stand the stop's own figures", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: { averagePrice: "98", fee: "0.1" } }, "watch");

    expect(await told(desk)).toMatchObject({
      title: "Stop filled: sold 1 BTCUSDT.P at 98, loss -2.1 USDT · main:paper",
      details: { Price: "98", Fee: "0.1 USDT", Profit: "-2.1 USDT after fees", Position: "flat" },
    });
  });
});

describe("the line of what did not happen", () => {
  it("says why not", async () => {
    const desk = new Desk({ limits: { maxPosition: "0.5" } });
    await desk.accept(1, { symbol: "ETHUSDT" });
    await desk.attempt(1);

    expect(await told(desk)).toMatchObject({
      severity: "warning",
      title: "Halted: buy 1 ETHUSDT · the position in ETHUSDT would become 1, beyond the limit of 0.5 · main:paper",
    });
  });

  it.each<[string, Partial<Signal>]>([
    ["long BTCUSDT.P for 250 USDT", { action: "long", quantity: undefined, size: { quote: "250" } }],
    ["buy BTCUSDT.P for 5 % of equity", { quantity: undefined, size: { percentOfEquity: "5" } }],
    ["target -2 BTCUSDT.P", { action: "target", quantity: undefined, size: { target: "-2" } }],
    ["buy 1 BTCUSDT.P at 90", { orderType: "limit", price: "90" }],
  ])("names what was asked: %s", async (words, over) => {
    const desk = new Desk();
    await desk.accept(1, over);
    await desk.advance(60_000);

    expect((await told(desk)).title).toBe(`Expired: ${words} · not executed within its validity of 60 s · main:paper`);
  });

  it("keeps what happened and the ledger when the reason is long", async () => {
    const desk = new Desk();
    await desk.accept(1);
    await desk.attempt(1, { e: { kind: "rejected", reason: `Account ${"x".repeat(460)}` } });
    const { title, details } = await told(desk);

    expect(title).toMatch(/^Rejected: buy 1 BTCUSDT\.P · account x+… · main:paper$/);
    expect(title.length).toBeLessThanOrEqual(300);
    expect(details["Reason"]?.length).toBeGreaterThan(400);
  });

  it("of an order that rests says what has filled so far", async () => {
    const limit = { orderType: "limit", price: "90" } as const;
    expect((await toldOf([], limit, resting)).title).toBe("Working: buy 1 BTCUSDT.P at 90 · main:paper");
    expect((await toldOf([], limit, { ...resting, filledQuantity: "0.4", averagePrice: "90" })).title).toBe(
      "Working: buy 1 BTCUSDT.P at 90, 0.4 filled so far · main:paper",
    );
  });
});

describe("a position that stays open although it should be closed", () => {
  const no = { kind: "rejected", reason: "market closed" } as const;

  it.each<[string, Partial<Signal>, Partial<Signal>]>([
    ["close BTCUSDT.P, long 1 is still open", {}, { action: "close", quantity: undefined }],
    ["close long 0.5 BTCUSDT.P, long 1 is still open", {}, { action: "close_long", quantity: "0.5" }],
    ["short 2 BTCUSDT.P, long 1 is still open", {}, { action: "short", quantity: "2" }],
    [
      "target 0.5 BTCUSDT.P, long 1 is still open",
      {},
      { action: "target", quantity: undefined, size: { target: "0.5" } },
    ],
    [
      "target 0.5 BTCUSDT.P, short 1 is still open",
      { action: "sell" },
      { action: "target", quantity: undefined, size: { target: "0.5" } },
    ],
  ])("is critical and comes with the next step: %s", async (words, open, over) => {
    const desk = new Desk();
    await desk.open(1, open);
    await desk.accept(2, over);
    await desk.attempt(2, { c: no });
    const { severity, title, details } = await told(desk);
    const side = words.includes("long 1") ? "close_long" : "close_short";

    expect(severity).toBe("critical");
    expect(title).toContain(`Not closed (rejected): ${words} · `);
    expect(title).toContain("market closed");
    expect(details["Next"]).toBe(
      `Close it with npx hoox send --account main --venue paper --symbol BTCUSDT.P --action ${side}, or on the venue's screen. If npx hoox positions shows nothing of it there: npx hoox positions reconcile main:paper BTCUSDT.P.`,
    );
  });

  it("points to the kill switch when that held the exit back", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2, { action: "close", quantity: undefined });
    await desk.attempt(2, { c: { kind: "halted", reason: "the kill switch says all" } });

    expect((await told(desk)).details["Next"]).toMatch(
      /^Trading is stopped: \/resume in the chat, or npx hoox kill-switch show\. Close/,
    );
  });

  it("is not what a target leaves that only adds", async () => {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2, { action: "target", quantity: undefined, size: { target: "2" } });
    await desk.attempt(2, { e: no });

    expect(await told(desk)).toMatchObject({
      severity: "warning",
      title: expect.stringMatching(/^Rejected: target 2/),
    });
  });
});

describe("a critical line", () => {
  it("about an exit of which the venue ended the rest says what is still open and how to close it", async () => {
    const order = { status: "expired", filledQuantity: "0.4", averagePrice: "90" } as const;

    expect(await toldOf([{}], { action: "close", quantity: undefined }, order)).toMatchObject({
      severity: "critical",
      title: "Closed long 0.4 of 1 BTCUSDT.P at 90: loss -4 USDT, long 0.6 is still open · main:paper",
      details: { Next: expect.stringMatching(/^Close it with npx hoox send .* --action close_long/) },
    });
  });

  it("about doubt says how to end it", async () => {
    const desk = new Desk();
    await desk.accept(1, { validForMs: 3_600_000 });
    await desk.attempt(1, { e: { kind: "unknown", reason: "timed out" } });
    await desk.advance(130_000);

    expect(await told(desk)).toMatchObject({
      severity: "critical",
      title: "In doubt for 2 minutes: entry buy 1 BTCUSDT.P · main:paper",
      details: { Next: expect.stringContaining(`npx hoox lanes resolve ${id(1)} --outcome filled|rejected`) },
    });
  });

  it("about two orders for one leg says how to let trading go on", async () => {
    const desk = new Desk();
    await desk.accept(1);
    const { lease } = await desk.go(1);
    await desk.send(1, "e", lease);
    await desk.settle(1, lease, desk.order(1, "e"), desk.order(1, "e", { venueOrderId: "another" }));
    const all = (await desk.all("notification.requested")).map((each) => each.data);

    expect(all).toContainEqual(
      expect.objectContaining({
        severity: "critical",
        title: "Two orders for one entry, trading is off: BTCUSDT.P · main:paper",
        details: expect.arrayContaining([
          { label: "Next", value: expect.stringContaining(`npx hoox lanes resolve ${id(1)}`) },
        ]),
      }),
    );
  });

  it("about a position that closes itself says that there is nothing to do", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { percent: "2" } });
    await desk.attempt(1, { s1: { kind: "rejected", reason: "no" } }, "watch");

    expect(await told(desk)).toMatchObject({
      severity: "critical",
      title: "Stop rejected, closing the position: BTCUSDT.P · main:paper",
      details: { Next: expect.stringMatching(/^Nothing yet/) },
    });
  });
});
