import { describe, expect, it } from "vitest";
import { decodeHeader } from "#contracts/codec";
import { requestIdOf } from "../testing/replay-desk.ts";
import { consume, sentTo, withRecords } from "../testing/replayed-records.ts";

describe("a replay", () => {
  it("sends records again as the same message in its next life, and revives signals in their ledger", async () => {
    const desk = withRecords(1);
    const requestId = desk.signal("s1");
    const { id } = await desk.replay();
    await desk.ring();

    expect(await desk.show(id)).toMatchObject({
      replay: { state: "done", counts: { total: 2, sent: 2, resolved: 2, pending: 0 } },
      items: [
        { id: "r000", state: "sent" },
        { id: "s1", state: "sent" },
      ],
    });
    expect(
      decodeHeader(desk.queue("records").sent.find((body) => decodeHeader(body)?.known.id === "r000"))?.known,
    ).toMatchObject({
      generation: 1,
      replayId: id,
      requestId: requestIdOf("r000"),
    });
    expect(desk.ledger.revived).toEqual([
      { v: 1, requestId, replayId: id, generation: 0, force: [], reason: "no reason given", by: "operator" },
    ]);
  });

  it("executes the safe ones, in order of parking, and says of the others why not", async () => {
    const desk = withRecords(0);
    desk.record("later", { created_at: "2026-11-24T11:30:00.000Z" });
    desk.record("first", { created_at: "2026-11-24T11:00:00.000Z" });
    desk.record("done already", { effective: true });
    desk.record("broken", { unreadable: "data: invalid" });
    const { id, skipped } = await desk.replay();
    await desk.ring();

    expect(skipped).toEqual({ MALFORMED: 1, DUPLICATE: 1 });
    expect(sentTo(desk)).toEqual(["first", "later"]);
    expect(await desk.show(id)).toMatchObject({
      replay: { counts: { sent: 2, skipped: 2 }, skipped: { MALFORMED: 1, DUPLICATE: 1 } },
    });
  });

  it("tries one letter first, then five, and waits each time for how they end", async () => {
    const desk = withRecords(20, { canaryWaitMs: 5_000 });
    desk.meanwhile = () => undefined;
    const { id } = await desk.replay({ all: true, rate: 500 });
    const sent: number[] = [];
    await desk.ring(async () => {
      const count = sentTo(desk).length;
      if (sent.at(-1) !== count) sent.push(count);
      const { replay } = await desk.show(id);
      if (replay.waitingFor !== undefined && desk.now.getTime() % 3 === 0) consume(desk);
      return false;
    });

    expect(sent).toEqual([0, 1, 6, 20]);
  });

  it("revives signals one by one over the time that its rate gives them, whatever their lanes", async () => {
    const desk = withRecords(0, { canaryWaitMs: 1 });
    for (const number of Array(26).keys())
      desk.signal(`s${number}`, { signal: { lane: `main:paper:COIN${number}USDT` } });
    const revive = desk.ledger.revive.bind(desk.ledger);
    const times: number[] = [];
    desk.ledger.revive = (request) => {
      times.push(desk.now.getTime());
      return revive(request);
    };
    await desk.replay({ all: true, rate: 100 });
    await desk.ring();

    const last = times.slice(-20);
    const between = last.slice(1).map((time, index) => time - (last[index] ?? 0));
    expect(last).toHaveLength(20);
    expect(Math.min(...between)).toBeGreaterThanOrEqual(8);
  });

  it("goes on without an answer from the first ones after a while", async () => {
    const desk = withRecords(3, { canaryWaitMs: 5_000 });
    desk.meanwhile = () => undefined;
    const { id } = await desk.replay();
    await desk.ring();

    expect(await desk.show(id)).toMatchObject({ replay: { state: "done", counts: { sent: 3, resolved: 0 } } });
    expect(desk.now.getTime() - Date.parse("2026-11-24T12:00:00.000Z")).toBeGreaterThanOrEqual(10_000);
  });

  it("keeps its rate", async () => {
    const desk = withRecords(106);
    const { id } = await desk.replay({ all: true, rate: 10 });
    await desk.ring(async () => sentTo(desk).length >= 6);
    const began = desk.now.getTime();
    await desk.ring();

    expect(await desk.state(id)).toBe("done");
    // 100 letters at 10/s; the last slice needs no pause behind it.
    expect(desk.now.getTime() - began).toBeGreaterThanOrEqual(9_500);
    expect(desk.now.getTime() - began).toBeLessThan(13_000);
  });

  it("stops when one dies again of the same cause, tells the trader and leaves the rest open", async () => {
    const desk = withRecords(20);
    desk.meanwhile = () => {
      if (desk.database.statusOf("r000") === "replayed")
        desk.database.dieAgain("r000", "f-records", desk.now.toISOString());
    };
    const { id } = await desk.replay();
    await desk.ring();

    expect(await desk.show(id)).toMatchObject({
      replay: {
        state: "stopped",
        stoppedBecause: expect.stringMatching(/^1 of its letters died again of the same cause \(f-records\)/),
        counts: { sent: 1, pending: 19, diedAgain: 1 },
      },
    });
    expect(desk.queue("notifications").sent).toHaveLength(1);
    expect(sentTo(desk)).toEqual(["r000"]);
  });

  it("waits while its queue has a backlog of its own, and goes on by itself", async () => {
    const desk = withRecords(3);
    desk.queue("records").depth = { backlogCount: 101, backlogBytes: 1 };
    const { id } = await desk.replay();
    await desk.ring(async () => (await desk.state(id)) === "waiting");
    expect(await desk.show(id)).toMatchObject({
      replay: { waitingFor: "records has a backlog of 101, more than 100", counts: { sent: 0 } },
    });

    desk.queue("records").depth = {
      backlogCount: 1,
      backlogBytes: 1,
      oldestMessageTimestamp: new Date(desk.now.getTime() - 11_000),
    };
    await desk.ring(async () => ((await desk.show(id)).replay.waitingFor ?? "").includes("old, more than 10 s"));
    expect(sentTo(desk)).toEqual([]);

    desk.queue("records").depth = { backlogCount: 0, backlogBytes: 0 };
    await desk.ring();
    expect(await desk.show(id)).toMatchObject({ replay: { state: "done", counts: { sent: 3 } } });
  });

  it("waits for a database that does not answer", async () => {
    const desk = withRecords(3);
    const { id } = await desk.replay();
    desk.database.trouble = new Error("d1-worker did not answer");
    await desk.ring(async () => (await desk.state(id)) === "waiting");
    desk.database.trouble = undefined;
    await desk.ring();

    expect(await desk.show(id)).toMatchObject({ replay: { state: "done", counts: { sent: 3 } } });
  });

  it("whose alarm rings again while it works takes one turn at a time", async () => {
    const desk = withRecords(0);
    const requestId = desk.signal("s1");
    const { id } = await desk.replay();
    const assess = desk.ledger.assess.bind(desk.ledger);
    desk.ledger.assess = async () => {
      desk.ledger.assess = assess;
      return { letters: [{ requestId, state: "open", uncertainLegs: [], generation: 0 }] };
    };
    desk.alarmsAtOnce = 2;
    await desk.ring();

    expect((await desk.show(id)).items).toMatchObject([{ state: "skipped", verdict: "DUPLICATE" }]);
    expect(desk.ledger.revived).toEqual([]);
  });

  it("asks a ledger again that could not be asked, and executes the letter then", async () => {
    const desk = withRecords(0);
    desk.signal("s1");
    const { id } = await desk.replay();
    const assess = desk.ledger.assess.bind(desk.ledger);
    desk.ledger.assess = async () => {
      desk.ledger.assess = assess;
      return Promise.reject(new Error("connection lost"));
    };
    await desk.ring();

    expect(await desk.show(id)).toMatchObject({
      replay: { state: "done", counts: { sent: 1, skipped: 0 } },
      items: [{ state: "sent" }],
    });
  });

  it("does not call its own what another did to a signal that it had taken", async () => {
    const desk = withRecords(0);
    const requestId = desk.signal("s1");
    const { id } = await desk.replay();
    const revive = desk.ledger.revive.bind(desk.ledger);
    desk.ledger.revive = async () => {
      desk.ledger.revive = revive;
      desk.ledger.refusals.set(requestId, { status: "refused", verdict: "DUPLICATE", reason: "It ended as filled." });
      desk.database.resolve("s1");
      return Promise.reject(new Error("connection lost"));
    };
    await desk.ring();

    expect((await desk.show(id)).items).toMatchObject([
      { state: "skipped", verdict: "DUPLICATE", reason: "It ended as filled." },
    ]);
    expect(desk.database.statusOf("s1")).toBe("resolved");
  });

  it("gives a letter up after some tries when its ledger does not answer, and leaves it open", async () => {
    const desk = withRecords(0);
    desk.signal("s1");
    const { id } = await desk.replay();
    desk.ledger.revive = async () => Promise.reject(new Error("Durable Object reset"));
    await desk.ring();

    expect(await desk.show(id)).toMatchObject({
      replay: { state: "done", counts: { failed: 1, sent: 0 } },
      items: [{ state: "failed", reason: "Given up after 5 tries: Durable Object reset" }],
    });
    expect(desk.database.statusOf("s1")).toBe("open");
  });

  it("calls a signal executed that it revived without hearing of it, also when it gave its letter back before it died", async () => {
    const desk = withRecords(0, { maxTries: 1 });
    const requestId = desk.signal("s1");
    const { id } = await desk.replay();
    const revive = desk.ledger.revive.bind(desk.ledger);
    desk.ledger.revive = async (request) => {
      await revive(request);
      desk.death = { call: desk.calls + 1, when: "after" };
      throw new Error("connection lost");
    };
    await desk.ring();

    expect(desk.database.statusOf("s1")).toBe("open");
    expect(desk.ledger.revived).toMatchObject([{ requestId, replayId: id }]);
    expect(await desk.show(id)).toMatchObject({ replay: { state: "done" }, items: [{ state: "sent" }] });
  });

  it("does not execute what was safe when planned and is superseded when its turn comes", async () => {
    const desk = withRecords(0);
    const requestId = desk.signal("s1");
    const { id } = await desk.replay();
    desk.ledger.refusals.set(requestId, {
      status: "refused",
      verdict: "SUPERSEDED",
      reason: "A newer one has settled.",
    });
    await desk.ring();

    expect(desk.ledger.revived).toEqual([]);
    expect((await desk.show(id)).items).toMatchObject([
      { state: "skipped", verdict: "SUPERSEDED", reason: "A newer one has settled." },
    ]);
    expect(desk.database.statusOf("s1")).toBe("open");
  });

  it("of the same letters from two terminals at once executes each once", async () => {
    const desk = withRecords(8);
    const jobs = await Promise.all([desk.replay(), desk.replay()]);
    await desk.ring();
    const shown = await Promise.all(jobs.map(async ({ id }) => (await desk.show(id)).replay));
    const [faster, slower] = shown.toSorted((a, b) => b.counts.sent - a.counts.sent);

    expect(sentTo(desk).toSorted()).toEqual([...desk.database.letters.keys()].toSorted());
    expect(faster?.counts).toMatchObject({ sent: 8 });
    expect(slower).toMatchObject({
      state: "done",
      counts: { sent: 0, skipped: 8 },
      skipped: { DUPLICATE: 8 },
    });
  });

  it("waits for the job before it", async () => {
    const desk = withRecords(8);
    const first = await desk.replay({ ids: ["r000"] });
    const second = await desk.replay({ ids: ["r001"] });
    await desk.ring(async () => (await desk.state(first.id)) === "canary");

    expect((await desk.show(second.id)).replay).toMatchObject({ state: "queued", behind: first.id });
    await desk.ring();
    expect(sentTo(desk)).toEqual(["r000", "r001"]);
  });

  it("rests while it is paused, lets the next one pass, and goes on when it is resumed", async () => {
    const desk = withRecords(30);
    const { id } = await desk.replay({ all: true, rate: 4 });
    await desk.ring(async () => sentTo(desk).length >= 10);
    expect(await desk.ops("POST", `/ops/replays/${id}/pause`, { reason: "lunch" })).toMatchObject({
      status: 200,
      body: { replay: { state: "paused" } },
    });
    const before = sentTo(desk).length;
    desk.record("x");
    const other = await desk.replay({ ids: ["x"] });
    await desk.ring();
    expect(sentTo(desk)).toHaveLength(before + 1);
    expect(await desk.state(other.id)).toBe("done");

    await desk.ops("POST", `/ops/replays/${id}/resume`, {});
    await desk.ring();
    expect(await desk.show(id)).toMatchObject({ replay: { state: "done", counts: { sent: 30 } } });
  });

  it("that was cancelled executes no more, and is over", async () => {
    const desk = withRecords(30);
    const { id } = await desk.replay({ all: true, rate: 4 });
    await desk.ring(async () => sentTo(desk).length >= 10);
    await desk.ops("POST", `/ops/replays/${id}/cancel`, { reason: "wrong ones" });
    const before = sentTo(desk).length;
    await desk.ring();

    expect(sentTo(desk)).toHaveLength(before);
    expect(await desk.state(id)).toBe("cancelled");
    expect(await desk.ops("POST", `/ops/replays/${id}/resume`, {})).toMatchObject({
      status: 409,
      body: { error: { code: "replay_ended" } },
    });
  });
});
