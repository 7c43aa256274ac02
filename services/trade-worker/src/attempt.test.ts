import { clientOrderId, type LegId } from "#contracts/ids";
import type { Task } from "#contracts/ledger";
import { describe, expect, test } from "vitest";
import { runAttempt } from "./attempt.ts";
import { claimWork, createWorld, REQUEST, signalOf, type World } from "./fakes/world.ts";
import { refusingVenue } from "./venues/refusing.ts";
import { VenueRefusal, VenueUnavailable, type Venue } from "./venues/venue.ts";
import type { Work } from "./work.ts";

const ENTRY = { leg: "e", role: "entry", order: {} } as const;
const CLOSE = { leg: "c", role: "close", order: { side: "sell" } } as const;
const STOP = { leg: "s1", role: "stop", order: { side: "sell", type: "stop", triggerPrice: "90" } } as const;

function idOf(leg: LegId): string {
  return clientOrderId({ requestId: REQUEST, leg });
}

function taskOf(part: Partial<Task>): Task {
  return { do: "ask", clientOrderId: idOf("e"), symbol: "BTCUSDT.P", leg: "e", role: "entry", ...part };
}

async function attempt(world: World, venue: Venue = world.venue, claim?: Work["claim"]): Promise<void> {
  const work = { ...(await claimWork(world.ledger)), claim };
  const ports = {
    ledger: () => world.ledger,
    killSwitch: async () => world.killSwitch,
    accountLimits: world.accountLimits,
    clock: world.clock,
    log: world.log,
  };
  await world.clock.settle(runAttempt(work, { ...ports, venue }));
}

async function openPosition(world: World, quantity: string): Promise<void> {
  const order = {
    clientOrderId: "before",
    symbol: "BTCUSDT.P",
    side: "buy",
    type: "market",
    quantity,
    referencePrice: "100",
  } as const;
  await world.clock.settle(world.shell.place({ ...order, reduceOnly: false }, { signedAt: world.clock.now() }));
}

async function idsAtVenue(world: World): Promise<string[]> {
  return (await world.shell.book()).orders.map((each) => each.clientOrderId);
}

describe("a size", () => {
  test("in percent of equity is sent with what the account is worth now", async () => {
    const world = createWorld({ balance: "5000" });
    world.ledger.accept(signalOf({ quantity: undefined, size: { percentOfEquity: "10" } }), [ENTRY]);
    await attempt(world);
    expect((await world.shell.book()).orders).toMatchObject([{ quantity: "5", status: "filled" }]);
  });

  test("in percent of equity after a close counts what the close realised", async () => {
    const world = createWorld({ balance: "5000", takerFeeRate: "0" });
    await openPosition(world, "2");
    const signal = signalOf({ action: "short", quantity: undefined, size: { percentOfEquity: "10" }, price: "200" });
    world.ledger.accept(signal, [
      { ...CLOSE, order: { side: "sell", quantity: "2", referencePrice: "200" } },
      { ...ENTRY, order: { side: "sell", referencePrice: "200" } },
    ]);
    await attempt(world);
    expect((await world.shell.book()).orders.at(-1)).toMatchObject({ side: "sell", quantity: "2.6" });
  });

  test("in percent of equity waits while the venue cannot say it", async () => {
    const world = createWorld({ faults: [{ match: { call: "equity" }, do: "down", times: 1 }] });
    world.ledger.accept(signalOf({ quantity: undefined, size: { percentOfEquity: "10" } }), [ENTRY]);
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual([]);
    expect(world.ledger.statusOf(REQUEST, "e")).toBe("planned");
    expect(world.ledger.deferred).toMatchObject([{ reason: expect.stringContaining("told to fail") }]);
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual([idOf("e")]);
  });

  test("in percent of equity at a venue that never trades ends with its words", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf({ quantity: undefined, size: { percentOfEquity: "10" } }), [ENTRY]);
    await attempt(world, refusingVenue("mexc is switched off"));
    expect(world.ledger.statusOf(REQUEST, "e")).toBe("dropped");
    expect(world.lines).toContainEqual(
      expect.objectContaining({ event: "order.stopped", message: "entry BTCUSDT.P: mexc is switched off" }),
    );
  });

  test("in percent of equity ends with the words of a venue that tells its rules and no balance", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf({ quantity: undefined, size: { percentOfEquity: "10" } }), [ENTRY]);
    const equity = async (): Promise<never> => {
      throw new VenueRefusal("the balance: -2015: Invalid API-key", { isOfAccount: true });
    };
    await attempt(world, { ...world.venue, equity });
    expect(world.ledger.statusOf(REQUEST, "e")).toBe("dropped");
    expect(world.lines).toContainEqual(
      expect.objectContaining({
        event: "order.stopped",
        message: "entry BTCUSDT.P: the balance: -2015: Invalid API-key",
      }),
    );
  });

  test("as a target is sent with the venue's step", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf({ action: "target", quantity: undefined, size: { target: "3" } }), [ENTRY]);
    await attempt(world);
    expect((await world.shell.book()).orders).toMatchObject([{ quantity: "3" }]);
  });

  test("that asks nothing of the venue brings nothing", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [ENTRY]);
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual([idOf("e")]);
  });
});

describe("placing", () => {
  test("an entry is placed once and settled with the order as evidence", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [ENTRY]);
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual([idOf("e")]);
    expect(world.ledger.statusOf(REQUEST, "e")).toBe("done");
    expect(world.ledger.settledCalls).toBe(1);
  });

  test("the close of a reversal goes out before its entry", async () => {
    const world = createWorld();
    await openPosition(world, "2");
    world.ledger.accept(signalOf(), [CLOSE, { ...ENTRY, order: { side: "sell" } }]);
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual(["before", idOf("c"), idOf("e")]);
  });

  test("an entry stays at home when the close before it was rejected", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [CLOSE, ENTRY]);
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual([]);
    expect(world.ledger.answers()).toEqual(["rejected"]);
    expect(world.ledger.statusOf(REQUEST, "e")).toBe("planned");
  });

  test("an entry stays at home when the close before it was not executed", async () => {
    const world = createWorld({ faults: [{ match: { side: "sell" }, do: "rate_limit", delayMs: 3_000 }] });
    await openPosition(world, "1");
    world.ledger.accept(signalOf(), [CLOSE, ENTRY]);
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual(["before"]);
    const until = world.ledger.deferred[0]?.notBefore?.getTime() ?? 0;
    expect(until - world.clock.now().getTime()).toBe(3_000);
  });

  test("no later leg follows one whose fate is unknown", async () => {
    const world = createWorld({ faults: [{ match: {}, do: "timeout_after_booking" }] });
    world.ledger.accept(signalOf(), [ENTRY, STOP]);
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual([idOf("e")]);
    expect(world.ledger.answers()).toEqual(["unknown"]);
    expect(world.ledger.settledCalls).toBe(1);
  });

  test("a venue that hangs is unknown after eight seconds", async () => {
    const world = createWorld({ faults: [{ match: {}, do: "hang" }] });
    world.ledger.accept(signalOf(), [ENTRY]);
    const before = world.clock.now().getTime();
    await attempt(world);
    expect(world.clock.now().getTime() - before).toBe(8_000);
    expect(world.ledger.answers("e")).toEqual(["unknown"]);
  });

  test("whatever an adapter throws while placing is unknown, not absent", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [ENTRY]);
    await attempt(world, { ...world.venue, place: async () => Promise.reject(new TypeError("bad reply")) });
    expect(world.ledger.answers("e")).toEqual(["unknown"]);
    expect(world.ledger.failed).toEqual([]);
  });

  test("the order is signed with the commit time of sending plus the venue's clock offset", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [ENTRY]);
    const committedAt = world.clock.now();
    const signed: Date[] = [];
    await attempt(world, {
      ...world.venue,
      clockOffsetMs: async () => 700,
      place: async (order, of) => {
        signed.push(of.signedAt);
        return world.venue.place(order, { signedAt: committedAt });
      },
    });
    expect(signed).toEqual([new Date(committedAt.getTime() + 700)]);
  });

  test("a ledger whose clock runs ahead does not sign in the venue's future", async () => {
    const world = createWorld();
    world.ledger.clockAheadMs = 1_400;
    world.ledger.accept(signalOf(), [ENTRY]);
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual([idOf("e")]);
  });

  test("quantity goes down to the step before it is sent", async () => {
    const world = createWorld({ rules: { quantityStep: "0.01", priceTick: "0.1" } });
    world.ledger.accept(signalOf(), [{ ...ENTRY, order: { quantity: "1.2399" } }]);
    await attempt(world);
    expect((await world.shell.book()).orders[0]?.filledQuantity).toBe("1.23");
  });

  test("what the ledger goes by when it guards an entry is told before the entry is sent", async () => {
    const facts = { maxQuantity: "9", maxMarketQuantity: "5", minNotional: "2", maxTriggerOrders: 5 };
    const world = createWorld({ rules: { quantityStep: "0.01", priceTick: "0.1", ...facts } });
    world.ledger.accept(signalOf(), [ENTRY]);
    await attempt(world);
    expect(world.ledger.facts).toEqual({ e: { quantityStep: "0.01", ...facts } });
  });

  test("a quantity that rounds to nothing is rejected with the rule's name", async () => {
    const world = createWorld({ rules: { quantityStep: "1", priceTick: "1" } });
    world.ledger.accept(signalOf(), [{ ...ENTRY, order: { quantity: "0.4" } }]);
    await attempt(world);
    expect(world.ledger.evidence[0]?.answer).toMatchObject({
      kind: "rejected",
      reason: expect.stringContaining("quantity step 1"),
    });
    expect(await idsAtVenue(world)).toEqual([]);
  });

  test("a leg that the ledger stops is not sent, and the next one still is", async () => {
    const world = createWorld();
    await openPosition(world, "1");
    const place = (leg: LegId): Task => taskOf({ do: "place", leg, clientOrderId: idOf(leg) });
    world.ledger.accept(signalOf(), [ENTRY], [{ ...place("c"), role: "close" }]);
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual(["before", idOf("e")]);
  });

  test("another owner of the lease ends the attempt without a word to the venue", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [ENTRY]);
    const work = await claimWork(world.ledger);
    world.ledger.stealLease(REQUEST);
    const ports = {
      ledger: () => world.ledger,
      killSwitch: async () => world.killSwitch,
      accountLimits: world.accountLimits,
      clock: world.clock,
      log: world.log,
    };
    await runAttempt(work, { ...ports, venue: world.venue });
    expect(await idsAtVenue(world)).toEqual([]);
    expect(world.ledger.settledCalls).toBe(0);
  });
});

describe("what the account allows", () => {
  test("goes with an entry, as it stands then, and with nothing else", async () => {
    const world = createWorld();
    const asked: string[] = [];
    world.accountLimits = async (ledger) => {
      asked.push(ledger);
      return { maxDailyLoss: "250" };
    };
    world.ledger.accept(signalOf(), [CLOSE, ENTRY, STOP]);
    await openPosition(world, "1");
    await attempt(world);
    expect(asked).toEqual(["main:paper"]);
    expect(world.ledger.brought).toEqual({ c: undefined, e: { maxDailyLoss: "250" }, s1: undefined });
  });

  test("is asked while the venue is", async () => {
    const world = createWorld();
    const slow = <T>(answer: T) => new Promise<T>((resolve) => world.clock.after(300, () => resolve(answer)));
    world.accountLimits = () => slow({});
    world.ledger.accept(signalOf(), [ENTRY]);
    const before = world.clock.now().getTime();
    await attempt(world, { ...world.venue, clockOffsetMs: () => slow(0) });
    expect(world.clock.now().getTime() - before).toBe(300);
  });

  test("says to the ledger what is wrong with it", async () => {
    const world = createWorld();
    world.accountLimits = async () => ({ problem: "damaged" });
    world.ledger.accept(signalOf(), [ENTRY]);
    await attempt(world);
    expect(world.ledger.brought).toEqual({ e: { problem: "damaged" } });
  });

  test("makes an entry wait while nobody can say it, and no exit", async () => {
    const world = createWorld();
    world.accountLimits = async () => Promise.reject(new Error("the limits cannot be read"));
    await openPosition(world, "1");
    world.ledger.accept(signalOf(), [CLOSE, ENTRY]);
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual(["before", idOf("c")]);
    expect(world.ledger.deferred).toEqual([{ reason: "the limits cannot be read", notBefore: undefined }]);
    expect(world.ledger.statusOf(REQUEST, "e")).toBe("planned");
  });
});

describe("asking", () => {
  test("an attempt after a lost answer asks first and does not place again", async () => {
    const world = createWorld({ faults: [{ match: {}, do: "timeout_after_booking", times: 1 }] });
    world.ledger.accept(signalOf(), [ENTRY]);
    await attempt(world);
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual([idOf("e")]);
    expect(world.ledger.answers("e")).toEqual(["unknown", "order"]);
  });

  test("an order that the venue does not know is absent", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [], [taskOf({ do: "ask" })]);
    await attempt(world);
    expect(world.ledger.answers("e")).toEqual(["absent"]);
  });

  test("an absence is as old as the question, not as the answer", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [], [taskOf({ do: "ask" })]);
    const asked = world.clock.now();
    const slow: Venue["find"] = () => new Promise((resolve) => world.clock.after(3_000, () => resolve(undefined)));
    await attempt(world, { ...world.venue, find: slow });
    expect(world.ledger.evidence[0]?.at).toEqual(asked);
  });

  test("a failed asking is no evidence: it defers with the venue's words and places nothing", async () => {
    const world = createWorld({ faults: [{ match: { call: "find" }, do: "down", reason: "maintenance until noon" }] });
    world.ledger.accept(
      signalOf(),
      [ENTRY],
      [taskOf({ do: "ask", leg: "c", clientOrderId: idOf("c"), role: "close" })],
    );
    await attempt(world);
    expect(world.ledger.evidence).toEqual([]);
    expect(world.ledger.deferred).toEqual([{ reason: "maintenance until noon", notBefore: undefined }]);
    expect(await idsAtVenue(world)).toEqual([]);
  });

  test("one order that cannot be asked for does not hide the others", async () => {
    const world = createWorld();
    const ask = (leg: LegId): Task => taskOf({ leg, clientOrderId: idOf(leg), role: "target" });
    world.ledger.accept(signalOf(), [], [ask("t1"), ask("t2")]);
    await attempt(world, {
      ...world.venue,
      find: async (key) => {
        if (key.clientOrderId === idOf("t1")) throw new VenueUnavailable("no", { retryAfterMs: 5_000 });
        return undefined;
      },
    });
    expect(world.ledger.answers("t2")).toEqual(["absent"]);
    expect(world.ledger.deferred).toHaveLength(1);
  });

  test("a cancelled order is evidence of its cancellation", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [{ ...ENTRY, order: { type: "limit", price: "50" } }]);
    await attempt(world);
    world.ledger.accept(signalOf(), [], [taskOf({ do: "cancel" })]);
    await attempt(world);
    expect(world.ledger.evidence.at(-1)?.answer).toMatchObject({ kind: "order", order: { status: "cancelled" } });
  });

  test("rules that cannot be read defer before the ledger is asked to send", async () => {
    const world = createWorld({ faults: [{ match: { call: "rules" }, do: "down", reason: "no rules today" }] });
    world.ledger.accept(signalOf(), [ENTRY]);
    await attempt(world);
    expect(world.ledger.statusOf(REQUEST, "e")).toBe("planned");
    expect(world.ledger.deferred[0]?.reason).toBe("no rules today");
  });
});

describe("the kill switch", () => {
  test("mode entries halts an entry after sending", async () => {
    const world = createWorld();
    world.killSwitch.mode = "entries";
    world.ledger.accept(signalOf(), [ENTRY]);
    await attempt(world);
    expect(world.ledger.answers("e")).toEqual(["halted"]);
    expect(await idsAtVenue(world)).toEqual([]);
  });

  test("mode entries lets a close through", async () => {
    const world = createWorld();
    await openPosition(world, "1");
    world.killSwitch.mode = "entries";
    world.ledger.accept(signalOf({ action: "close" }), [CLOSE]);
    await attempt(world);
    expect(world.ledger.answers("c")).toEqual(["order"]);
  });

  test("mode all lets a protective leg through", async () => {
    const world = createWorld();
    await openPosition(world, "1");
    world.killSwitch.mode = "all";
    world.ledger.accept(signalOf(), [STOP]);
    await attempt(world);
    expect(world.ledger.answers("s1")).toEqual(["order"]);
  });

  test("an exit is tried again when the kill switch cannot be read", async () => {
    const world = createWorld();
    await openPosition(world, "1");
    world.killSwitch.unreadable = "it was reset";
    world.ledger.accept(signalOf({ action: "close" }), [CLOSE]);
    await attempt(world);
    expect(world.ledger.answers("c")).toEqual(["not_executed"]);
    expect(world.ledger.deferred[0]?.reason).toContain("cannot be read");
  });
});

describe("a watch", () => {
  /** A limit order that rests at the venue, asked about once more; `known` is what the ledger already has of it. */
  async function watch(known: Task["known"]): Promise<World> {
    const world = createWorld();
    const order = { clientOrderId: idOf("e"), symbol: "BTCUSDT.P", side: "buy", type: "limit", price: "90" } as const;
    const resting = { ...order, quantity: "1", referencePrice: "100", reduceOnly: false };
    await world.clock.settle(world.shell.place(resting, { signedAt: world.clock.now() }));
    world.ledger.accept(signalOf(), [], [taskOf({ known })]);
    const claim = { hintId: "hint", purpose: "watch" as const, ms: 0 };
    await attempt(world, world.venue, claim);
    return world;
  }

  test("that learns nothing leaves no line, and its evidence still counts", async () => {
    const world = await watch({ status: "working", filledQuantity: "0" });
    expect(world.lines).toEqual([]);
    expect(world.ledger.answers()).toEqual(["order"]);
  });

  test.each([
    ["a fill", { status: "working", filledQuantity: "0.5" }],
    ["another status", { status: "filled", filledQuantity: "0" }],
    ["what its ledger, which is older, does not say", undefined],
  ])("that learns %s says so", async (_, known) => {
    const world = await watch(known);
    expect(world.lines.map((each) => each.event)).toEqual(["order.seen", "attempt.settled"]);
  });
});

describe("endings", () => {
  test("a venue that may not trade rejects with its sentence", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [ENTRY]);
    await attempt(world, refusingVenue("binance needs credentials"));
    expect(world.ledger.evidence[0]?.answer).toEqual({ kind: "rejected", reason: "binance needs credentials" });
  });

  test("a venue that may not trade is no proof that an older order is absent", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [], [taskOf({ do: "ask" })]);
    await attempt(world, refusingVenue("TRADING_MODE is paper"));
    expect(world.ledger.evidence).toEqual([]);
    expect(world.ledger.deferred[0]?.reason).toBe("TRADING_MODE is paper");
  });

  test("no venue call starts after the sixteenth second", async () => {
    const world = createWorld({ latencyMs: 6_000 });
    await openPosition(world, "1");
    const targets = ["t1", "t2", "t3", "t4"] as const;
    const target = (leg: LegId) =>
      ({ leg, role: "target", order: { side: "sell", type: "take_profit", triggerPrice: "150" } }) as const;
    world.ledger.accept(signalOf(), targets.map(target));
    const started: number[] = [];
    const from = world.clock.now().getTime();
    await attempt(world, {
      ...world.venue,
      place: async (order, of) => {
        started.push(world.clock.now().getTime() - from);
        return world.venue.place(order, of);
      },
    });
    expect(started).toEqual([0, 6_000, 12_000]);
    expect(world.ledger.deferred[0]?.reason).toContain("out of time");
    expect(world.ledger.answers()).toEqual(["order", "order", "order"]);
  });

  test("a settlement whose answer was lost is told again, without a second order", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [ENTRY]);
    world.ledger.break("settle", { times: 1, after: true });
    await attempt(world);
    expect(world.ledger.answers("e")).toEqual(["order"]);
    expect(await idsAtVenue(world)).toEqual([idOf("e")]);
  });

  test("a ledger that stays away is left to the lease, with the evidence in the log", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [ENTRY]);
    world.ledger.break("settle", { times: 9 });
    await attempt(world);
    const line = world.lines.find((each) => each.event === "attempt.untold");
    expect(line?.fields["evidence"]).toHaveLength(1);
  });

  test("a lost answer to sending is asked for again and places one order", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [ENTRY]);
    world.ledger.break("sending", { times: 1, after: true });
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual([idOf("e")]);
  });

  test("without permission to send nothing is sent", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [ENTRY]);
    world.ledger.break("sending", { times: 2 });
    await attempt(world);
    expect(await idsAtVenue(world)).toEqual([]);
    expect(world.ledger.deferred).toHaveLength(1);
  });

  test("our own exception fails the attempt and still delivers what was placed before it", async () => {
    const world = createWorld();
    await openPosition(world, "1");
    world.ledger.accept(signalOf(), [CLOSE, ENTRY]);
    const work = await claimWork(world.ledger);
    let reads = 0;
    const killSwitch = async () => {
      reads += 1;
      if (reads > 1) throw new RangeError("apiKey=geheim is wrong");
      return world.killSwitch;
    };
    const { accountLimits, clock, log } = world;
    const ports = { ledger: () => world.ledger, clock, log, killSwitch, accountLimits };
    await world.clock.settle(runAttempt(work, { ...ports, venue: world.venue }));
    expect(world.ledger.answers("c")).toEqual(["order"]);
    expect(world.ledger.answers("e")).toEqual(["not_executed"]);
    expect(world.ledger.failed).toEqual([{ error: "RangeError", reason: "apiKey=[redacted] is wrong" }]);
  });

  test("every line carries the requestId and the time it took", async () => {
    const world = createWorld();
    world.ledger.accept(signalOf(), [ENTRY]);
    await attempt(world);
    expect(world.lines.map((each) => each.event)).toEqual(["attempt.started", "order.placed", "attempt.settled"]);
    for (const line of world.lines) {
      expect(line.requestId).toBe(REQUEST);
      expect(line.fields["ms"]).toEqual(expect.any(Number));
    }
  });
});

describe("a stop that is sent with its target", () => {
  const target = { clientOrderId: idOf("t1"), triggerPrice: "110" };
  const pair = { leg: "s1", role: "stop", order: { ...STOP.order, symbol: "BTCUSDT", target } } as const;

  async function answers(venue: (world: World) => Venue) {
    const world = createWorld();
    await hold(world);
    world.ledger.accept(signalOf({ symbol: "BTCUSDT" }), [pair]);
    await attempt(world, venue(world));
    return world.ledger.evidence.map(({ clientOrderId: of, answer }) => [of, answer.kind]);
  }

  async function hold(world: World): Promise<void> {
    const order = { clientOrderId: "before", symbol: "BTCUSDT", side: "buy", type: "market", quantity: "1" } as const;
    const request = { ...order, referencePrice: "100", reduceOnly: false };
    await world.clock.settle(world.shell.place(request, { signedAt: world.clock.now() }));
  }

  test("brings evidence of both", async () => {
    expect(await answers((world) => world.venue)).toEqual([
      [idOf("s1"), "order"],
      [idOf("t1"), "order"],
    ]);
  });

  test.each(["rejected", "not_executed", "unknown"] as const)("that is %s is so for both", async (kind) => {
    const venue = (world: World): Venue => ({ ...world.venue, place: async () => ({ kind, reason: "no" }) });
    expect(await answers(venue)).toEqual([
      [idOf("s1"), kind],
      [idOf("t1"), kind],
    ]);
  });

  test("leaves the target in doubt when the venue speaks of the stop alone", async () => {
    const venue = (world: World): Venue => ({
      ...world.venue,
      place: async (order, of) => {
        const reply = await world.venue.place(order, of);
        return reply.kind === "accepted" ? { kind: "accepted", order: reply.order } : reply;
      },
    });
    expect(await answers(venue)).toEqual([[idOf("s1"), "order"]]);
  });
});

describe("an order that breaks a rule of the venue", () => {
  const refusal = { kind: "rejected", reason: "-4014: Price not increased by tick size.", byRules: true } as const;

  /** A venue whose price tick is told as `told`, in turn, and that refuses the first order by it. */
  async function refused(told: (string | Error)[]): Promise<World> {
    const world = createWorld();
    await openPosition(world, "1");
    world.ledger.accept(signalOf(), [{ ...STOP, order: { ...STOP.order, triggerPrice: "90.3" } }]);
    let asked = 0;
    let placed = 0;
    const venue: Venue = {
      ...world.venue,
      rules: async () => {
        const priceTick = told[Math.min(asked, told.length - 1)] ?? "0.1";
        asked += 1;
        if (priceTick instanceof Error) throw priceTick;
        return { quantityStep: "0.1", priceTick };
      },
      place: async (order, of) => {
        placed += 1;
        return placed === 1 ? refusal : world.venue.place(order, of);
      },
    };
    await attempt(world, venue);
    return world;
  }

  test("is sent again by its new rules, when they are others than were known", async () => {
    const { ledger } = await refused(["0.1", "0.5"]);
    const reason = "-4014: Price not increased by tick size.; the rules of BTCUSDT.P had changed";
    expect(ledger.evidence.map(({ answer }) => answer)).toEqual([{ kind: "not_executed", reason }]);
    expect(ledger.deferred).toMatchObject([{ reason }]);
  });

  test.each([
    ["its rules are what was known", ["0.1"]],
    ["its new rules say the same of it", ["0.1", "0.01"]],
    ["its rules cannot be heard", ["0.1", new VenueUnavailable("no rules today")]],
    ["by its new rules it can be no order", ["0.1", "100"]],
  ])("is refused for good when %s", async (_, told) => {
    const { ledger } = await refused(told);
    expect(ledger.evidence.map(({ answer }) => answer)).toEqual([{ kind: "rejected", reason: refusal.reason }]);
  });

  test.each([
    ["too small by what is known of them, and not by the new ones", ["10", "1"], false],
    ["too small by the new ones alone", ["1", "10"], true],
    ["too small by what is known of them, and nothing else is heard", ["10", new VenueUnavailable("no rules")], true],
  ])("is %s", async (_, told, tooSmall) => {
    const world = createWorld();
    await openPosition(world, "1");
    const order = { ...STOP.order, quantity: "1", triggerPrice: "5" };
    world.ledger.accept(signalOf(), [{ ...STOP, order }]);
    let asked = 0;
    const rules: Venue["rules"] = async () => {
      const minNotional = told[Math.min(asked, told.length - 1)];
      asked += 1;
      if (typeof minNotional === "object") throw minNotional;
      return { quantityStep: "0.1", priceTick: "0.1", minNotional };
    };
    await attempt(world, { ...world.venue, rules, place: async () => refusal });
    expect(world.ledger.evidence.map(({ answer }) => answer)).toEqual([
      { kind: "rejected", reason: refusal.reason, ...(tooSmall && { tooSmall }) },
    ]);
  });
});

describe("rules that are refused because of the account", () => {
  async function refused(leg: typeof ENTRY | typeof CLOSE, by: "rules" | "everything" = "rules") {
    const world = createWorld();
    await openPosition(world, "1");
    world.ledger.accept(signalOf({}), [leg]);
    const rules = async (): Promise<never> => {
      throw new VenueRefusal("-2015: Invalid API-key", { isOfAccount: true });
    };
    await attempt(world, by === "rules" ? { ...world.venue, rules } : refusingVenue("its secret is not set"));
    return world.ledger;
  }

  test("end an entry", async () => {
    expect((await refused(ENTRY)).evidence.map(({ answer }) => answer.kind)).toEqual(["rejected"]);
  });

  test("let a close be tried again in half a minute", async () => {
    const { evidence, deferred } = await refused(CLOSE);
    expect(evidence).toEqual([]);
    expect(deferred).toMatchObject([{ reason: "-2015: Invalid API-key" }]);
  });

  test("at a venue that may not trade end an entry and let a close be tried again", async () => {
    const { evidence } = await refused(ENTRY, "everything");
    expect(evidence.map(({ answer }) => answer)).toEqual([{ kind: "rejected", reason: "its secret is not set" }]);
    const close = await refused(CLOSE, "everything");
    expect(close.evidence).toEqual([]);
    expect(close.deferred).toMatchObject([{ reason: "its secret is not set" }]);
  });
});
