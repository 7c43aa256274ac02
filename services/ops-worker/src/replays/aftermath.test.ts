import { describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import { registry } from "#queues/registry";
import { ReplayDesk } from "../testing/replay-desk.ts";
import { consume, sentTo, withRecords } from "../testing/replayed-records.ts";

const HOUR_MS = 3_600_000;

/** Its ledger answers nothing, so the first try is in vain: taken, not executed. */
function withoutLedger(): ReplayDesk {
  const desk = new ReplayDesk();
  desk.signal("s1");
  desk.ledger.revive = async () => Promise.reject(new Error("Durable Object reset"));
  return desk;
}

const waits = (desk: ReplayDesk, id: string) => async () =>
  (await desk.show(id)).replay.waitingFor === "Durable Object reset";

describe("a replay that has ended", () => {
  it("because it was cancelled leaves open what it had taken and not executed", async () => {
    const desk = withoutLedger();
    const { id } = await desk.replay();
    await desk.ring(waits(desk, id));
    expect(desk.database.statusOf("s1")).toBe("replayed");
    await desk.ops("POST", `/ops/replays/${id}/cancel`, { reason: "wrong one" });
    await desk.ring();

    expect(desk.database.statusOf("s1")).toBe("open");
    expect((await desk.show(id)).replay).toMatchObject({ state: "cancelled", counts: { pending: 1, sent: 0 } });
  });

  it("because it was cancelled while it died leaves nothing taken that it does not count as executed", async () => {
    const seen = new Set<string>();
    for (let call = 1; call <= 6; call += 1) {
      const desk = new ReplayDesk();
      desk.record("r1");
      const { id } = await desk.replay();
      const last = desk.calls + call;
      desk.death = { call: last, when: "after" };
      await desk.ring(async () => desk.calls >= last);
      seen.add(desk.database.statusOf("r1"));
      await desk.ops("POST", `/ops/replays/${id}/cancel`, { reason: "wrong one" });
      await desk.ring();

      const { counts } = (await desk.show(id)).replay;
      expect(desk.database.statusOf("r1"), `killed after call ${call}`).toBe(counts.sent === 1 ? "replayed" : "open");
    }
    expect([...seen].toSorted()).toEqual(["open", "replayed"]);
  });

  it("because letters died again leaves open what it had taken and not executed", async () => {
    const desk = withoutLedger();
    desk.record("r1", { created_at: "2026-11-24T11:00:00.000Z" });
    desk.record("r2", { created_at: "2026-11-24T11:01:00.000Z" });
    const { id } = await desk.replay();
    desk.meanwhile = () => {
      if (desk.database.statusOf("r1") === "replayed") desk.database.resolve("r1");
      if (desk.database.statusOf("s1") === "replayed" && desk.database.statusOf("r2") === "replayed")
        desk.database.dieAgain("r2", "f-records", desk.now.toISOString());
    };
    await desk.ring();

    expect(await desk.state(id)).toBe("stopped");
    expect(desk.database.statusOf("s1")).toBe("open");
  });

  it("waits for a database that does not answer before it gives back what it had taken", async () => {
    const desk = withoutLedger();
    const { id } = await desk.replay();
    await desk.ring(waits(desk, id));
    await desk.ops("POST", `/ops/replays/${id}/cancel`, { reason: "wrong one" });
    desk.database.trouble = new Error("d1-worker did not answer");
    const later = desk.now.getTime() + 10_000;
    await desk.ring(async () => desk.now.getTime() > later);
    desk.database.trouble = undefined;
    await desk.ring();

    expect(desk.database.statusOf("s1")).toBe("open");
  });

  it("learns later what became of its letters", async () => {
    const desk = withRecords(3);
    desk.meanwhile = () => undefined;
    const { id } = await desk.replay();
    await desk.ring();
    expect((await desk.show(id)).replay.counts).toMatchObject({ sent: 3, resolved: 0 });
    consume(desk);
    desk.pass(60_000);
    await desk.minute();
    await desk.ring();

    expect((await desk.show(id)).replay.counts).toMatchObject({ sent: 3, resolved: 3, lost: 0 });
  });

  it("leaves letters open that their queue has lost, tells the trader, and lets them be replayed again", async () => {
    const desk = withRecords(3);
    desk.meanwhile = () => desk.database.statusOf("r000") === "replayed" && desk.database.resolve("r000");
    const { id } = await desk.replay();
    await desk.ring();
    desk.pass(HOUR_MS / 2);
    await desk.minute();
    await desk.ring();
    expect(desk.database.statusOf("r001")).toBe("replayed");
    desk.pass(HOUR_MS / 2);
    await desk.minute();
    await desk.ring();

    expect(desk.database.statusOf("r001")).toBe("open");
    expect((await desk.show(id)).replay.counts).toMatchObject({ sent: 3, resolved: 1, diedAgain: 0, lost: 2 });
    expect(
      desk.queue("notifications").sent.map((body) => decode(registry.notifications.contracts, body)),
    ).toMatchObject([
      { data: { severity: "warning", title: expect.stringMatching(/^2 replayed dead letters were probably lost/) } },
    ]);
    const sent = sentTo(desk).length;
    desk.meanwhile = () => consume(desk);
    const again = await desk.replay();
    await desk.ring();
    expect(sentTo(desk).slice(sent)).toEqual(["r001", "r002"]);
    expect((await desk.show(again.id)).replay).toMatchObject({ state: "done", counts: { total: 2, resolved: 2 } });
  });

  it("is left alone once all is known", async () => {
    const desk = withRecords(3);
    await desk.replay();
    await desk.ring();
    const calls = desk.calls;
    desk.pass(HOUR_MS);
    await desk.minute();
    await desk.ring();

    // The minute asked for lost letters, once.
    expect(desk.calls - calls).toBe(1);
  });
});
