import { describe, expect, test } from "vitest";
import type { OrderRequest } from "#contracts/order";
import { createTestClock } from "../../fakes/test-clock.ts";
import { paperVenue } from "./adapter.ts";
import type { PaperConfigPatch } from "./config.ts";
import { PaperShell } from "./shell.ts";
import { createMemoryStore } from "./store.ts";

function orderOf(part: Partial<OrderRequest> = {}): OrderRequest {
  const order = {
    clientOrderId: "id",
    symbol: "BTCUSDT",
    side: "buy",
    type: "market",
    quantity: "1",
    referencePrice: "100",
  } as const;
  return { ...order, reduceOnly: false, ...part };
}

function exchange(variable: PaperConfigPatch = {}) {
  const clock = createTestClock();
  const store = createMemoryStore();
  const shell = new PaperShell({ store, clock, variable });
  const venue = paperVenue(() => shell);
  const place = (part: Partial<OrderRequest> = {}) => venue.place(orderOf(part), { signedAt: clock.now() });
  const booked = async () => (await shell.book()).orders.length;
  return { clock, store, shell, venue, place, booked };
}

describe("latency", () => {
  test("after booking: the order stands while the answer is on its way", async () => {
    const { clock, place, booked } = exchange({ latencyMs: 2_500 });
    const answer = place();
    await clock.advance(100);
    expect(await booked()).toBe(1);
    expect((await clock.settle(answer)).kind).toBe("accepted");
  });

  test("before booking: a POST that travels too long is refused by its signature", async () => {
    const { clock, place, booked } = exchange({ latencyMs: 6_000, latencyAt: "before_booking" });
    expect((await clock.settle(place())).kind).toBe("not_executed");
    expect(await booked()).toBe(0);
  });

  test("of one symbol does not hold up another", async () => {
    const { clock, place } = exchange({ symbolLatencyMs: { SLOWUSDT: 5_000 } });
    const slow = place({ symbol: "SLOWUSDT", clientOrderId: "slow" });
    const from = clock.now();
    expect((await clock.settle(place({ clientOrderId: "fast" }))).kind).toBe("accepted");
    expect(clock.now()).toEqual(from);
    expect((await clock.settle(slow)).kind).toBe("accepted");
  });
});

describe("faults", () => {
  test.each([
    ["reject", "rejected", 0],
    ["down", "not_executed", 0],
    ["rate_limit", "not_executed", 0],
    ["timeout_before_booking", "unknown", 0],
    ["timeout_after_booking", "unknown", 1],
    ["hang", "unknown", 0],
  ] as const)("%s is %s with %i orders booked", async (fault, kind, orders) => {
    const { clock, place, booked } = exchange({ faults: [{ match: {}, do: fault }] });
    expect((await clock.settle(place())).kind).toBe(kind);
    expect(await booked()).toBe(orders);
  });

  test("a rate limit says when to come back", async () => {
    const { place } = exchange({ faults: [{ match: {}, do: "rate_limit", delayMs: 7_000 }] });
    expect(await place()).toMatchObject({ retryAfterMs: 7_000 });
  });

  test("happen as often as they were told to", async () => {
    const { place } = exchange({ faults: [{ match: {}, do: "reject", times: 1, reason: "margin call" }] });
    expect(await place()).toEqual({ kind: "rejected", reason: "margin call" });
    expect((await place()).kind).toBe("accepted");
  });

  test("happen only to the symbol and side they name", async () => {
    const { place } = exchange({ faults: [{ match: { symbol: "BTCUSDT", side: "sell" }, do: "reject" }] });
    expect((await place({ clientOrderId: "a" })).kind).toBe("accepted");
    expect((await place({ clientOrderId: "b", symbol: "ETHUSDT" })).kind).toBe("accepted");
    expect((await place({ clientOrderId: "c", side: "sell" })).kind).toBe("rejected");
  });

  test("a venue that is down cannot be asked either", async () => {
    const { venue, place, shell } = exchange();
    await place();
    await shell.configure({ faults: [{ match: {}, do: "down", reason: "maintenance" }] });
    await expect(venue.find({ clientOrderId: "id", symbol: "BTCUSDT" })).rejects.toThrow("maintenance");
  });
});

describe("the adapter", () => {
  test("a duplicate is an order that was sent already", async () => {
    const { place, booked } = exchange();
    await place();
    expect(await place()).toMatchObject({ kind: "accepted", order: { status: "filled" } });
    expect(await booked()).toBe(1);
  });

  test("a duplicate that cannot be found is unknown", async () => {
    const { place, shell } = exchange();
    await place();
    await shell.configure({ faults: [{ match: { call: "find" }, do: "down" }] });
    expect((await place()).kind).toBe("unknown");
  });

  test("a broken line while placing is unknown", async () => {
    const { shell, clock } = exchange();
    const venue = paperVenue(() =>
      Object.assign(Object.create(shell), { place: async () => Promise.reject(new Error("reset")) }),
    );
    expect((await venue.place(orderOf(), { signedAt: clock.now() })).kind).toBe("unknown");
  });

  test("not found is an answer", async () => {
    expect(await exchange().venue.find({ clientOrderId: "who", symbol: "BTCUSDT" })).toBeUndefined();
  });
});

describe("configuration", () => {
  test("is merged and survives the object", async () => {
    const { shell, store, clock } = exchange({ takerFeeRate: "0.5" });
    await shell.configure({ latencyMs: 10 });
    await shell.configure({ idMode: "unique_while_open" });
    const again = new PaperShell({ store, clock, variable: { takerFeeRate: "0.5" } });
    expect(await again.configure({})).toMatchObject({
      latencyMs: 10,
      idMode: "unique_while_open",
      takerFeeRate: "0.5",
    });
  });

  test("that does not fit is refused and changes nothing", async () => {
    const { shell } = exchange();
    // A caller without types, as a terminal is.
    const patch: object = { latencyMs: "fast" };
    await expect(shell.configure(patch)).rejects.toThrow("latencyMs");
    expect((await shell.configure({})).latencyMs).toBe(0);
  });
});
