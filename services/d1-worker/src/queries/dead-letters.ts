import type * as z from "zod";
import type { databaseRoutes } from "#contracts/routes/database";
import type { Value } from "../database.ts";
import type { Deps } from "../ports.ts";
import { LETTER_COLUMNS, toDeadLetterRow } from "./row.ts";

type Route = typeof databaseRoutes.deadLetters;

/** Dead letters, the latest first, and how many are open in all. */
export async function listDeadLetters(
  query: z.infer<Route["query"]>,
  deps: Pick<Deps, "database">,
): Promise<z.infer<Route["reply"]>> {
  const filters = (["queue", "class", "status"] as const).flatMap((column) => {
    const value: Value | undefined = query[column];
    return value === undefined ? [] : [{ sql: `${column} = ?`, value }];
  });
  const where = filters.length === 0 ? "" : `WHERE ${filters.map(({ sql }) => sql).join(" AND ")}`;
  const [letters, open] = await deps.database.batch([
    {
      sql: `SELECT ${LETTER_COLUMNS} FROM dead_letters ${where} ORDER BY created_at DESC, id LIMIT ?`,
      params: [...filters.map(({ value }) => value), query.limit],
    },
    { sql: "SELECT count(*) AS open FROM dead_letters WHERE status = 'open'", params: [] },
  ]);
  return { deadLetters: (letters ?? []).map(toDeadLetterRow), open: Number(open?.[0]?.["open"] ?? 0) };
}
