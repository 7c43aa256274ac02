import type * as z from "zod";
import { orderRow, type databaseRoutes } from "#contracts/routes/database";
import { rowsOf, type DatabaseRow, type Statement, type Value } from "../database.ts";
import type { Deps } from "../ports.ts";
import { toRow } from "./row.ts";

type Route = typeof databaseRoutes.orders;
type Query = z.infer<Route["query"]>;

/** With filters that few alerts meet, the search ends here rather than at the beginning of time. */
const LOOKED_THROUGH = 50_000;

/** Alerts and what they came to, the newest last. */
export async function listOrders(query: Query, deps: Pick<Deps, "database">): Promise<z.infer<Route["reply"]>> {
  const { sql, params } = selectSignals(query);
  const found = (await rowsOf(deps.database, sql, ...params)).toReversed();
  const [orders, fills] = await deps.database.batch(selectOrdersOf(found));
  const ordersOf = Map.groupBy(orders ?? [], (order) => order["request_id"]);
  const fillsOf = Map.groupBy(fills ?? [], (fill) => fill["request_id"]);
  const all = found.map((signal) =>
    orderRow.parse({
      ...toRow(signal),
      orders: (ordersOf.get(signal["request_id"]) ?? []).map(toRow),
      fills: (fillsOf.get(signal["request_id"]) ?? []).map(toRow),
    }),
  );
  const searchedSince = all.length < query.limit ? await searchEnd(query, deps) : undefined;
  return { orders: all, ...(searchedSince === undefined ? {} : { searchedSince }) };
}

/** Exported for the test of its query plans. */
export function selectSignals({ since, strategy, symbol, outcome, limit }: Query): Statement {
  const conditions: [sql: string, value: Value][] = [];
  if (strategy !== undefined) conditions.push(["strategy = ?", strategy]);
  if (symbol !== undefined) conditions.push(["symbol = ?", symbol]);
  if (outcome !== undefined) conditions.push(["outcome = ?", outcome === "open" ? "working" : outcome]);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.map(([sql]) => sql).join(" AND ")}`;
  const newest = `SELECT * FROM signals WHERE created_at >= ? ORDER BY created_at DESC, rowid DESC LIMIT ${LOOKED_THROUGH}`;
  return {
    sql: `SELECT * FROM (${newest}) ${where} LIMIT ?`,
    params: [since ?? "", ...conditions.map(([, value]) => value), limit],
  };
}

/** Exported for the test of its query plans. */
export function selectOrdersOf(signals: readonly DatabaseRow[]): Statement[] {
  const ids = JSON.stringify(signals.map((signal) => signal["request_id"]));
  return ["orders", "fills"].map((table) => ({
    sql: `SELECT * FROM ${table} WHERE request_id IN (SELECT value FROM json_each(?)) ORDER BY request_id, created_at`,
    params: [ids],
  }));
}

/** The time of the oldest alert that was looked at, when there are older ones that the query wants. */
async function searchEnd({ since }: Query, { database }: Pick<Deps, "database">): Promise<string | undefined> {
  const sql = `SELECT created_at FROM signals WHERE created_at >= ? ORDER BY created_at DESC LIMIT 2 OFFSET ${LOOKED_THROUGH - 1}`;
  const [last, older] = await rowsOf(database, sql, since ?? "");
  const at = last?.["created_at"];
  return older !== undefined && typeof at === "string" ? at : undefined;
}
