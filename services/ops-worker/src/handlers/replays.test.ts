import { decode } from "#contracts/codec";
import { describe, expect, it } from "vitest";
import type { ReplayPlan } from "#contracts/replay";
import { registry } from "#queues/registry";
import { LEDGER, ReplayDesk } from "../testing/replay-desk.ts";

function withRecords(count: number): ReplayDesk {
  const desk = new ReplayDesk();
  for (let index = 0; index < count; index += 1) desk.record(`r${index}`);
  return desk;
}

async function planOf(desk: ReplayDesk, body: Record<string, unknown> = { all: true }): Promise<ReplayPlan> {
  return (await desk.ops("POST", "/ops/dead-letters/plan", body)).body as ReplayPlan;
}

function audited(desk: ReplayDesk): unknown[] {
  return desk.queue("records").sent.flatMap((body) => {
    const message = decode(registry.records.contracts, body);
    return message.type === "audit.recorded" ? [message.data] : [];
  });
}

describe("a plan", () => {
  it("gives every open letter a verdict, counts them and changes nothing", async () => {
    const desk = withRecords(2);
    desk.record("done", { effective: true });
    desk.record("thrown away", { status: "discarded" });
    const plan = await planOf(desk);

    expect(plan.summary).toEqual({ SAFE: 2, DUPLICATE: 1 });
    expect([...desk.database.letters.values()].filter(({ status }) => status === "open")).toHaveLength(3);
    expect(desk.queue("records").sent).toEqual([]);
  });

  it("has the same hash as long as letters and verdicts are the same, and another one then", async () => {
    const desk = withRecords(2);
    const first = await planOf(desk);
    desk.pass(1_000);
    expect((await planOf(desk)).hash).toBe(first.hash);

    desk.database.resolve("r1");
    expect((await planOf(desk)).hash).not.toBe(first.hash);
  });

  it("of no filter at all is refused, unless all are meant", async () => {
    expect(await withRecords(1).ops("POST", "/ops/dead-letters/plan", {})).toMatchObject({
      status: 400,
      body: { error: { code: "no_filter", hint: expect.stringContaining("--all") } },
    });
  });

  it("does not bring a ledger to life that nobody registered, and names ids that there are not", async () => {
    const desk = withRecords(0);
    desk.signal("s1", { letter: { ledger: "nobody:paper" } });
    const { letters, problems } = await planOf(desk, { ids: ["s1", "nowhere"] });

    expect(letters).toMatchObject([{ id: "s1", verdict: "MALFORMED" }]);
    expect(problems).toEqual(["no dead letter has the id nowhere"]);
  });

  it("calls signals uncertain whose ledger does not answer, and says so", async () => {
    const desk = withRecords(0);
    desk.signal("s1");
    desk.ledger.trouble = new Error("Durable Object reset");

    expect(await planOf(desk)).toMatchObject({
      summary: { UNCERTAIN: 1 },
      problems: [`ledger ${LEDGER}: Durable Object reset`],
    });
  });
});

describe("a replay is created", () => {
  it("from a plan by its hash alone, of the letters that the plan was made of", async () => {
    const desk = withRecords(2);
    const { hash } = await planOf(desk);
    desk.pass(1_000);
    desk.record("later", { parked_at: desk.now.toISOString(), created_at: desk.now.toISOString() });
    const { counts, planHash, selection } = await desk.replay({ planHash: hash });

    expect({ planHash, selection }).toEqual({ planHash: hash, selection: { all: true } });
    expect(counts).toMatchObject({ total: 2, pending: 2 });
  });

  it("not when the plan no longer holds, with what changed", async () => {
    const desk = withRecords(2);
    const { hash } = await planOf(desk);
    desk.database.resolve("r0");

    expect(await desk.ops("POST", "/ops/replays", { planHash: hash })).toMatchObject({
      status: 409,
      body: { error: { code: "plan_changed", message: "the plan no longer holds: SAFE 2 → 1" } },
    });
    expect(await desk.ops("POST", "/ops/replays", { planHash: "0123" })).toMatchObject({
      status: 404,
      body: { error: { code: "plan_unknown" } },
    });
  });

  it("not when there is nothing that may be replayed", async () => {
    const desk = withRecords(0);
    expect(await desk.ops("POST", "/ops/replays", { all: true })).toMatchObject({
      status: 409,
      body: { error: { code: "nothing_to_replay", message: "no open letter fits" } },
    });

    desk.record("done", { effective: true });
    expect(await desk.ops("POST", "/ops/replays", { all: true })).toMatchObject({
      body: { error: { message: "none of the letters may be replayed: 1 DUPLICATE" } },
    });
  });

  it("once, though its answer was lost and it is asked for again", async () => {
    const desk = withRecords(1);
    const id = crypto.randomUUID();
    const first = await desk.replay({ all: true, id });
    const again = await desk.replay({ all: true, id });

    expect(again).toEqual(first);
    expect((await desk.ops("GET", "/ops/replays")).body).toMatchObject({ replays: [{ id }] });
    expect(audited(desk)).toHaveLength(1);
  });

  it("with force only for what may be forced and with a reason, and then executes it", async () => {
    const desk = withRecords(0);
    desk.signal("stale", { signal: { validUntil: desk.now } });
    const force = { all: true as const, force: ["STALE"] };
    expect(await desk.ops("POST", "/ops/replays", force)).toMatchObject({
      status: 400,
      body: { error: { code: "reason_missing" } },
    });
    expect(await desk.ops("POST", "/ops/replays", { all: true, force: ["UNCERTAIN"], reason: "x" })).toMatchObject({
      status: 400,
    });

    const { id } = await desk.replay({ ...force, reason: "still wanted" });
    await desk.ring();
    expect(desk.ledger.revived).toMatchObject([{ force: ["STALE"], reason: "still wanted", replayId: id }]);
  });

  it("and ends with an audit row each: who, why and how many", async () => {
    const desk = withRecords(2);
    const { id } = await desk.replay({ all: true, reason: "the database is back" });
    await desk.ring();

    expect(audited(desk)).toMatchObject([
      { actor: "operator", action: "replay.create", target: id, reason: "the database is back (2 of 2 letters)" },
      { action: "replay.done", target: id, reason: "2 executed, 0 skipped, 0 failed, 0 not reached" },
    ]);
  });
});

describe("an unknown replay", () => {
  it.each(["", "/pause", "/resume", "/cancel"])("is not found at …%s", async (verb) => {
    const method = verb === "" ? "GET" : "POST";
    const path = `/ops/replays/${crypto.randomUUID()}${verb}`;
    expect(await withRecords(0).ops(method, path, verb === "" ? undefined : {})).toMatchObject({ status: 404 });
  });
});

describe("discarding", () => {
  it("takes letters out for good, their signals out of their ledger, and is audited", async () => {
    const desk = withRecords(1);
    const requestId = desk.signal("s1");
    const answer = await desk.ops("POST", "/ops/dead-letters/discard", { all: true, reason: "tests" });

    expect(answer).toEqual({ status: 200, body: { discarded: 2, kept: 0 } });
    expect(desk.ledger.discarded).toEqual([requestId]);
    expect(audited(desk)).toMatchObject([{ action: "dead-letters.discard", target: "2 letters", reason: "tests" }]);
  });

  it("keeps a letter whose ledger does not answer, and says so", async () => {
    const desk = withRecords(1);
    desk.signal("s1");
    desk.ledger.trouble = new Error("Durable Object reset");

    expect(await desk.ops("POST", "/ops/dead-letters/discard", { all: true, reason: "tests" })).toEqual({
      status: 200,
      body: { discarded: 1, kept: 1, note: "Durable Object reset" },
    });
    expect(desk.database.statusOf("s1")).toBe("open");
  });
});

describe("restoring", () => {
  it("says how many came back, and is audited", async () => {
    const desk = withRecords(0);
    desk.database.archived = 3;

    expect((await desk.ops("POST", "/ops/dead-letters/restore", {})).body).toEqual({ restored: 3, remaining: 0 });
    expect(audited(desk)).toMatchObject([{ action: "dead-letters.restore", target: "3 letters" }]);
  });
});
