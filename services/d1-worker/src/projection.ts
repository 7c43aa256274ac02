import { getTableColumns, getTableName, type InferInsertModel } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Statement, Value } from "./database.ts";
import { jsonArrays } from "./json-rows.ts";

/** How rows of one kind reach their table: many with one statement, each safe to write twice. */
export interface Projection<Row> {
  insert(rows: readonly Row[]): Statement[];
  /** Holds when the row whose {@link Projection.keyOf} stands behind an id in `wanted.value`, or a newer revision of it, is stored. */
  readonly stored: string;
  keyOf(row: Row): Value[];
}

/**
 * `key` is the primary key. Without `replace`, the first row stays; with it, a row that meets `when`
 * (over `excluded` and the stored row) replaces all but the columns in `keep`.
 */
export function projectionInto<Table extends SQLiteTable>(
  table: Table,
  key: readonly (keyof InferInsertModel<Table> & string)[],
  replace?: { when: string; keep: readonly (keyof InferInsertModel<Table> & string)[] },
): Projection<InferInsertModel<Table>> {
  const name = getTableName(table);
  const columns = Object.values(getTableColumns(table)).map((column) => column.name);
  const fixed = new Set<string>([...key, ...(replace?.keep ?? [])]);
  const set = columns.filter((column) => !fixed.has(column)).map((column) => `${column} = excluded.${column}`);
  const conflict = replace
    ? `ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${set.join(", ")} WHERE ${replace.when}`
    : "ON CONFLICT DO NOTHING";
  // Rows come as arrays, which SQLite takes apart faster than objects.
  const values = columns.map((_, index) => `value->>${index}`).join(", ");
  // SQLite takes ON CONFLICT after a SELECT for a join without a WHERE.
  const sql = `INSERT INTO ${name} (${columns.join(", ")}) SELECT ${values} FROM json_each(?1) WHERE true ${conflict}`;
  const revised = columns.includes("rev");
  const matched = [...key, ...(revised ? ["rev"] : [])];
  const matching = matched.map(
    (column, index) => `${column} ${column === "rev" ? ">=" : "="} wanted.value->>${index + 1}`,
  );
  return {
    insert: (rows) =>
      jsonArrays(rows.map((row) => JSON.stringify(columns.map((column) => valueOf(row, column))))).map((array) => ({
        sql,
        params: [array],
      })),
    stored: `EXISTS (SELECT 1 FROM ${name} WHERE ${matching.join(" AND ")})`,
    keyOf: (row) => matched.map((column) => valueOf(row, column)),
  };
}

function valueOf(row: object, column: string): Value {
  const value: unknown = Reflect.get(row, column);
  return typeof value === "string" || typeof value === "number" ? value : null;
}
