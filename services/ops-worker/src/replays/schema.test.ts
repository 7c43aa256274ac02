import { expect, it } from "vitest";
import { MemorySql } from "../../../../tooling/fakes/memory-sql.ts";
import { migrate } from "./schema.ts";

it("a storage of the first version keeps its jobs and learns the new columns", () => {
  const sql = new MemorySql();
  migrate(sql);
  for (const statement of [
    "DROP TABLE meta",
    "ALTER TABLE jobs DROP COLUMN tidied",
    "ALTER TABLE jobs DROP COLUMN lost",
    `INSERT INTO jobs (id, request_id, state, rate, force, reason, by, selection, plan_hash, created_at, cutoff)
     VALUES ('old', 'r', 'stopped', 20, '[]', '', 'operator', '{}', 'h', 1, 1)`,
  ])
    sql.exec(statement);
  migrate(sql);
  migrate(sql);

  expect(sql.exec("SELECT id, state, tidied, lost FROM jobs")).toEqual([
    { id: "old", state: "stopped", tidied: 0, lost: 0 },
  ]);
});
