import { beforeEach, describe, expect, it } from "vitest";
import { d1Failures, FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { databaseOver } from "../database.ts";
import { logBatchOf } from "../testing/samples.ts";
import { storeLogs } from "./log-batch.ts";

let d1: FakeD1;

beforeEach(() => {
  d1 = FakeD1.migrated();
});

async function ingest(...messages: Parameters<typeof storeLogs>[0]): ReturnType<typeof storeLogs> {
  return storeLogs(messages, { database: databaseOver(d1), now: () => new Date() });
}

describe("log lines", () => {
  it("are read back by the runbook's query as it stands there", async () => {
    await ingest(
      logBatchOf({ id: "b", createdAt: "2026-11-01T09:30:00.200Z", message: "second", severity: "warn" }),
      logBatchOf({ id: "a", createdAt: "2026-11-01T09:30:00.100Z", message: "first", worker: "trade-worker" }),
    );
    const runbook = `SELECT created_at, worker, message, severity
FROM system_logs
WHERE request_id = '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d'
ORDER BY created_at ASC`;

    expect(d1.rows(runbook)).toEqual([
      { created_at: "2026-11-01T09:30:00.100Z", worker: "trade-worker", message: "first", severity: "info" },
      { created_at: "2026-11-01T09:30:00.200Z", worker: "hoox", message: "second", severity: "warn" },
    ]);
  });

  it("of a hundred messages go in with one statement", async () => {
    const messages = Array.from({ length: 100 }, (_, n) =>
      logBatchOf(...Array.from({ length: 20 }, (__, line) => ({ id: `${n}/${line}` }))),
    );
    await ingest(...messages);

    expect({ calls: d1.calls, statements: d1.statements }).toEqual({ calls: 1, statements: 1 });
    expect(d1.rows("SELECT count(*) AS lines, max(cursor) AS last FROM system_logs")).toEqual([
      { lines: 2_000, last: 2_000 },
    ]);
  });

  it("beyond what D1 takes in one string go in with several, in one transaction", async () => {
    const messages = Array.from({ length: 60 }, (_, n) =>
      logBatchOf(...Array.from({ length: 50 }, (__, line) => ({ id: `${n}/${line}`, message: "ü".repeat(500) }))),
    );
    expect(await ingest(...messages)).toEqual(messages.map(() => undefined));

    expect({ calls: d1.calls, statements: d1.statements }).toEqual({ calls: 1, statements: 2 });
    expect(d1.rows("SELECT count(*) AS lines FROM system_logs")).toEqual([{ lines: 3_000 }]);
  });

  it("keep every character, nested fields and a missing requestId", async () => {
    const message = `quotes ' " \\ newline \n emoji 🚀 {"json":[1]}`;
    await ingest(logBatchOf({ message, requestId: undefined, fields: { nested: { list: [1, "2", null], on: true } } }));

    const [row] = d1.rows("SELECT request_id, message, fields FROM system_logs");
    expect(row).toMatchObject({ request_id: null, message });
    expect(JSON.parse(String(row?.["fields"]))).toEqual({ nested: { list: [1, "2", null], on: true } });
  });

  it("that come twice stand there once", async () => {
    d1.failNext(1, d1Failures.lost, { afterwards: true });
    await ingest(logBatchOf({ id: "a" }, { id: "b" }));
    await ingest(logBatchOf({ id: "b" }, { id: "c" }));

    expect(d1.rows("SELECT id FROM system_logs ORDER BY cursor")).toEqual([{ id: "a" }, { id: "b" }, { id: "c" }]);
  });
});
