import { FakeD1 } from "../fakes/d1.ts";
import type { Row } from "./bench-mesh.ts";

/** What an alert leaves in each table. */
export const GROWING_TABLES = ["system_logs", "signals", "orders", "fills", "notifications", "positions"] as const;
export type GrowingTable = (typeof GROWING_TABLES)[number];

/** Bytes that these rows take up in a database of their own, their indexes included, free room apart. */
export function bytesOf(table: GrowingTable, rows: readonly Row[]): number {
  const { sqlite } = FakeD1.migrated();
  const used = (): number => {
    const [row] = sqlite
      .prepare(
        `SELECT sum(pgsize - unused) AS bytes FROM dbstat JOIN sqlite_schema ON sqlite_schema.name = dbstat.name
          WHERE sqlite_schema.tbl_name = ?`,
      )
      .all(table);
    return Number(row?.["bytes"] ?? 0);
  };
  const empty = used();
  for (const row of rows) {
    const columns = Object.keys(row);
    const marks = columns.map(() => "?").join(", ");
    sqlite.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks})`).run(...Object.values(row));
  }
  return used() - empty;
}
