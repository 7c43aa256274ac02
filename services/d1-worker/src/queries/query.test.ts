import { beforeEach, describe, expect, it } from "vitest";
import { d1Failures, FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { databaseOver } from "../database.ts";
import { runQuery } from "./query.ts";

let d1: FakeD1;

beforeEach(() => {
  d1 = FakeD1.migrated();
});

const query = (sql: string) => runQuery({ sql }, { database: databaseOver(d1) });

describe("an operator's query", () => {
  it("answers rows in the order that it asks for", async () => {
    const sql =
      "WITH a(n) AS (VALUES (1), (3), (2)) SELECT n, 'x' AS x, x'0aff' AS bytes, NULL AS none FROM a ORDER BY n DESC";

    expect((await query(sql)).rows).toEqual([3, 2, 1].map((n) => ({ n, x: "x", bytes: "0aff", none: null })));
  });

  it("keeps its own LIMIT and its comments", async () => {
    d1.sqlite.exec("CREATE TABLE t (n); INSERT INTO t VALUES (1), (2), (3)");

    expect((await query("SELECT n FROM t ORDER BY n LIMIT 2; -- that's all")).rows).toEqual([{ n: 1 }, { n: 2 }]);
    expect((await query("SELECT n FROM t -- all of them")).rows).toHaveLength(3);
  });

  it("answers the first thousand rows and says that there are more", async () => {
    const endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c";
    const reply = await query(endless);

    expect(reply.truncated).toBe(true);
    expect(reply.rows).toHaveLength(1_000);
    expect((await query("SELECT 1")).truncated).toBeUndefined();
  });

  it("may explain itself", async () => {
    const { rows } = await query(
      "EXPLAIN QUERY PLAN SELECT * FROM system_logs WHERE request_id = 'x' ORDER BY created_at",
    );

    expect(JSON.stringify(rows)).toContain("USING INDEX system_logs_request");
  });

  it("hears SQLite's words about its mistakes", async () => {
    await expect(query("SELECT FROM WHERE")).rejects.toMatchObject({
      status: 400,
      code: "sql_error",
      message: /syntax error/,
    });
    await expect(query("SELECT nope FROM orders")).rejects.toMatchObject({
      status: 400,
      message: /no such column: nope/,
    });
  });

  it("hears how to create the tables when they are missing", async () => {
    d1 = new FakeD1();

    await expect(query("SELECT * FROM orders")).rejects.toMatchObject({
      status: 400,
      message: /no such table: orders/,
      hint: /npx hoox db migrate/,
    });
  });

  it("is not blamed for the database's own trouble", async () => {
    d1.failNext(1, d1Failures.overloaded);

    await expect(query("SELECT 1")).rejects.toThrow(d1Failures.overloaded);
  });

  it("never writes, even where the wrapping is broken out of", async () => {
    d1.sqlite.exec("CREATE TABLE t (n)");
    for (const sql of ["SELECT 1) ; INSERT INTO t VALUES (1) ; SELECT (1", "SELECT 1\n) LIMIT 1 RETURNING (SELECT 1"]) {
      await expect(query(sql)).rejects.toMatchObject({ status: 400 });
    }

    expect(d1.rows("SELECT * FROM t")).toEqual([]);
  });
});
