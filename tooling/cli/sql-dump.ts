import type { DatabaseSync } from "node:sqlite";

/** A database as the SQL that makes it again, in the form in which D1 exports one. */
export function dumpOf(sqlite: DatabaseSync): string {
  const objects = sqlite
    .prepare("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    .all()
    .filter(({ name }) => !/^(?:sqlite_|_cf_)/.test(String(name)));
  const tables = objects.filter(({ type }) => type === "table");
  const rows = tables.flatMap(({ name }) => {
    const table = `"${String(name).replaceAll('"', '""')}"`;
    const all = sqlite.prepare(`SELECT * FROM ${table}`).all();
    return all.map((row) => `INSERT INTO ${table} VALUES(${Object.values(row).map(literal).join(",")});`);
  });
  const sqlOf = (each: Record<string, unknown>): string => `${String(each["sql"])};`;
  const others = objects.filter(({ type }) => type !== "table");
  return ["PRAGMA defer_foreign_keys=TRUE;", ...tables.map(sqlOf), ...rows, ...others.map(sqlOf), ""].join("\n");
}

function literal(value: unknown): string {
  if (value === null) return "NULL";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString("hex")}'`;
  return `'${String(value).replaceAll("'", "''")}'`;
}
