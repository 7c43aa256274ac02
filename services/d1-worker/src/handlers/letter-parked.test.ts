import { beforeEach, describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import { notificationRequested } from "#contracts/notification";
import type { LetterData } from "#contracts/dead-letter";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { FakeQueue } from "../../../../tooling/fakes/queue.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { arrivedLetter, record, wires } from "../testing/samples.ts";
import { storeLetters } from "./letter-parked.ts";
import { storeRecords } from "./records.ts";

let d1: FakeD1;
let notifications: FakeQueue;
let deps: TestDeps;

beforeEach(() => {
  d1 = FakeD1.migrated();
  notifications = new FakeQueue();
  deps = testDeps({ d1, queues: { NOTIFICATIONS_QUEUE: notifications } });
});

const store = (...letters: Partial<LetterData>[]) =>
  storeLetters(
    letters.map((each) => arrivedLetter(each)),
    deps,
  );
const told = () => notifications.sent.map((body) => decode([notificationRequested], body));
const at = (time: string): Date => new Date(`2026-11-01T${time}.000Z`);

describe("a dead letter", () => {
  it("stands in the database with its body and all that a replay needs", async () => {
    await store({ messageId: "m/1", body: { json: { seq: "seven" } }, parkedAt: at("09:30:02") });

    const [row] = d1.rows("SELECT * FROM dead_letters");
    expect(row).toMatchObject({
      id: "m/1",
      request_id: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
      queue: "records",
      class: "undecodable",
      status: "open",
      attempts: 1,
      final: 1,
      created_at: "2026-11-01T09:30:02.000Z",
    });
    expect(JSON.parse(String(row?.["body"]))).toEqual({ json: { seq: "seven" } });
  });

  it("that was parked again keeps its first time and adds up its attempts", async () => {
    await store({ messageId: "m/1", attempts: 9, parkedAt: at("09:00:00"), firstSeenAt: at("08:50:00") });
    await store({
      messageId: "m/1",
      attempts: 9,
      parkedAt: at("09:20:00"),
      firstSeenAt: at("09:10:00"),
      error: "Other",
    });

    const [row] = d1.rows("SELECT attempts, created_at, first_seen_at, parked_at, error, history FROM dead_letters");
    expect(row).toMatchObject({
      attempts: 18,
      created_at: "2026-11-01T09:00:00.000Z",
      first_seen_at: "2026-11-01T08:50:00.000Z",
      parked_at: "2026-11-01T09:20:00.000Z",
      error: "Other",
    });
    expect(JSON.parse(String(row?.["history"]))).toMatchObject([
      { what: "parked", at: "2026-11-01T09:00:00.000Z", attempts: 9 },
      { what: "parked", at: "2026-11-01T09:20:00.000Z", attempts: 9, error: "Other" },
    ]);
  });

  it("that comes twice counts once", async () => {
    await store({ messageId: "m/1", attempts: 9 });
    await store({ messageId: "m/1", attempts: 9 });

    expect(d1.rows("SELECT attempts, json_array_length(history) AS parkings FROM dead_letters")).toEqual([
      { attempts: 9, parkings: 1 },
    ]);
  });

  it("that nobody can explain counts once, however often it is delivered, and again when another copy dies", async () => {
    const unexplained = { messageId: "m/1", class: "unexplained", attempts: 1 } as const;
    const copies = [
      { parkedAt: at("09:00:00"), sentAt: at("08:00:00") },
      { parkedAt: at("09:00:09"), sentAt: at("08:00:00") },
      { parkedAt: at("09:05:00"), sentAt: at("08:30:00") },
    ];
    for (const copy of copies) await store({ ...unexplained, ...copy });

    expect(d1.rows("SELECT attempts, parked_at FROM dead_letters")).toEqual([
      { attempts: 2, parked_at: "2026-11-01T09:05:00.000Z" },
    ]);
  });

  it.each([
    ["resolved", "open"],
    ["replayed", "open"],
    ["discarded", "discarded"],
  ])("that was %s and is parked again is %s", async (before, after) => {
    await store({ messageId: "m/1", parkedAt: at("09:00:00") });
    d1.sqlite.exec(`UPDATE dead_letters SET status = '${before}'`);
    await store({ messageId: "m/1", parkedAt: at("09:20:00"), generation: 1 });

    expect(d1.rows("SELECT status, generation FROM dead_letters")).toEqual([{ status: after, generation: 1 }]);
  });

  it("stays replayed when an older life of it dies once more, and stays open when that comes late", async () => {
    await store({ messageId: "m/1", parkedAt: at("09:00:00") });
    d1.sqlite.exec("UPDATE dead_letters SET status = 'replayed'");
    await store({ messageId: "m/1", parkedAt: at("09:10:00") });
    expect(d1.rows("SELECT status FROM dead_letters")).toEqual([{ status: "replayed" }]);

    await store({ messageId: "m/1", parkedAt: at("09:20:00"), generation: 1, error: "Again" });
    await store({ messageId: "m/1", parkedAt: at("09:30:00"), generation: 0, error: "Late" });
    expect(d1.rows("SELECT status, generation, error FROM dead_letters")).toEqual([
      { status: "open", generation: 1, error: "Again" },
    ]);
  });

  it("is resolved as it arrives when another copy of its record was stored before", async () => {
    const settled = record("signal.settled");
    await storeRecords([settled], deps);
    await store({
      messageId: settled.id,
      type: settled.type,
      body: wires["signal.settled"],
      class: "retries_exhausted",
    });

    expect(d1.rows("SELECT status FROM dead_letters")).toEqual([{ status: "resolved" }]);
    expect(told()).toEqual([]);
  });

  it("stays open when only an older revision of its record is stored", async () => {
    await storeRecords([record("signal.settled", { data: { rev: 2 } })], deps);
    await store({ messageId: "m/1", body: wires["signal.settled"], class: "retries_exhausted" });

    expect(d1.rows("SELECT status FROM dead_letters")).toEqual([{ status: "open" }]);
  });
});

describe("the trader", () => {
  it("is told what was parked, why, and what to do", async () => {
    await store({ messageId: "m/1", type: "signal.settled", reason: "seq: expected number", error: "invalid_data" });

    expect(told()).toMatchObject([
      {
        requestId: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
        data: {
          severity: "warning",
          title: "Parked: signal.settled of records",
          details: expect.arrayContaining([
            { label: "Why", value: "invalid_data: seq: expected number" },
            { label: "Next", value: "npx hoox dlq show m/1" },
          ]),
        },
      },
    ]);
  });

  it("is told once per cause and hour, however many letters have it", async () => {
    await store(
      { messageId: "m/1", fingerprint: "a" },
      { messageId: "m/2", fingerprint: "a" },
      { messageId: "m/3", fingerprint: "b" },
    );
    await store({ messageId: "m/4", fingerprint: "a" });
    deps.pass(3_600_000);
    await store({ messageId: "m/5", fingerprint: "a" });

    expect(told().map(({ id }) => id)).toEqual([
      "parked/records/a/2026-11-01T10",
      "parked/records/b/2026-11-01T10",
      "parked/records/a/2026-11-01T11",
    ]);
  });

  it("is told how many have one cause, and how to plan their replay", async () => {
    await store({ messageId: "m/1", fingerprint: "a" }, { messageId: "m/2", fingerprint: "a" });

    expect(told()).toMatchObject([
      {
        data: {
          title: expect.stringContaining("(2 messages)"),
          details: expect.arrayContaining([{ label: "Next", value: "npx hoox dlq plan --fingerprint a" }]),
        },
      },
    ]);
  });

  it.each(["notifications", "system-logs"])("hears nothing of letters of %s", async (originQueue) => {
    await store({ messageId: "m/1", originQueue });

    expect(told()).toEqual([]);
    expect(d1.rows("SELECT status FROM dead_letters")).toEqual([{ status: "open" }]);
  });

  it("is told when the letter comes again if telling failed, under the same id", async () => {
    notifications.failNext = 2;
    const [error] = await store({ messageId: "m/1", fingerprint: "a" });
    expect(error?.message).toMatch(/Queue send failed/);

    expect(await store({ messageId: "m/1", fingerprint: "a" })).toEqual([undefined]);
    expect(told().map(({ id }) => id)).toEqual(["parked/records/a/2026-11-01T10"]);
  });
});
