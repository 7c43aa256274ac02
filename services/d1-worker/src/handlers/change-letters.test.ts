import { beforeEach, describe, expect, it } from "vitest";
import { letterRoutes } from "#contracts/routes/dead-letters";
import type { LetterData } from "#contracts/dead-letter";
import { d1Failures, FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { FakeQueue } from "../../../../tooling/fakes/queue.ts";
import { call } from "../testing/call.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { arrivedLetter, logBatchOf, record } from "../testing/samples.ts";
import { storeLetters } from "./letter-parked.ts";
import { storeLogs } from "./log-batch.ts";
import { storeRecords } from "./records.ts";

const parkedAt = "2026-11-01T09:30:00.000Z";
const later = "2026-11-01T09:40:00.000Z";
const act = { by: "operator", reason: "fixed the sender" };
let d1: FakeD1;
let deps: TestDeps;

beforeEach(async () => {
  d1 = FakeD1.migrated();
  deps = testDeps({ d1, queues: { NOTIFICATIONS_QUEUE: new FakeQueue() } });
  await park({});
});

async function park(changes: Partial<LetterData>, replayId?: string): Promise<void> {
  const { header, letter } = arrivedLetter({ messageId: "m/1", parkedAt: new Date(parkedAt), ...changes });
  await storeLetters([{ header: { ...header, replayId }, letter }], deps);
}
const take = (replayId = "r1", letters = [{ id: "m/1", parkedAt }]) =>
  call(letterRoutes.takeLetters, { body: { ...act, replayId, letters } }, deps).then((reply) => reply.letters);
const release = (replayId = "r1") =>
  call(
    letterRoutes.releaseLetters,
    {
      body: {
        by: "ledger-worker",
        replayId,
        letters: [{ id: "m/1", reason: "a newer signal settled", verdict: "SUPERSEDED" }],
      },
    },
    deps,
  );
const discard = (letters = [{ id: "m/1", parkedAt }]) =>
  call(letterRoutes.discardLetters, { body: { ...act, letters } }, deps);
const shown = () => call(letterRoutes.deadLetter, { params: { id: "m/1" } }, deps);
const progress = (replayId = "r1") => call(letterRoutes.replayProgress, { params: { replayId } }, deps);
const story = async () => (await shown()).history.map((entry) => entry.what);

describe("a replay takes a letter", () => {
  it("with its body and the generation that ended", async () => {
    expect(await take()).toEqual([
      expect.objectContaining({
        status: "taken",
        id: "m/1",
        queue: "records",
        generation: 0,
        body: { json: { seq: "seven" } },
      }),
    ]);
    const { deadLetter, history } = await shown();
    expect(deadLetter).toMatchObject({ status: "replayed", replay_id: "r1" });
    expect(history.at(-1)).toEqual({ what: "replayed", at: deps.now().toISOString(), replayId: "r1", ...act });
  });

  it("once: of two replays the slower finds it changed", async () => {
    const replies = await Promise.all(["r1", "r2"].map(async (id) => ({ id, letter: (await take(id))[0] })));
    const [taken, changed] = replies.toSorted((a) => (a.letter?.status === "taken" ? -1 : 1));

    expect(taken?.letter).toMatchObject({ status: "taken" });
    expect(changed?.letter).toMatchObject({ status: "changed", now: { status: "replayed", replay_id: taken?.id } });
  });

  it("and hears the same when it asks again after a lost answer, with one entry in the history", async () => {
    d1.failNext(1, d1Failures.lost, { afterwards: true });
    await expect(take()).rejects.toThrow(/Network connection lost/);

    expect((await take())[0]?.status).toBe("taken");
    expect((await take())[0]?.status).toBe("taken");
    expect(await story()).toEqual(["parked", "replayed"]);
  });

  it("only as it was planned: parked again since then, it is changed", async () => {
    await park({ parkedAt: new Date(later) });

    expect(await take()).toEqual([
      {
        status: "changed",
        id: "m/1",
        now: { status: "open", parked_at: later, generation: 0, replay_id: null },
      },
    ]);
  });

  it("or hears that there is none of this id", async () => {
    expect(await take("r1", [{ id: "m/9", parkedAt }])).toEqual([{ status: "unknown", id: "m/9" }]);
  });

  it("and gives it back with the verdict that forbade it", async () => {
    await take();
    expect(await release()).toEqual({ released: ["m/1"] });
    expect(await release()).toEqual({ released: ["m/1"] });

    const { deadLetter, history } = await shown();
    expect(deadLetter).toMatchObject({ status: "open", replay_id: null });
    expect(history.slice(2)).toEqual([
      expect.objectContaining({ what: "released", verdict: "SUPERSEDED", reason: "a newer signal settled" }),
    ]);
  });

  it("and cannot give back what another one took", async () => {
    await take("r1");

    expect(await release("r2")).toEqual({ released: [] });
    expect((await shown()).deadLetter.status).toBe("replayed");
  });
});

describe("a replayed letter", () => {
  it("that dies again is open in its row, with its history and the next generation", async () => {
    await take();
    await park({ parkedAt: new Date(later), generation: 1 }, "r1");

    const { deadLetter } = await shown();
    expect(deadLetter).toMatchObject({ status: "open", generation: 1, replay_id: "r1", created_at: parkedAt });
    expect(await story()).toEqual(["parked", "replayed", "parked"]);
    expect(await take()).toMatchObject([{ status: "changed", now: { replay_id: "r1", status: "open" } }]);
  });

  it.each([
    ["the same cause", "0123456789abcdef", true],
    ["another cause", "fedcba9876543210", false],
  ])("that dies again of %s says so in the progress of its replay", async (_, fingerprint, sameCause) => {
    await take();
    expect(await progress()).toEqual({ statuses: { replayed: 1 }, diedAgain: [] });
    await park({ parkedAt: new Date(later), generation: 1, fingerprint }, "r1");

    expect(await progress()).toMatchObject({
      statuses: { open: 1 },
      diedAgain: [{ id: "m/1", parkedAt: later, fingerprint, sameCause }],
    });
  });

  it("of a record is resolved when that is stored", async () => {
    await take();
    await storeRecords([record("signal.settled", { id: "m/1" })], deps);

    expect((await shown()).deadLetter).toMatchObject({ status: "resolved", resolved_at: deps.now().toISOString() });
    expect((await shown()).history.at(-1)).toMatchObject({ what: "resolved", reason: "its record was stored" });
    expect(await progress()).toEqual({ statuses: { resolved: 1 }, diedAgain: [] });
  });

  it("of a notification is resolved when that was sent", async () => {
    await take();
    await storeRecords([record("notification.sent", { data: { notificationId: "m/1" } })], deps);

    expect((await shown()).history.at(-1)).toMatchObject({ what: "resolved", reason: "the notification was sent" });
  });

  it("of a command is resolved when its answer was sent", async () => {
    await take();
    await storeRecords([record("notification.sent", { data: { notificationId: "m/1/answer" } })], deps);

    expect((await shown()).history.at(-1)).toMatchObject({ what: "resolved", reason: "the command was answered" });
  });

  it("of log lines is resolved when those are stored", async () => {
    await take();
    await storeLogs([{ ...logBatchOf({}), id: "m/1", generation: 1 }], deps);

    expect((await shown()).deadLetter.status).toBe("resolved");
  });
});

describe("a replayed letter of which nothing is heard", () => {
  const reopen = (sentBefore: string) =>
    call(letterRoutes.reopenLetters, { body: { by: "ops-worker", reason: "silence", sentBefore } }, deps);
  const now = () => deps.now().toISOString();
  const after = () => new Date(deps.now().getTime() + 1).toISOString();

  it("is open again once it was sent long enough ago, and says why", async () => {
    await take();
    expect(await reopen(now())).toEqual({ reopened: [] });
    expect(await reopen(after())).toEqual({ reopened: [{ id: "m/1", queue: "records" }] });
    expect(await reopen(after())).toEqual({ reopened: [] });

    const { deadLetter, history } = await shown();
    expect(deadLetter).toMatchObject({ status: "open", replay_id: null });
    const said = { what: "released", at: now(), by: "ops-worker", reason: "silence", replayId: "r1" };
    expect(history.at(-1)).toEqual(said);
    expect(await take("r2")).toMatchObject([{ status: "taken" }]);
  });

  it("is resolved by its effect even then", async () => {
    await take();
    await reopen(after());
    await storeRecords([record("signal.settled", { id: "m/1" })], deps);

    expect((await shown()).deadLetter.status).toBe("resolved");
  });

  it("is left alone while it is open, resolved or discarded", async () => {
    expect(await reopen(after())).toEqual({ reopened: [] });
    await discard();
    expect(await reopen(after())).toEqual({ reopened: [] });
    expect(await story()).toEqual(["parked", "discarded"]);
  });
});

describe("the letter of a signal", () => {
  const requestId = "00000000-0000-4000-8000-000000000001";
  const id = `${requestId}/signal.hinted/0`;
  const statusOf = () => d1.rows("SELECT status FROM dead_letters WHERE id = ?", id)[0]?.["status"];

  beforeEach(async () => {
    await park({ messageId: id, originQueue: "trade-signals", class: "bug" });
    await take("r1", [{ id, parkedAt }]);
  });

  it("is resolved by the end of the life that a replay began", async () => {
    await storeRecords([record("signal.settled", { requestId, data: { generation: 1, replayId: "r1" } })], deps);

    expect(statusOf()).toBe("resolved");
  });

  it.each([
    ["of its first life", {}],
    ["as a dead letter once more", { generation: 1, parked: true as const }],
  ])("is not resolved by an end %s", async (_, data) => {
    await storeRecords([record("signal.settled", { requestId, data })], deps);

    expect(statusOf()).toBe("replayed");
  });

  it("that died in that very life is not resolved by an end of it that comes late", async () => {
    await park({ messageId: id, generation: 1, parkedAt: new Date(later) });
    await storeRecords([record("signal.settled", { requestId, data: { generation: 1 } })], deps);

    expect(statusOf()).toBe("open");
  });
});

describe("a discarded letter", () => {
  it("says who gave it up and why, and is taken by no replay", async () => {
    expect(await discard()).toEqual({ discarded: ["m/1"], changed: [] });
    expect(await discard()).toEqual({ discarded: ["m/1"], changed: [] });

    expect((await shown()).history.slice(1)).toEqual([{ what: "discarded", at: deps.now().toISOString(), ...act }]);
    expect(await take()).toMatchObject([{ status: "changed", now: { status: "discarded" } }]);
  });

  it("must be the one that was looked at", async () => {
    await take();

    expect(
      await discard([
        { id: "m/1", parkedAt },
        { id: "m/9", parkedAt },
      ]),
    ).toMatchObject({
      discarded: [],
      changed: [{ id: "m/1", now: { status: "replayed" } }, { id: "m/9" }],
    });
  });
});

describe("the history of a letter", () => {
  it("reads what was written before it told of anything but parkings", async () => {
    d1.sqlite.exec(`UPDATE dead_letters SET history =
      '[{"parkedAt":"${parkedAt}","attempts":9,"generation":0,"class":"bug","error":"E"}]'`);

    expect((await shown()).history).toEqual([
      { what: "parked", at: parkedAt, attempts: 9, generation: 0, class: "bug", error: "E" },
    ]);
  });

  it("keeps its latest fifty entries", async () => {
    for (let round = 0; round < 30; round += 1) {
      await take(`r${round}`);
      await release(`r${round}`);
    }

    const { history } = await shown();
    expect(history).toHaveLength(50);
    expect(history.at(-1)).toMatchObject({ what: "released", replayId: "r29" });
  });
});
