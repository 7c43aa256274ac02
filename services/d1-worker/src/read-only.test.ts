import { describe, expect, it } from "vitest";
import { HttpError } from "#runtime/http-error";
import { readingStatement } from "./read-only.ts";

function refusalOf(sql: string): { status: number; code: string } {
  try {
    readingStatement(sql);
  } catch (error) {
    if (error instanceof HttpError) return { status: error.status, code: error.code };
    throw error;
  }
  throw new Error(`it was let through: ${sql}`);
}

describe("a statement that reads", () => {
  it.each([
    "SELECT 1",
    "  select 1 ;  -- done; really",
    "/* DELETE; */ SELECT 1 /* ; */",
    "SELECT 'it''s; DROP TABLE x' AS a, \"delete\" , `update`, [insert] FROM t",
    "SELECT replace(reason, 'a', 'b') FROM signals",
    "WITH a AS (SELECT 1), b(x) AS (SELECT 2) SELECT * FROM a, b",
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
    "EXPLAIN QUERY PLAN SELECT * FROM orders",
    "SELECT fields->>'a', x'00ff', 1e5 FROM system_logs WHERE created_at > '2026'",
    "SELECT created_at, updated_at FROM orders",
    "SELECT '--', \"/*\" FROM t",
    "SELECT 5 --3\n",
  ])("passes: %s", (sql) => {
    expect(() => readingStatement(sql)).not.toThrow();
  });

  it("passes without its semicolon and what follows it", () => {
    expect(readingStatement("SELECT 1 ; -- it's\n ;")).toEqual({ sql: "SELECT 1", explain: false });
  });
});

describe("a statement that writes", () => {
  it.each([
    "INSERT INTO t VALUES (1)",
    "delete from t",
    "Update t SET a = 1",
    "REPLACE INTO t VALUES (1)",
    "CREATE TABLE x (y)",
    "DROP TABLE t",
    "ALTER TABLE t ADD c",
    "ATTACH 'f' AS g",
    "PRAGMA writable_schema = 1",
    "VACUUM",
    "BEGIN",
    "VALUES (1)",
    "WITH a AS (SELECT 1) DELETE FROM t",
    "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
    "WITH a AS (SELECT 1) VALUES (1)",
    "EXPLAIN DELETE FROM t",
    "EXPLAIN PRAGMA user_version",
    "/* SELECT */ DELETE FROM t",
    "-- SELECT\nDELETE FROM t",
    "'SELECT' ; ",
    "\uFEFFDELETE FROM t",
    "",
    " ; -- nothing",
  ])("is refused: %s", (sql) => {
    expect(refusalOf(sql)).toEqual({ status: 400, code: "not_read_only" });
  });

  it.each([
    "SELECT 1; DELETE FROM t",
    "SELECT 1;SELECT 2",
    "SELECT '\\'; DELETE FROM t",
    "SELECT 'a''' ; DROP TABLE t",
    'SELECT "a;b" ; DROP TABLE t',
    "SELECT [a'b] ; DROP TABLE t -- ']",
    "SELECT 1 -- x\n; DROP TABLE t",
    "SELECT 1 /* ' */ ; DROP TABLE t /* ' */",
  ])("hides behind no reading one: %s", (sql) => {
    expect(refusalOf(sql).code).toBe("several_statements");
  });

  it.each(["SELECT 'open", 'SELECT "open', "SELECT [open", "SELECT 1 /* open", "SELECT 1\0; DELETE FROM t"])(
    "hides in nothing that does not end: %j",
    (sql) => {
      expect(refusalOf(sql).code).toBe("not_read_only");
    },
  );
});
