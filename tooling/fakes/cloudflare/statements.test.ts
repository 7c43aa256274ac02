import { expect, it } from "vitest";
import { statementsOf } from "./statements.ts";

it("statements end at the semicolons that are code", () => {
  expect(statementsOf(`SELECT 'a;''b'; SELECT "c;d" /* e;f */;; -- g;\nSELECT 1`)).toEqual([
    `SELECT 'a;''b'`,
    `SELECT "c;d" /* e;f */`,
    `-- g;\nSELECT 1`,
  ]);
});

it("a trigger is one statement", () => {
  const trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END";

  expect(statementsOf(`${trigger}; SELECT 1;`)).toEqual([trigger, "SELECT 1"]);
});

it("nothing but comments is no statement", () => {
  expect(statementsOf(" -- nothing;\n ; ")).toEqual([]);
});
