import type { DatabaseRow, Statement } from "../database.ts";

/** A row on its way into the archive, with the table that it comes from. */
export interface ArchivedRow {
  table: TableName;
  row: DatabaseRow;
}

/**
 * `key` finds a row; `version` changes with it. A row that has changed since it was read is not deleted: it is newer
 * than its copy in the archive.
 */
const TABLES = {
  system_logs: { key: "id", version: "''" },
  queue_samples: { key: "queue || ' ' || created_at", version: "''" },
  orders: { key: "client_order_id", version: "rev" },
  fills: { key: "id", version: "''" },
  notifications: { key: "id", version: "status" },
  acknowledgements: { key: "notification_id", version: "''" },
  dead_letters: { key: "id", version: "status || parked_at" },
  signals: { key: "request_id", version: "rev" },
} as const;
export type TableName = keyof typeof TABLES;

const isTable = (name: string): name is TableName => Object.hasOwn(TABLES, name);

/** All columns, and the two by which the row is deleted again. */
export function columnsOf(table: TableName): string {
  const { key, version } = TABLES[table];
  return `'${table}' AS archived_table, ${key} AS archived_key, ${version} AS archived_version, ${table}.*`;
}

export function toArchived(row: DatabaseRow): ArchivedRow {
  const table = String(row["archived_table"]);
  if (!isTable(table)) throw new Error(`no rows of ${table} are archived`);
  return { table, row };
}

/** Deletes so many rows at once: a statement has 30 s, and an invocation 1,000 statements. */
const CHUNK = 2_000;

export function deletionsOf(rows: readonly ArchivedRow[]): Statement[] {
  return [...Map.groupBy(rows, ({ table }) => table)].flatMap(([table, of]) => {
    const { key, version } = TABLES[table];
    const chunks = Array.from({ length: Math.ceil(of.length / CHUNK) }, (_, index) =>
      of.slice(index * CHUNK, (index + 1) * CHUNK),
    );
    return chunks.map((chunk) => ({
      sql: `DELETE FROM ${table} WHERE ${key} IN (SELECT value->>0 FROM json_each(?1))
        AND (${key}, CAST(${version} AS TEXT)) IN (SELECT value->>0, value->>1 FROM json_each(?1))`,
      params: [JSON.stringify(chunk.map(({ row }) => [row["archived_key"], String(row["archived_version"])]))],
    }));
  });
}
