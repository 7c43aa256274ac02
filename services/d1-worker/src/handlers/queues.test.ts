import { beforeEach, describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import { letterParked } from "#contracts/dead-letter";
import { deadLetterPolicy, deadLetterQueueOf, queueNames, registry } from "#queues/registry";
import { createProducer } from "#queues/producer";
import { d1Failures, FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { batchOf, FakeDelivery, FakeQueue } from "../../../../tooling/fakes/queue.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { wires } from "../testing/samples.ts";
import { consumeBatch } from "./queues.ts";
import { restoreLetters } from "./restore-letters.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
let d1: FakeD1;
let deps: TestDeps;
let queues: Record<"NOTIFICATIONS_QUEUE" | "SYSTEM_LOGS_QUEUE" | "RECORDS_DLQ" | "SYSTEM_LOGS_DLQ", FakeQueue>;

beforeEach(() => {
  d1 = FakeD1.migrated();
  queues = {
    NOTIFICATIONS_QUEUE: new FakeQueue(),
    SYSTEM_LOGS_QUEUE: new FakeQueue(),
    RECORDS_DLQ: new FakeQueue(),
    SYSTEM_LOGS_DLQ: new FakeQueue(),
  };
  deps = testDeps({ d1, queues });
});

function deliveriesOfEveryRecord(): FakeDelivery[] {
  return Object.values(wires).map((wire) => new FakeDelivery(wire));
}

const logWire = (): unknown =>
  createProducer({ source: "hoox", env: {} }).pack(
    "system-logs",
    "log.batch",
    {
      lines: [
        {
          id: crypto.randomUUID(),
          requestId,
          createdAt: deps.now().toISOString(),
          worker: "hoox",
          severity: "info",
          event: "a.b",
          message: "m",
          fields: {},
        },
      ],
    },
    { requestId },
  ).wire;

describe("d1-worker", () => {
  it("consumes every queue that the registry gives it", async () => {
    const own = queueNames.filter((queue) => registry[queue].consumer === "d1-worker");
    for (const queue of [...own, ...queueNames.map(deadLetterQueueOf)]) {
      await expect(consumeBatch(batchOf(queue), deps)).resolves.toBeUndefined();
    }
    expect(deadLetterPolicy.consumer).toBe("d1-worker");
  });

  it("refuses a queue that is not its own", async () => {
    await expect(consumeBatch(batchOf("trade-signals"), deps)).rejects.toThrow(/trade-signals.*npx hoox sync/);
  });
});

describe("a batch of records", () => {
  it("is acknowledged and confirmed once stored, second copies too", async () => {
    const deliveries = deliveriesOfEveryRecord();
    await consumeBatch(batchOf("records", ...deliveries), deps);
    await consumeBatch(batchOf("records", ...deliveriesOfEveryRecord()), deps);

    expect(deliveries.map((each) => each.settled)).toEqual(deliveries.map(() => "ack"));
    expect(deps.confirmed).toHaveLength(2);
    expect(deps.confirmed[1]).toEqual(deps.confirmed[0]);
    expect(deps.confirmed[0]?.ids).toHaveLength(deliveries.length);
  });

  it("is retried, and confirms nothing, while the database is away", async () => {
    d1.failNext(1, d1Failures.overloaded);
    const deliveries = deliveriesOfEveryRecord();
    await consumeBatch(batchOf("records", ...deliveries), deps);

    expect(deliveries.every((each) => typeof each.settled === "object")).toBe(true);
    expect(deps.confirmed).toEqual([]);
  });

  it("says in its log how to create the tables when they are missing", async () => {
    deps = testDeps({ d1: new FakeD1(), queues });
    await consumeBatch(batchOf("records", new FakeDelivery(wires["signal.settled"])), deps);

    expect(deps.console.join("\n")).toMatch(/no such table.*npx hoox db migrate/);
  });

  it("leaves one line per request beside its records, without the log queue", async () => {
    await consumeBatch(batchOf("records", ...deliveriesOfEveryRecord()), deps);

    expect(d1.rows("SELECT event, request_id FROM system_logs")).toEqual([
      { event: "record.stored", request_id: requestId },
    ]);
    expect(queues.SYSTEM_LOGS_QUEUE.sent).toEqual([]);
  });

  it("leaves its lines to the log queue when the database is away", async () => {
    d1.failNext(2, d1Failures.overloaded);
    await consumeBatch(batchOf("records", new FakeDelivery(wires["signal.settled"])), deps);

    const lines = queues.SYSTEM_LOGS_QUEUE.sent.flatMap(
      (body) => decode(registry["system-logs"].contracts, body).data.lines,
    );
    expect(lines.map((each) => [each.event, each.requestId])).toEqual([["message.retried", requestId]]);
  });

  it("parks the record that the database refuses for good", async () => {
    d1.sqlite.exec("CREATE TRIGGER poison BEFORE INSERT ON signals BEGIN SELECT RAISE(ABORT, 'poison'); END");
    const [bad, good] = [new FakeDelivery(wires["signal.settled"]), new FakeDelivery(wires["order.updated"])];
    await consumeBatch(batchOf("records", bad, good), deps);

    expect([bad.settled, good.settled]).toEqual(["ack", "ack"]);
    expect(queues.RECORDS_DLQ.sent.map((body) => decode([letterParked], body).data)).toMatchObject([
      { originQueue: "records", class: "permanent", error: "row_refused", final: true },
    ]);
    expect(d1.rows("SELECT count(*) AS orders FROM orders")).toEqual([{ orders: 1 }]);
  });
});

describe("log lines about log lines", () => {
  it("are one for a whole batch", async () => {
    await consumeBatch(batchOf("system-logs", new FakeDelivery(logWire()), new FakeDelivery(logWire())), deps);

    expect(deps.console.map((line) => JSON.parse(line))).toMatchObject([
      { event: "logs.stored", message: "stored 2 log messages" },
    ]);
  });

  it.each([
    ["system-logs", () => logWire()],
    ["system-logs", () => "garbage"],
    ["system-logs-dlq", () => logWire()],
    ["notifications-dlq", () => "garbage"],
  ])("of %s go to the console alone", async (queue, body) => {
    await consumeBatch(batchOf(queue, new FakeDelivery(body())), deps);
    d1.failNext(1, d1Failures.overloaded);
    await consumeBatch(batchOf(queue, new FakeDelivery(body())), deps);

    expect(deps.console.length).toBeGreaterThan(0);
    expect(queues.SYSTEM_LOGS_QUEUE.sent).toEqual([]);
    expect(queues.NOTIFICATIONS_QUEUE.sent).toEqual([]);
  });
});

describe("a dead letter that the database will not take", () => {
  async function archived(): Promise<void> {
    d1.failNext(1, d1Failures.overloaded);
    await consumeBatch(batchOf("records-dlq", new FakeDelivery(wires["signal.settled"], { attempts: 3 })), deps);
  }

  it("goes to the bucket by time of death and id after the third failure", async () => {
    await archived();

    expect([...deps.archive.files.keys()]).toEqual([
      `dead-letters/2026-11-01T10:00:00.000Z/${requestId}/signal.settled/1.json`,
    ]);
    expect([...deps.archive.files.values()].join("")).toContain(requestId);
  });

  it("comes back into the database once that answers, and leaves the bucket", async () => {
    await archived();

    expect(await restoreLetters(deps)).toEqual({ restored: 1, remaining: 0, kept: [] });
    expect(d1.rows("SELECT request_id, queue, class, status FROM dead_letters")).toEqual([
      { request_id: requestId, queue: "records", class: "unexplained", status: "open" },
    ]);
    expect(deps.archive.files.size).toBe(0);
  });

  it("stays in the bucket while the database does not answer", async () => {
    await archived();
    d1.failNext(1, d1Failures.reset);

    expect(await restoreLetters(deps)).toMatchObject({
      restored: 0,
      remaining: 1,
      kept: [{ problem: expect.stringMatching(/D1 DB reset/) }],
    });
    expect(deps.archive.files.size).toBe(1);
  });

  it("comes back once, although the Worker died between the database and the bucket", async () => {
    await archived();
    const [[object, text] = ["", ""]] = deps.archive.files;
    await restoreLetters(deps);
    const before = d1.rows("SELECT * FROM dead_letters");
    deps.archive.files.set(object, text);

    expect(await restoreLetters(deps)).toMatchObject({ restored: 1, remaining: 0 });
    expect(d1.rows("SELECT * FROM dead_letters")).toEqual(before);
  });

  it("that nobody can read stays, is named in the log, and holds up none behind it", async () => {
    for (let number = 100; number < 200; number += 1)
      deps.archive.files.set(`dead-letters/2026-10-01T10/${number}.json`, "garbage");
    await archived();
    const { restored, remaining, kept } = await restoreLetters(deps);

    expect({ restored, remaining, kept: kept.length }).toEqual({ restored: 1, remaining: 100, kept: 100 });
    expect(kept[0]).toEqual({ object: "dead-letters/2026-10-01T10/100.json", problem: "it cannot be read" });
    expect(deps.console.join("\n")).toContain("dead-letters/2026-10-01T10/100.json");
  });
});
