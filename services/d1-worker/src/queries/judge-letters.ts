import type * as z from "zod";
import type { JudgedLetter } from "#contracts/letter-view";
import type { letterRoutes } from "#contracts/routes/dead-letters";
import type { DatabaseRow } from "../database.ts";
import { effectsOf, readMessage, selectEffective } from "../letter-effects.ts";
import type { Deps } from "../ports.ts";
import { behind, cursorAfter, letterCondition } from "./letter-filters.ts";
import { LETTER_COLUMNS, LETTERS, toDeadLetterRow } from "./row.ts";

type Route = typeof letterRoutes.judgeLetters;

/** Letters in order of their first parking, with what the contracts and the database can say towards a verdict. */
export async function judgeLetters(
  { filters, cursor, limit }: z.infer<Route["body"]>,
  deps: Pick<Deps, "database">,
): Promise<z.infer<Route["reply"]>> {
  const fitting = letterCondition(filters);
  const page = behind(cursor, "ASC");
  const [rows = [], total] = await deps.database.batch([
    {
      sql: `SELECT ${LETTER_COLUMNS}, dead_letters.body FROM ${LETTERS} WHERE ${fitting.sql} AND ${page.sql}
        ORDER BY dead_letters.created_at, dead_letters.id LIMIT ?`,
      params: [...fitting.params, ...page.params, limit],
    },
    { sql: `SELECT count(*) AS count FROM ${LETTERS} WHERE ${fitting.sql}`, params: fitting.params },
  ]);
  const letters = await judge(rows, deps);
  const next = cursorAfter(rows, limit);
  return { letters, total: Number(total?.[0]?.["count"] ?? 0), ...(next === undefined ? {} : { next }) };
}

async function judge(rows: readonly DatabaseRow[], { database }: Pick<Deps, "database">): Promise<JudgedLetter[]> {
  const held = rows.map((row) => ({ row: toDeadLetterRow(row), body: JSON.parse(String(row["body"])) as unknown }));
  const effects = effectsOf(held.map(({ row: { id, queue }, body }) => ({ id, queue, body })));
  const found = effects.length === 0 ? [] : await database.batch(selectEffective(effects));
  const effective = new Set(found.flat().map((each) => each["id"]));
  return held.map(({ row, body }) => {
    const message = readMessage({ id: row.id, queue: row.queue, body });
    if (typeof message === "string") return { ...row, unreadable: message, effective: "unknown" };
    if (message.type === "signal.hinted") return { ...row, effective: "unknown", ledger: message.data.ledger };
    return { ...row, effective: effective.has(row.id) };
  });
}
