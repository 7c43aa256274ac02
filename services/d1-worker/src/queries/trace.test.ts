import { describe, expect, it } from "vitest";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import type { Database, Statement } from "../database.ts";
import { traceOf } from "./trace.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";

describe("a trace", () => {
  it("finds every row by an index, however many there are", async () => {
    const asked: Statement[] = [];
    const database: Database = {
      async batch(statements) {
        asked.push(...statements);
        return [];
      },
    };
    await traceOf(requestId, { database });
    const d1 = FakeD1.migrated();
    const plans = asked.map(({ sql, params }) => d1.rows(`EXPLAIN QUERY PLAN ${sql}`, ...params)[0]?.["detail"]);

    expect(plans).toHaveLength(7);
    expect(plans.filter((plan) => !String(plan).includes("USING INDEX"))).toEqual([]);
  });

  it("asked of the database as the runbook does finds its lines by an index", () => {
    const sql = `SELECT created_at, worker, message, severity FROM system_logs
      WHERE request_id = '${requestId}' ORDER BY created_at ASC`;

    expect(FakeD1.migrated().rows(`EXPLAIN QUERY PLAN ${sql}`)).toMatchObject([
      { detail: "SEARCH system_logs USING INDEX system_logs_request (request_id=?)" },
    ]);
  });
});
