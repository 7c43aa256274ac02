import { describe, expect, it } from "vitest";
import { d1Failures, FakeD1 } from "./d1.ts";

function withTable(): FakeD1 {
  const d1 = new FakeD1();
  d1.sqlite.exec("CREATE TABLE t (id TEXT PRIMARY KEY, n INTEGER NOT NULL)");
  return d1;
}

/** Texts as wrangler 4.164's own D1 gives them. */
describe("the fake D1 fails as D1 does", () => {
  it.each([
    ["SELECT * FROM nope", [], "D1_ERROR: no such table: nope: SQLITE_ERROR"],
    ["INSERT INTO t (zz) VALUES (1)", [], "D1_ERROR: table t has no column named zz: SQLITE_ERROR"],
    [
      "INSERT INTO t VALUES ('a', NULL)",
      [],
      "D1_ERROR: NOT NULL constraint failed: t.n: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_NOTNULL)",
    ],
    ["SELECT ?, ?", [1], "D1_ERROR: Wrong number of parameter bindings for SQL query."],
    ["-- nothing", [], "D1_ERROR: No SQL statements detected."],
    [`SELECT ${Array(101).fill("?").join(",")}`, Array(101).fill(1), "D1_ERROR: too many SQL variables: SQLITE_ERROR"],
    [`SELECT '${"x".repeat(100_001)}'`, [], "D1_ERROR: statement too long: SQLITE_TOOBIG"],
    ["SELECT ?", ["x".repeat(2_000_001)], "D1_ERROR: string or blob too big: SQLITE_TOOBIG"],
  ])("on %.40s", async (sql, params, text) => {
    await expect(
      withTable()
        .prepare(sql)
        .bind(...params)
        .all(),
    ).rejects.toThrow(new Error(text));
  });

  it("on a value that it cannot bind", () => {
    expect(() => new FakeD1().prepare("SELECT ?").bind(undefined)).toThrow(/^D1_TYPE_ERROR: Type 'undefined'/);
  });
});

describe("the fake D1", () => {
  it("undoes a whole batch when one statement of it fails", async () => {
    const d1 = withTable();
    const insert = d1.prepare("INSERT INTO t VALUES (?1, ?2)");

    await expect(d1.batch([insert.bind("a", 1), insert.bind("a", 2)])).rejects.toThrow(
      /UNIQUE constraint failed: t.id/,
    );
    expect(d1.rows("SELECT * FROM t")).toEqual([]);
  });

  it("runs every statement of a text, as D1 does", async () => {
    const d1 = withTable();
    await d1.prepare("SELECT ';' AS a; INSERT INTO t VALUES ('b', 1); -- done").all();

    expect(d1.rows("SELECT id FROM t")).toEqual([{ id: "b" }]);
  });

  it("answers bytes as numbers and booleans as 0 and 1", async () => {
    expect(await new FakeD1().prepare("SELECT x'00ff' AS bytes, ? AS yes").bind(true).first()).toEqual({
      bytes: [0, 255],
      yes: 1,
    });
  });

  it("fails as often as told, before or after the work is done", async () => {
    const d1 = withTable();
    d1.failNext(1, d1Failures.overloaded);
    d1.failNext(1, d1Failures.lost, { afterwards: true });
    const insert = (id: string) => d1.prepare("INSERT INTO t VALUES (?, 1)").bind(id).run();

    await expect(insert("never")).rejects.toThrow(d1Failures.overloaded);
    await expect(insert("done")).rejects.toThrow(d1Failures.lost);
    await insert("fine");
    expect(d1.rows("SELECT id FROM t ORDER BY id")).toEqual([{ id: "done" }, { id: "fine" }]);
  });
});
