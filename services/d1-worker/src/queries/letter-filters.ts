import type { LetterFilters } from "#contracts/replay";
import { HttpError } from "#runtime/http-error";
import type { DatabaseRow, Statement, Value } from "../database.ts";

const conditions: { readonly [Name in Exclude<keyof LetterFilters, "ids">]: string } = {
  queue: "dead_letters.queue = ?",
  class: "dead_letters.class = ?",
  fingerprint: "dead_letters.fingerprint = ?",
  lane: "signals.lane = ?",
  strategy: "signals.strategy = ?",
  requestId: "dead_letters.request_id = ?",
  status: "dead_letters.status = ?",
  replayId: "dead_letters.replay_id = ?",
  since: "dead_letters.created_at >= ?",
  until: "dead_letters.created_at < ?",
};
// The names are the keys of the literal above.
const names = Object.keys(conditions) as (keyof typeof conditions)[];

/** A condition over {@link LETTERS} that letters must meet; `1` when any will do. */
export function letterCondition({ ids, ...filters }: LetterFilters): Statement {
  const given = names.flatMap((name): [string, Value][] => {
    const value = filters[name];
    return value === undefined ? [] : [[conditions[name], value]];
  });
  if (ids) given.push(["dead_letters.id IN (SELECT value FROM json_each(?))", JSON.stringify(ids)]);
  return { sql: given.map(([sql]) => sql).join(" AND ") || "1", params: given.map(([, value]) => value) };
}

/** A condition that holds for what stands behind a cursor, in the order (created_at, id) or against it. */
export function behind(cursor: string | undefined, order: "ASC" | "DESC"): Statement {
  if (cursor === undefined) return { sql: "1", params: [] };
  const [at, id] = [cursor.slice(0, cursor.indexOf(" ")), cursor.slice(cursor.indexOf(" ") + 1)];
  if (!/^\d{4}-\d\d-\d\dT/.test(at)) throw new HttpError(400, "invalid_cursor", "cursor is not a `next` of this route");
  const sql = `(dead_letters.created_at, dead_letters.id) ${order === "ASC" ? ">" : "<"} (?, ?)`;
  return { sql, params: [at, id] };
}

/** What a page's last row is called by, when the page is full. */
export function cursorAfter(rows: readonly DatabaseRow[], limit: number): string | undefined {
  const last = rows.length < limit ? undefined : rows.at(-1);
  return last && `${String(last["created_at"])} ${String(last["id"])}`;
}
