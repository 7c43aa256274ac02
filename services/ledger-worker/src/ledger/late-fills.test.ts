import { describe, expect, it } from "vitest";
import { Desk, id } from "../testing/desk.ts";

const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
const cancelled = { ...resting, status: "cancelled" } as const;
const unknown = { kind: "unknown", reason: "timed out" } as const;
const guarded = { stopLoss: { percent: "2" } };
const limit = { orderType: "limit" } as const;
const all = { quantity: undefined } as const;

/** An exit that takes a resting entry off the venue, told what the entry is at until then. */
async function clear(desk: Desk, exit: number, entry: number, leg = "c"): Promise<void> {
  const { lease } = await desk.go(exit);
  await desk.sending(exit, leg, lease, desk.order(entry, "e", resting));
  await desk.settle(exit, lease);
}

async function fills(desk: Desk, number: number, leg = "e", quantity = "1"): Promise<void> {
  const { lease } = await desk.go(number, "watch");
  await desk.settle(number, lease, desk.order(number, leg, { quantity, filledQuantity: quantity }));
}

async function legsOf(desk: Desk, number: number): Promise<string[]> {
  return (await desk.view(number)).legs.map(({ leg }) => leg);
}

describe("what an entry fills after the exit that took it off the venue", () => {
  it("is closed, and not handed to the guard of an older entry", async () => {
    const desk = new Desk();
    await desk.open(1, guarded);
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2, { ...limit, ...guarded }, resting);
    await desk.accept(3, { action: "close", ...all });
    const exit = await desk.go(3);
    await desk.send(3, "c", exit.lease, desk.order(2, "e", resting));
    const watch = await desk.go(2, "watch");
    await desk.settle(2, watch.lease, desk.order(2, "e", { status: "cancelled", filledQuantity: "0.5" }));
    await desk.settle(3, exit.lease, desk.order(3, "c"));
    await desk.attempt(2, {}, "watch");

    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("is closed on spot though the first attempt at that never arrived", async () => {
    const desk = new Desk();
    const symbol = "BTCUSDT";
    await desk.open(1, { symbol, ...guarded });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2, { symbol, quantity: "0.5", ...limit, ...guarded }, { ...resting, quantity: "0.5" });
    await desk.accept(3, { symbol, action: "close", ...all });
    const first = await desk.go(3);
    const half = desk.order(2, "e", { quantity: "0.5", filledQuantity: "0.5" });
    await desk.sending(3, "c", first.lease, desk.order(1, "s1", resting), half);
    await desk.settle(3, first.lease);
    await desk.attempt(2, { x: unknown }, "watch");
    await desk.advance(2_000);
    const second = await desk.go(3);
    await desk.send(3, "c", second.lease, desk.order(1, "s1", cancelled));
    await desk.settle(3, second.lease, desk.order(3, "c"));
    await desk.advance(16_000);
    const asked = await desk.go(2, "watch");
    await desk.settle(2, asked.lease, desk.evidence(2, "x", { kind: "absent" }));
    await desk.attempt(2, {}, "watch");

    expect(await desk.position(symbol)).toMatchObject({ quantity: "0" });
  });

  it("is closed though the kill switch had it cancelled first", async () => {
    const desk = new Desk();
    await desk.open(1, limit, resting);
    await desk.host.cancelEntries({ v: 1, reason: "kill switch" });
    await desk.accept(2, { action: "close_long", ...all });
    await clear(desk, 2, 1);
    await desk.advance(5_000);
    await fills(desk, 1);

    expect(await legsOf(desk, 1)).toContain("x");
  });

  it("is closed though a target had it cancelled first", async () => {
    const desk = new Desk();
    await desk.open(1, limit, resting);
    await desk.accept(2, { action: "target", ...all, size: { target: "3" } });
    await clear(desk, 2, 1, "e");
    await desk.accept(3, { action: "close_long", ...all });
    await clear(desk, 3, 1);
    await desk.advance(5_000);
    await fills(desk, 1);

    expect(await legsOf(desk, 1)).toContain("x");
  });

  it("is closed though an exit of a part waits that came after the exit of all", async () => {
    const desk = new Desk();
    await desk.open(1, limit, resting);
    await desk.accept(2, { action: "close_long", ...all });
    await clear(desk, 2, 1);
    await desk.accept(3, { action: "close_long", quantity: "0.5" });
    const { lease } = await desk.go(3);
    await desk.sending(3, "c", lease, desk.order(1, "e"));
    await desk.settle(3, lease);

    expect(await legsOf(desk, 1)).toContain("x");
  });

  it("is closed though a stop, heard of later, made the position seem flat", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "buy", ...limit }, resting);
    await desk.open(2, { action: "sell", ...guarded });
    await desk.attempt(2, { s1: resting }, "watch");
    await desk.accept(3, { action: "close_long", ...all });
    await clear(desk, 3, 1);
    await desk.advance(5_000);
    await fills(desk, 1);
    await fills(desk, 2, "s1");
    await desk.attempt(1, {}, "watch");

    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("is closed though a target came after the exit of all, and expired", async () => {
    const desk = new Desk();
    await desk.open(1, limit, resting);
    await desk.accept(2, { action: "close", ...all });
    await clear(desk, 2, 1);
    await desk.accept(3, { action: "target", ...all, size: { target: "0" } });
    await desk.attempt(3);
    await desk.advance(120_000);
    await fills(desk, 1);

    expect(await desk.view(3)).toMatchObject({ outcome: "expired" });
    expect(await legsOf(desk, 1)).toContain("x");
  });

  it("is closed before a target that came after the exit of all is traded to", async () => {
    const desk = new Desk();
    await desk.open(1, limit, resting);
    await desk.accept(2, { action: "close", ...all });
    await clear(desk, 2, 1);
    await desk.accept(3, { action: "target", ...all, size: { target: "3" } });
    const { lease } = await desk.go(3);
    await desk.sending(3, "e", lease, desk.order(1, "e"));
    await desk.settle(3, lease);
    await desk.attempt(1, {}, "watch");
    await desk.advance(3_000);

    expect((await desk.attempt(3)).orders).toMatchObject([{ side: "buy", quantity: "3" }]);
  });

  it("is closed though three attempts fail at the stop beside it", async () => {
    const desk = new Desk();
    const part = { status: "working", quantity: "2", filledQuantity: "1" } as const;
    await desk.open(1, { quantity: "2", ...limit, ...guarded }, part);
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.accept(2, { action: "close_long", quantity: "0.5" });
    await desk.attempt(2);
    await desk.advance(3_000);
    const late = await desk.go(1, "watch");
    await desk.settle(1, late.lease, desk.order(1, "e", { ...part, status: "cancelled", filledQuantity: "1.3" }));
    for (let times = 0; times < 3; times += 1) {
      await desk.advance(5_000);
      const { lease } = await desk.go(1, "watch");
      await desk.host.fail({ v: 1, requestId: id(1), lease, evidence: [], error: "TypeError", reason: "x" });
    }

    expect(await desk.leg(1, "x")).toMatchObject({ status: "planned" });
  });

  it("is closed in full though another such close, which never arrived, was to close some of what is open", async () => {
    const desk = new Desk();
    const late = { ...limit, quantity: "1" };
    await desk.open(1, { quantity: "2", takeProfits: [{ percent: "5" }] });
    await desk.attempt(1, { t1: { ...resting, quantity: "2" } }, "watch");
    await desk.open(2, late, resting);
    await desk.open(3, { ...late, quantity: "2" }, { ...resting, quantity: "2" });
    await desk.advance(60_000);
    await desk.accept(4, { action: "close", ...all });
    const exit = await desk.go(4);
    await desk.send(4, "c", exit.lease, desk.order(2, "e"), desk.order(3, "e", { ...resting, quantity: "2" }));
    // The target had filled: a close that can only reduce finds less than it was to close.
    await desk.settle(4, exit.lease, desk.order(4, "c", { status: "cancelled", quantity: "3", filledQuantity: "1" }));
    await desk.attempt(2, { x: unknown }, "watch");
    await fills(desk, 1, "t1", "2");
    await desk.advance(1_000);
    await fills(desk, 3, "e", "2");
    const first = await desk.attempt(3, {}, "watch");
    await desk.advance(16_000);
    const asked = await desk.go(2, "watch");
    await desk.settle(2, asked.lease, desk.evidence(2, "x", { kind: "absent" }));
    await desk.advance(3_000);
    await desk.attempt(3, {}, "watch");

    expect(first.stops).toEqual(["another closing order is under way"]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("waits for the word of a person on the exit that may have closed it, and is closed in full then", async () => {
    const desk = new Desk();
    await desk.open(1, limit, resting);
    await desk.open(2, guarded);
    await desk.attempt(2, { s1: resting }, "watch");
    await desk.accept(3, { action: "close_long", ...all });
    const exit = await desk.go(3);
    await desk.sending(3, "c", exit.lease, desk.order(1, "e", resting));
    await desk.settle(3, exit.lease, desk.evidence(3, "c", unknown));
    await desk.advance(130_000);
    const stop = await desk.go(2, "watch");
    await desk.settle(2, stop.lease, desk.order(2, "s1", { ...resting, filledQuantity: "0.5", averagePrice: "98" }));
    await desk.advance(3_000);
    await fills(desk, 1);
    const before = await desk.attempt(1, {}, "watch");
    await desk.host.resolve({ v: 1, requestId: id(3), outcome: "rejected", reason: "not there", by: "cli" });
    await desk.advance(16_000);
    const after = await desk.attempt(1, {}, "watch");

    expect(before.orders).toEqual([]);
    expect(after.orders).toMatchObject([{ quantity: "1" }]);
  });

  it("is closed once, though what had closed it seemingly is heard of in two parts", async () => {
    const desk = new Desk();
    const part = { status: "working", quantity: "3", filledQuantity: "1" } as const;
    await desk.open(1, { action: "sell", ...guarded });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2, { quantity: "3", ...limit, ...guarded }, part);
    await desk.accept(3, { action: "close_long", ...all });
    const exit = await desk.go(3);
    await desk.advance(1_000);
    await desk.sending(3, "c", exit.lease, desk.order(1, "s1", resting), desk.order(2, "e", part));
    await desk.settle(3, exit.lease);
    await desk.advance(5_000);
    const late = await desk.go(2, "watch");
    await desk.settle(2, late.lease, desk.order(2, "e", { ...part, status: "cancelled", filledQuantity: "3" }));
    await desk.open(4, { action: "sell", quantity: "0.4" });
    let closed = (await desk.attempt(2, {}, "watch")).orders;
    for (const over of [{ status: "working", filledQuantity: "0.5" }, {}] as const) {
      await desk.advance(70_000);
      const { lease } = await desk.go(1, "watch");
      await desk.settle(1, lease, desk.order(1, "s1", over));
      await desk.advance(3_000);
      const stood = { s1: resting, s2: resting, s3: resting };
      closed = [...closed, ...(await desk.attempt(2, stood, "watch")).orders];
    }

    const quantities = closed.filter(({ type }) => type === "market").map(({ quantity }) => quantity);
    expect(quantities).toEqual(["1.6", "0.4"]);
  });

  it("is closed in full though the exit, heard of later, had closed the other side already", async () => {
    const desk = new Desk();
    const two = { action: "sell", quantity: "2" } as const;
    await desk.open(1, { action: "buy", ...limit }, resting);
    await desk.open(2, { ...two, ...limit }, { ...resting, quantity: "2" });
    await desk.accept(3, { action: "close", ...all });
    const exit = await desk.go(3);
    await desk.send(3, "c", exit.lease, desk.order(1, "e"), desk.order(2, "e", { ...resting, quantity: "2" }));
    await desk.settle(3, exit.lease, desk.evidence(3, "c", unknown));
    const watch = await desk.go(2, "watch");
    await desk.settle(2, watch.lease, desk.order(2, "e", { quantity: "2", filledQuantity: "2" }));
    await desk.attempt(2, {}, "watch");
    await desk.advance(16_000);
    const { lease } = await desk.go(3);
    await desk.settle(3, lease, desk.order(3, "c"));
    await desk.attempt(2, {}, "watch");

    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("is closed by an order that sells nothing of what was opened later", async () => {
    const desk = new Desk();
    await desk.open(1, limit, resting);
    await desk.accept(2, { action: "close_long", ...all });
    await clear(desk, 2, 1);
    await desk.advance(5_000);
    await fills(desk, 1);
    await desk.attempt(1, { x: unknown }, "watch");
    await desk.accept(3, { action: "close_long", ...all });
    await desk.attempt(3);
    await desk.open(4);
    await desk.advance(20_000);
    const { lease } = await desk.go(1, "watch");
    await desk.settle(1, lease, desk.evidence(1, "x", { kind: "absent" }));
    const later = await desk.claim(1, { purpose: "watch" });
    if (later.status === "go") await desk.sending(1, "x", later.lease);

    expect(await desk.leg(1, "x")).toMatchObject({ status: "dropped" });
  });
});

describe("a stop's fill that is heard of late", () => {
  it("gives its entry back what is guarded again, whatever was opened since", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "short", ...guarded });
    await desk.attempt(1, { s1: resting }, "watch");
    await desk.open(2, { action: "buy", ...guarded });
    await desk.open(3, { action: "buy", quantity: "2", ...guarded });
    await desk.attempt(3, { s1: resting }, "watch");
    await desk.advance(2_000);
    await fills(desk, 1, "s1");

    expect(await desk.position()).toMatchObject({ quantity: "3" });
    expect((await desk.attempt(2, { s1: resting }, "watch")).orders).toMatchObject([{ type: "stop", quantity: "1" }]);
  });

  it("gives back to the entry that can have opened, and not to a younger order that could only reduce", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "sell", ...limit, price: "110", ...guarded }, resting);
    await desk.open(2, { action: "buy", quantity: "2", ...guarded });
    await desk.attempt(2, { s1: { ...resting, quantity: "2" } }, "watch");
    await desk.open(3, { action: "sell" });
    await desk.attempt(2, { s2: resting }, "watch");
    await desk.advance(3_000);
    const replaced = await desk.go(2, "watch");
    await desk.settle(2, replaced.lease, desk.order(2, "s1", { ...cancelled, quantity: "2" }));
    await desk.advance(6_000);
    await fills(desk, 1);
    await desk.advance(3_000);
    await fills(desk, 2, "s2");

    expect(await desk.position()).toMatchObject({ quantity: "-1" });
    expect(await legsOf(desk, 1)).toContain("s1");
  });
});
