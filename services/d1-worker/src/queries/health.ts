import { getTableColumns, getTableName } from "drizzle-orm";
import type * as z from "zod";
import type { health } from "#contracts/health";
import { MIGRATE_HINT, isSchemaMissing, type Statement } from "../database.ts";
import type { Deps } from "../ports.ts";
import { tables } from "../schema.ts";

type Health = z.infer<typeof health>;

/** Reads nothing, but fails by name when a table or column is not there. */
const everyColumn: Statement[] = Object.values(tables).map((table) => {
  const columns = Object.values(getTableColumns(table)).map((column) => `"${getTableName(table)}"."${column.name}"`);
  return { sql: `SELECT ${columns.join(", ")} FROM ${getTableName(table)} LIMIT 0`, params: [] };
});

/** Whether the database answers and has the tables and columns that this Worker writes. */
export async function checkHealth(deps: Pick<Deps, "database" | "version">): Promise<Health> {
  const of = { worker: "d1-worker", version: deps.version } as const;
  try {
    await deps.database.batch(everyColumn);
    return { ...of, status: "ok", dependencies: [{ name: "DB", status: "ok", detail: "schema applied" }] };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const detail = thrown instanceof Error && isSchemaMissing(thrown) ? `${message}; ${MIGRATE_HINT}` : message;
    return { ...of, status: "failing", dependencies: [{ name: "DB", status: "failing", detail }] };
  }
}
