import { describe, expect, it } from "vitest";
import { Desk } from "../testing/desk.ts";

const unknown = { kind: "unknown", reason: "timed out" } as const;
const absent = { kind: "absent" } as const;

describe("a lane whose entry is in doubt", () => {
  /** The entry's POST got no answer, and no POST can act any more. */
  async function stuck(): Promise<Desk> {
    const desk = new Desk();
    await desk.open(1);
    await desk.accept(2, { validForMs: 3_600_000 });
    await desk.attempt(2, { e: unknown });
    return desk;
  }

  it("lets no exit pass before the doubtful order can no longer act", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close" });
    desk.now += 14_999;

    expect(await desk.claim(3)).toMatchObject({ status: "later" });
  });

  it("lets the oldest exit pass then, and hints it", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close" });
    await desk.advance(15_001);

    expect(await desk.hints()).toContain(3);
    expect(await desk.claim(3)).toMatchObject({ status: "go" });
  });

  it("lets an exit pass that comes later still", async () => {
    const desk = await stuck();
    await desk.advance(20_000);
    await desk.accept(3, { action: "close" });

    expect(await desk.hints()).toContain(3);
  });

  it("never lets an entry pass", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "sell", validForMs: 3_600_000 });
    desk.now += 60_000 * 5;

    expect(await desk.claim(3)).toMatchObject({ status: "later" });
  });

  it("has the exit cancel the doubtful order first", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close" });
    desk.now += 15_000;
    const entry = await desk.leg(2, "e");

    expect((await desk.go(3)).tasks).toMatchObject([
      { do: "cancel", clientOrderId: entry.clientOrderId },
      { do: "place", leg: "c" },
    ]);
  });

  it("ends the entry as superseded when it proves absent, and the exit goes on in the same attempt", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close" });
    desk.now += 15_000;
    const { lease } = await desk.go(3);

    expect(await desk.sending(3, "c", lease, desk.evidence(2, "e", absent))).toMatchObject({ status: "go" });
    expect(await desk.view(2)).toMatchObject({ outcome: "superseded" });
  });

  it("closes what the entry proves to have filled after its exit", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close", quantity: undefined });
    desk.now += 15_000;
    await desk.attempt(3);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
    await desk.advance(2_000);
    const { lease, tasks } = await desk.go(2);
    expect(tasks).toMatchObject([{ do: "cancel", leg: "e" }]);
    await desk.settle(2, lease, desk.order(2, "e"));

    expect(await desk.view(2)).toMatchObject({ outcome: "filled" });
    expect(
      (await desk.all("notification.requested")).map((each) => [each.data.severity, each.data.title]),
    ).toContainEqual(["critical", "Filled after its exit, closing it: buy 1 BTCUSDT.P · main:paper"]);
    expect((await desk.attempt(2, {}, "watch")).orders).toMatchObject([
      { side: "sell", quantity: "1", reduceOnly: true, type: "market" },
    ]);
    expect(await desk.position()).toMatchObject({ quantity: "0" });
  });

  it("closes it only once when the exit itself learns of the fill", async () => {
    const desk = await stuck();
    await desk.accept(3, { action: "close", quantity: undefined });
    desk.now += 15_000;
    const { lease } = await desk.go(3);
    const order = await desk.send(3, "c", lease, desk.order(2, "e"));
    expect(order).toMatchObject({ quantity: "2" });
    await desk.settle(3, lease, desk.order(3, "c", { quantity: "2", filledQuantity: "2" }));
    const { orders, stops } = await desk.attempt(2, {}, "watch");

    expect(orders).toEqual([]);
    expect(stops).toEqual(["nothing is left to close"]);
  });

  it("supersedes the unsent entries between, which must not follow their exit", async () => {
    const desk = await stuck();
    await desk.accept(3);
    await desk.accept(4, { action: "close", quantity: undefined });
    desk.now += 15_000;
    await desk.attempt(4);

    expect(await desk.view(3)).toMatchObject({ outcome: "superseded" });
  });

  it("tells the trader after two minutes, once, and goes on asking", async () => {
    const desk = await stuck();
    const told = async () => (await desk.titles()).filter((title) => title.startsWith("In doubt"));
    await desk.advance(119_000);
    expect(await told()).toEqual([]);
    await desk.advance(600_000);

    expect(await told()).toEqual(["In doubt for 2 minutes: entry buy 1 BTCUSDT.P · main:paper"]);
    expect((await desk.hints()).length).toBeGreaterThan(10);
  });

  it("is never expired", async () => {
    const desk = await stuck();
    await desk.advance(3_700_000);

    expect(await desk.view(2)).toMatchObject({ state: "in_doubt" });
  });
});
