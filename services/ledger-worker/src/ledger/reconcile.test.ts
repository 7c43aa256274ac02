import { describe, expect, it } from "vitest";
import { clientOrderId } from "#contracts/ids";
import { Desk, id } from "../testing/desk.ts";

const MINUTE = 60_000;
const resting = { status: "working", filledQuantity: "0", averagePrice: undefined } as const;
const no = { kind: "rejected", reason: "no" } as const;
const ownId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";

/** An operator's word that so much is there, of what the ledger says at that moment. */
async function word(desk: Desk, held: string, over: Partial<Parameters<Desk["host"]["reconcile"]>[0]> = {}) {
  const symbol = over.symbol ?? "BTCUSDT.P";
  const { quantity = "0", rev = 0 } = (await desk.position(symbol)) ?? {};
  const said = { resting: [], price: "90", reason: "liquidated", by: "operator" };
  return { v: 1 as const, requestId: ownId, symbol, held, shown: [{ symbol, quantity, rev }], ...said, ...over };
}

async function reconciled(desk: Desk, held: string, over = {}) {
  return desk.host.reconcile(await word(desk, held, over));
}

describe("a position that was closed past the ledger", () => {
  it("is booked as the exchange has it, with its profit, and told once", async () => {
    const desk = new Desk();
    await desk.open(1, { quantity: "2" });
    const reply = await reconciled(desk, "0");

    expect(reply).toMatchObject({
      status: "reconciled",
      booked: { side: "sell", quantity: "2", price: "90" },
      profit: "-20",
      position: { quantity: "0", realisedProfit: "-20" },
    });
    expect(await desk.position()).toMatchObject({ quantity: "0", realisedProfit: "-20" });
    expect(await desk.all("position.reconciled")).toMatchObject([
      {
        requestId: ownId,
        data: { account: "main", venue: "paper", side: "sell", quantity: "2", position: { quantity: "0", rev: 2 } },
      },
    ]);
    expect((await desk.all("notification.requested")).filter(({ requestId }) => requestId === ownId)).toMatchObject([
      {
        data: {
          severity: "warning",
          title: "Booked as the exchange has it, not traded: sold 2 BTCUSDT.P at 90, loss -20 USDT · main:paper",
        },
      },
    ]);
  });

  it("is reduced to what is left there, short ones too", async () => {
    const desk = new Desk();
    await desk.open(1, { action: "sell", quantity: "3" });
    const reply = await reconciled(desk, "-1");

    expect(reply).toMatchObject({ booked: { side: "buy", quantity: "2" }, profit: "20" });
    expect(await desk.position()).toMatchObject({ quantity: "-1" });
  });

  it("counts in the day's loss, and takes no place among the open positions any more", async () => {
    const desk = new Desk({ limits: { maxDailyLoss: "15", maxOpenPositions: 1 } });
    await desk.open(1, { quantity: "1" });
    await desk.accept(2, { symbol: "ETHUSDT.P" });
    expect((await desk.attempt(2)).end).toMatchObject({ outcome: "halted" });
    await reconciled(desk, "0");
    await desk.open(3, { symbol: "ETHUSDT.P" });
    expect(await desk.view(3)).toMatchObject({ outcome: "filled" });
    await reconciled(desk, "0", { symbol: "ETHUSDT.P" });
    await desk.accept(4);

    expect((await desk.attempt(4)).end).toMatchObject({ outcome: "halted" });
    expect((await desk.view(4)).reason).toMatch(/daily limit|lost/);
  });

  it("has its stops taken off, and smaller ones for what is left", async () => {
    const desk = new Desk();
    await desk.open(1, { quantity: "2", stopLoss: { price: "80" } });
    await desk.attempt(1, { s1: resting }, "watch");
    await reconciled(desk, "0.5", { resting: [clientOrderId({ requestId: id(1), leg: "s1" })] });
    const { orders } = await desk.attempt(1, { s2: resting }, "watch");
    const { tasks } = await desk.go(1, "watch");

    expect(orders).toMatchObject([{ side: "sell", quantity: "0.5", triggerPrice: "80" }]);
    expect(tasks.map((task) => `${task.do} ${task.leg}`)).toContain("cancel s1");
  });

  it("that is left to a person is asked about no more", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { price: "95" } });
    for (let left = 30; left > 0; left -= 1) {
      await desk.advance(MINUTE);
      const reply = await desk.claim(1, { purpose: "watch" });
      if (reply.status !== "go") continue;
      const evidence = [];
      for (const { do: what, leg } of reply.tasks) {
        if (what !== "place" || (await desk.sending(1, leg, reply.lease)).status !== "go") continue;
        evidence.push(desk.evidence(1, leg, no));
      }
      await desk.settle(1, reply.lease, ...evidence);
    }
    const asked = async () => (await desk.titles()).filter((title) => title.startsWith("Close it by hand: 5"));
    const before = (await asked()).length;
    expect(await desk.view(1)).toMatchObject({ inQuestion: "x5" });
    await reconciled(desk, "0");
    await desk.advance(180 * MINUTE);

    expect(before).toBeGreaterThan(0);
    expect(await asked()).toHaveLength(before);
    expect(await desk.view(1)).not.toHaveProperty("inQuestion");
  });
});

describe("a word on a position is refused", () => {
  async function open(): Promise<Desk> {
    const desk = new Desk();
    await desk.open(1);
    return desk;
  }

  it.each([
    ["would make it larger", "2"],
    ["would turn it around", "-1"],
    ["changes nothing", "1"],
  ])("when it %s", async (_, held) => {
    const desk = await open();

    expect(await reconciled(desk, held)).toMatchObject({ status: "refused", reason: expect.stringMatching(/smaller/) });
    expect(await desk.position()).toMatchObject({ quantity: "1" });
  });

  it("when the ledger is flat", async () => {
    expect(await reconciled(await open(), "1", { symbol: "ETHUSDT.P" })).toMatchObject({ status: "refused" });
  });

  it("when the ledger has changed since, though it has as much again", async () => {
    const desk = await open();
    const said = await word(desk, "0");
    await desk.open(2);
    await desk.accept(3, { action: "sell" });
    await desk.attempt(3);

    expect(await desk.position()).toMatchObject({ quantity: "1" });
    expect(await desk.host.reconcile(said)).toMatchObject({
      status: "refused",
      reason: "The ledger's BTCUSDT.P has changed since the exchange was asked: it is long 1 now. Look again.",
    });
  });

  it("the second time, which books nothing twice", async () => {
    const desk = await open();
    const said = await word(desk, "0.5");
    await desk.host.reconcile(said);

    expect(await desk.host.reconcile(said)).toMatchObject({ status: "refused" });
    expect(await desk.position()).toMatchObject({ quantity: "0.5" });
  });

  it("while an order of it is on its way, in doubt or rests", async () => {
    const desk = await open();
    await desk.accept(2, { action: "close", quantity: undefined });
    const { lease } = await desk.go(2);
    await desk.send(2, "c", lease);
    expect(await reconciled(desk, "0")).toMatchObject({
      reason: expect.stringMatching(/close sell 1 .* is on its way/),
    });
    await desk.settle(2, lease, desk.evidence(2, "c", { kind: "unknown", reason: "timed out" }));

    expect(await reconciled(desk, "0")).toMatchObject({
      reason: expect.stringMatching(new RegExp(`in doubt.*npx hoox lanes resolve ${id(2)}`)),
    });
    const other = new Desk();
    await other.open(1);
    await other.open(2, { orderType: "limit", price: "50" }, resting);
    expect(await reconciled(other, "0")).toMatchObject({
      reason: expect.stringMatching(/entry buy 1 .* rests there.*cancel it on the exchange's screen/),
    });
  });

  it("while a stop rests that nobody has asked about: it may be the difference", async () => {
    const desk = new Desk();
    await desk.open(1, { stopLoss: { price: "80" } });
    await desk.attempt(1, { s1: resting }, "watch");

    expect(await reconciled(desk, "0")).toMatchObject({
      reason: expect.stringMatching(/stop sell 1 .* rests there, as far as the ledger knows.*again in a minute/),
    });
  });

  it("while an order of another pair of its coin is on its way", async () => {
    const desk = new Desk();
    await desk.open(1, { symbol: "BTCUSDT" });
    await desk.open(2, { symbol: "BTCUSDC" });
    const [own, other] = await Promise.all([desk.position("BTCUSDT"), desk.position("BTCUSDC")]);
    await desk.accept(3, { symbol: "BTCUSDC", action: "close", quantity: undefined });
    const { lease } = await desk.go(3);
    await desk.send(3, "c", lease);
    const shown = [own, other].map((each) => ({ symbol: "", quantity: "0", rev: 0, ...each }));

    expect(await reconciled(desk, "0", { symbol: "BTCUSDT", shown })).toMatchObject({
      reason: expect.stringContaining("BTCUSDC"),
    });
  });
});
