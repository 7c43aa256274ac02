import { beforeEach, describe, expect, it } from "vitest";
import type { DeadLetterRow } from "#contracts/letter-view";
import { letterRoutes } from "#contracts/routes/dead-letters";
import type { LetterData } from "#contracts/dead-letter";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { FakeQueue } from "../../../../tooling/fakes/queue.ts";
import hint from "../../../../contracts/fixtures/signal.hinted@1.json" with { type: "json" };
import notification from "../../../../contracts/fixtures/notification.requested@1.json" with { type: "json" };
import logs from "../../../../contracts/fixtures/log.batch@1.json" with { type: "json" };
import command from "../../../../contracts/fixtures/command.requested@1.json" with { type: "json" };
import { storeLetters } from "../handlers/letter-parked.ts";
import { storeLogs } from "../handlers/log-batch.ts";
import { storeRecords } from "../handlers/records.ts";
import { call } from "../testing/call.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { arrivedLetter, logBatchOf, record, wires } from "../testing/samples.ts";

const ofTrend = "00000000-0000-4000-8000-000000000001";
const at = (minute: number): Date => new Date(`2026-11-01T10:${String(minute).padStart(2, "0")}:00.000Z`);
let d1: FakeD1;
let deps: TestDeps;

beforeEach(() => {
  d1 = FakeD1.migrated();
  deps = testDeps({ d1, queues: { NOTIFICATIONS_QUEUE: new FakeQueue() } });
});

async function park(...letters: (Partial<LetterData> & { requestId?: string })[]): Promise<void> {
  const arrived = letters.map(({ requestId, ...changes }) => {
    const { header, letter } = arrivedLetter(changes);
    return { header: { ...header, requestId: requestId ?? header.requestId }, letter };
  });
  await storeLetters(arrived, deps);
}
const idsOf = (rows: readonly Pick<DeadLetterRow, "id">[]): string[] => rows.map((row) => row.id);

describe("a list of dead letters", () => {
  beforeEach(async () => {
    await storeRecords(
      [
        record("signal.settled", {
          requestId: ofTrend,
          data: { strategy: "trend", lane: "main:paper:ETHUSDT", symbol: "ETHUSDT" },
        }),
      ],
      deps,
    );
    await park(
      { messageId: "a", parkedAt: at(1), class: "bug", fingerprint: "f1" },
      { messageId: "b", parkedAt: at(2), originQueue: "notifications", requestId: ofTrend },
      { messageId: "c", parkedAt: at(3), fingerprint: "f1" },
    );
    d1.sqlite.exec("UPDATE dead_letters SET status = 'replayed', replay_id = 'r1' WHERE id = 'c'");
  });

  it.each([
    [{ class: "bug" }, ["a"]],
    [{ fingerprint: "f1" }, ["c", "a"]],
    [{ fingerprint: "f1", status: "open" }, ["a"]],
    [{ strategy: "trend" }, ["b"]],
    [{ lane: "main:paper:ETHUSDT" }, ["b"]],
    [{ lane: "main:paper:BTCUSDT" }, []],
    [{ requestId: ofTrend }, ["b"]],
    [{ replayId: "r1" }, ["c"]],
    [{ since: at(2).toISOString() }, ["c", "b"]],
    [{ since: at(2).toISOString(), until: at(3).toISOString() }, ["b"]],
    [{ queue: "notifications", strategy: "default" }, []],
  ])("by %j has those that meet all of it, and their number", async (query, wanted) => {
    const { deadLetters, total } = await call(letterRoutes.deadLetters, { query }, deps);

    expect({ ids: idsOf(deadLetters), total }).toEqual({ ids: wanted, total: wanted.length });
  });

  it("says which lane and strategy a letter is of, when its signal is known", async () => {
    const { deadLetters } = await call(letterRoutes.deadLetters, {}, deps);

    expect(deadLetters.map(({ id, lane, strategy }) => [id, lane, strategy])).toEqual([
      ["c", null, null],
      ["b", "main:paper:ETHUSDT", "trend"],
      ["a", null, null],
    ]);
  });

  it("comes page by page, and none twice, though many were parked at once and more arrive", async () => {
    await park(...["d", "e e", "f/1"].map((messageId) => ({ messageId, parkedAt: at(3) })));
    const first = await call(letterRoutes.deadLetters, { query: { limit: "2" } }, deps);
    await park({ messageId: "z", parkedAt: at(9) });
    const second = await call(letterRoutes.deadLetters, { query: { limit: "2", cursor: first.next ?? "" } }, deps);
    const third = await call(letterRoutes.deadLetters, { query: { limit: "9", cursor: second.next ?? "" } }, deps);

    expect([first, second, third].map((page) => idsOf(page.deadLetters))).toEqual([
      ["f/1", "e e"],
      ["d", "c"],
      ["b", "a"],
    ]);
    expect(third.next).toBeUndefined();
  });

  it("refuses a cursor that it never gave", async () => {
    await expect(call(letterRoutes.deadLetters, { query: { cursor: "7" } }, deps)).rejects.toMatchObject({
      status: 400,
      code: "invalid_cursor",
    });
  });

  it.each([
    ["status = 'open'", "dead_letters_status"],
    ["fingerprint = 'f1'", "dead_letters_fingerprint"],
    ["replay_id = 'r1'", "dead_letters_replay"],
    ["request_id = 'x'", "dead_letters_request"],
  ])("by %s is found by the index %s", (condition, index) => {
    const plan = d1.rows(
      `EXPLAIN QUERY PLAN SELECT * FROM dead_letters LEFT JOIN signals ON signals.request_id = dead_letters.request_id
       WHERE dead_letters.${condition} ORDER BY dead_letters.created_at DESC, dead_letters.id DESC LIMIT 10`,
    );

    expect(JSON.stringify(plan)).toContain(index);
  });
});

describe("groups of dead letters", () => {
  it("are of one cause on one queue, the largest first, with the letter parked last as the example", async () => {
    await park(
      { messageId: "a", parkedAt: at(1), fingerprint: "f1" },
      { messageId: "b", parkedAt: at(5), fingerprint: "f1", reason: "seq: 7" },
      { messageId: "c", parkedAt: at(3), fingerprint: "f1" },
      { messageId: "d", parkedAt: at(2), fingerprint: "f2" },
      { messageId: "e", parkedAt: at(4), fingerprint: "f1", originQueue: "commands" },
    );
    const { groups } = await call(letterRoutes.deadLetterGroups, { query: { status: "open" } }, deps);

    expect(groups).toMatchObject([
      {
        fingerprint: "f1",
        queue: "records",
        count: 3,
        firstAt: at(1).toISOString(),
        lastAt: at(5).toISOString(),
        example: "b",
        reason: "seq: 7",
      },
      { fingerprint: "f1", queue: "commands", count: 1, example: "e" },
      { fingerprint: "f2", queue: "records", count: 1, example: "d" },
    ]);
  });

  it("are of the letters that the filters leave", async () => {
    await park({ messageId: "a", fingerprint: "f1" }, { messageId: "b", fingerprint: "f2", class: "bug" });
    const { groups } = await call(letterRoutes.deadLetterGroups, { query: { class: "bug" } }, deps);

    expect(groups.map((group) => group.fingerprint)).toEqual(["f2"]);
  });
});

describe("towards a verdict a letter is said to be", () => {
  const judged = async (filters: object = {}) => {
    const { letters } = await call(letterRoutes.judgeLetters, { body: { filters } }, deps);
    return Object.fromEntries(
      letters.map(({ id, effective, ledger, unreadable }) => [id, { effective, ledger, unreadable }]),
    );
  };

  it("unreadable, and why, when no contract of its queue accepts it", async () => {
    await park(
      { messageId: "body", body: { json: { x: 1 } } },
      { messageId: "queue", originQueue: "gone", body: wires["signal.settled"] },
      { messageId: "type", body: hint },
    );

    expect(await judged()).toEqual({
      body: { unreadable: "the body is not an envelope", effective: "unknown" },
      queue: { unreadable: "there is no queue gone", effective: "unknown" },
      type: { unreadable: "no contract of this queue is called signal.hinted", effective: "unknown" },
    });
  });

  it.each(Object.entries(wires))("effective when its record stands in the database: %s", async (type, body) => {
    await park({ messageId: "m", body });
    expect(await judged()).toEqual({ m: { effective: false } });
    await storeRecords([record(type as keyof typeof wires)], deps);

    expect(await judged()).toEqual({ m: { effective: true } });
  });

  it("not effective while only an older revision of its record stands there", async () => {
    await park({ messageId: "m", body: wires["signal.settled"] });
    await storeRecords([record("signal.settled", { id: "another", data: { rev: 1 } })], deps);

    expect(await judged()).toEqual({ m: { effective: false } });
  });

  it("effective when its notification was sent, not when sending it failed", async () => {
    await park({ messageId: "n/1", originQueue: "notifications", body: notification });
    const sent = { notificationId: "n/1", status: "failed" as const };
    await storeRecords([record("notification.sent", { data: sent })], deps);
    expect(await judged()).toEqual({ "n/1": { effective: false } });

    await storeRecords([record("notification.sent", { data: { ...sent, status: "sent" } })], deps);
    expect(await judged()).toEqual({ "n/1": { effective: true } });
  });

  it("effective when all of its log lines are stored", async () => {
    await park({ messageId: "l/1", originQueue: "system-logs", body: logs });
    expect(await judged()).toEqual({ "l/1": { effective: false } });
    await storeLogs([logBatchOf({})], deps);

    expect(await judged()).toEqual({ "l/1": { effective: true } });
  });

  it("unknown when only its ledger can tell, with the ledger to ask", async () => {
    await park(
      { messageId: "h", originQueue: "trade-signals", body: hint },
      { messageId: "c", originQueue: "commands", body: command },
    );

    expect(await judged()).toEqual({
      h: { effective: "unknown", ledger: hint.json.data.ledger },
      c: { effective: false },
    });
  });

  it("page by page, the first parked first, in few statements", async () => {
    await park(...["c", "a", "b"].map((messageId, minute) => ({ messageId, parkedAt: at(minute) })));
    const ask = (cursor?: string) => call(letterRoutes.judgeLetters, { body: { limit: 2, cursor } }, deps);
    const before = d1.statements;
    const first = await ask();
    expect(d1.statements - before).toBeLessThanOrEqual(4);
    const second = await ask(first.next);

    expect([idsOf(first.letters), idsOf(second.letters)]).toEqual([["c", "a"], ["b"]]);
    expect([first.total, second.total, second.next]).toEqual([3, 3, undefined]);
  });

  it("among those that are named", async () => {
    await park({ messageId: "a" }, { messageId: "b" }, { messageId: "c" });

    expect(Object.keys(await judged({ ids: ["c", "a", "none"] })).toSorted()).toEqual(["a", "c"]);
  });
});

describe("a letter that nobody can explain", () => {
  it("comes with the last lines of its request before it died", async () => {
    await storeLogs(
      [
        logBatchOf(
          { id: "late", createdAt: at(9).toISOString(), message: "after it" },
          ...Array.from({ length: 25 }, (_, index) => ({
            id: `l${index}`,
            createdAt: new Date(at(0).getTime() + index).toISOString(),
            message: `step ${index}`,
          })),
        ),
      ],
      deps,
    );
    await park({ messageId: "m", class: "unexplained", parkedAt: at(5) });
    const { story } = await call(letterRoutes.deadLetter, { params: { id: "m" } }, deps);

    expect(story).toHaveLength(20);
    expect(story?.at(-1)?.message).toBe("step 24");
  });

  it("has an empty story when the logs know nothing, and one that is explained has none", async () => {
    await park({ messageId: "m", class: "unexplained" }, { messageId: "n", class: "bug" });

    expect((await call(letterRoutes.deadLetter, { params: { id: "m" } }, deps)).story).toEqual([]);
    expect((await call(letterRoutes.deadLetter, { params: { id: "n" } }, deps)).story).toBeUndefined();
  });
});
