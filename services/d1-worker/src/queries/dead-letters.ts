import type * as z from "zod";
import type { letterRoutes } from "#contracts/routes/dead-letters";
import type { Deps } from "../ports.ts";
import { behind, cursorAfter, letterCondition } from "./letter-filters.ts";
import { LETTER_COLUMNS, LETTERS, toDeadLetterRow } from "./row.ts";

type Route = typeof letterRoutes.deadLetters;

/** Dead letters, the latest first, how many fit, and how many are open in all. */
export async function listDeadLetters(
  { cursor, limit, ...filters }: z.infer<Route["query"]>,
  deps: Pick<Deps, "database">,
): Promise<z.infer<Route["reply"]>> {
  const fitting = letterCondition(filters);
  const page = behind(cursor, "DESC");
  const [letters, total, open] = await deps.database.batch([
    {
      sql: `SELECT ${LETTER_COLUMNS} FROM ${LETTERS} WHERE ${fitting.sql} AND ${page.sql}
        ORDER BY dead_letters.created_at DESC, dead_letters.id DESC LIMIT ?`,
      params: [...fitting.params, ...page.params, limit],
    },
    { sql: `SELECT count(*) AS count FROM ${LETTERS} WHERE ${fitting.sql}`, params: fitting.params },
    { sql: "SELECT count(*) AS count FROM dead_letters WHERE status = 'open'", params: [] },
  ]);
  const next = cursorAfter(letters ?? [], limit);
  return {
    deadLetters: (letters ?? []).map(toDeadLetterRow),
    open: Number(open?.[0]?.["count"] ?? 0),
    total: Number(total?.[0]?.["count"] ?? 0),
    ...(next === undefined ? {} : { next }),
  };
}
