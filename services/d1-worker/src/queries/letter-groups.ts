import type * as z from "zod";
import { letterGroup } from "#contracts/replay";
import type { letterRoutes } from "#contracts/routes/dead-letters";
import { rowsOf } from "../database.ts";
import type { Deps } from "../ports.ts";
import { letterCondition } from "./letter-filters.ts";
import { LETTERS } from "./row.ts";

type Route = typeof letterRoutes.deadLetterGroups;

/** Letters by cause, the largest group first; the letter parked last stands for its group. */
export async function groupLetters(
  { limit, ...filters }: z.infer<Route["query"]>,
  deps: Pick<Deps, "database">,
): Promise<z.infer<Route["reply"]>> {
  const { sql, params } = letterCondition(filters);
  const alike = "PARTITION BY dead_letters.fingerprint, dead_letters.queue";
  const groups = await rowsOf(
    deps.database,
    `SELECT * FROM (
        SELECT dead_letters.fingerprint, dead_letters.queue, dead_letters.class, dead_letters.error,
          dead_letters.reason, dead_letters.id AS example,
          count(*) OVER (${alike}) AS count,
          min(dead_letters.created_at) OVER (${alike}) AS firstAt,
          max(dead_letters.parked_at) OVER (${alike}) AS lastAt,
          row_number() OVER (${alike} ORDER BY dead_letters.parked_at DESC, dead_letters.id DESC) AS place
        FROM ${LETTERS} WHERE ${sql})
      WHERE place = 1 ORDER BY count DESC, lastAt DESC LIMIT ?`,
    ...params,
    limit,
  );
  return { groups: groups.map((group) => letterGroup.parse(group)) };
}
