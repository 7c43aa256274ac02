import { describe, expect, it } from "vitest";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import type { Database, Statement } from "../database.ts";
import { testDeps } from "../testing/deps.ts";
import { traceOf } from "./trace.ts";

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";

describe("a trace", () => {
  it("finds every row by an index, however many there are", async () => {
    const asked: Statement[] = [];
    const deps = testDeps({ d1: FakeD1.migrated(), queues: {} });
    const database: Database = {
      ...deps.database,
      async batch(statements) {
        asked.push(...statements);
        return [];
      },
    };
    await traceOf(requestId, { ...deps, database });
    const d1 = FakeD1.migrated();
    const plans = asked.map(({ sql, params }) => d1.rows(`EXPLAIN QUERY PLAN ${sql}`, ...params)[0]?.["detail"]);

    expect(plans).toHaveLength(8);
    expect(plans.filter((plan) => !String(plan).includes("USING INDEX"))).toEqual([]);
  });

  it("that has very many log lines keeps both ends, oldest first", async () => {
    const d1 = FakeD1.migrated();
    const at = (line: number): string => new Date(Date.parse("2026-11-23T14:00:00.000Z") + line * 1_000).toISOString();
    for (const line of range(0, 1_200)) {
      d1.rows(
        `INSERT INTO system_logs (id, request_id, created_at, worker, severity, event, message, fields)
         VALUES (?, ?, ?, 'hoox', 'info', 'e', 'm', '{}')`,
        String(line),
        requestId,
        at(line),
      );
    }
    const { logs } = await traceOf(requestId, testDeps({ d1, queues: {} }));

    expect(logs.map((each) => each.created_at)).toEqual([...range(0, 500), ...range(700, 1_200)].map(at));
  });

  it("asked of the database as the runbook does finds its lines by an index", () => {
    const sql = `SELECT created_at, worker, message, severity FROM system_logs
      WHERE request_id = '${requestId}' ORDER BY created_at ASC`;

    expect(FakeD1.migrated().rows(`EXPLAIN QUERY PLAN ${sql}`)).toMatchObject([
      { detail: "SEARCH system_logs USING INDEX system_logs_request (request_id=?)" },
    ]);
  });
});
