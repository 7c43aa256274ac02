import { describe, expect, it } from "vitest";
import { Desk } from "../testing/desk.ts";

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

async function fills(desk: Desk, number: number, leg = "e"): Promise<void> {
  const { lease } = await desk.go(number, "watch");
  await desk.settle(number, lease, desk.order(number, leg));
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
});
