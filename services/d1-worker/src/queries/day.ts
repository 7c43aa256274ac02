import type * as z from "zod";
import type { databaseRoutes } from "#contracts/routes/database";
import { daySummary } from "#contracts/telegram";
import { lineIdFrom } from "#contracts/log";
import type { DatabaseRow, Statement } from "../database.ts";
import type { Deps } from "../ports.ts";

type Route = typeof databaseRoutes.day;

const EXITS = "('close', 'close_long', 'close_short')";

/** The figures of the daily summary. It looks through a day of log lines, once a day. */
export async function summariseDay(
  { from, to }: z.infer<Route["query"]>,
  deps: Pick<Deps, "database">,
): Promise<z.infer<Route["reply"]>> {
  const between = [from, to];
  const [outcomes, exits, fills, positions, acknowledged, ordered] = await deps.database.batch([
    {
      sql: "SELECT outcome, count(*) AS count FROM signals WHERE created_at >= ? AND created_at < ? GROUP BY outcome",
      params: between,
    },
    {
      sql: `SELECT count(*) AS count FROM signals WHERE created_at >= ? AND created_at < ?
        AND action IN ${EXITS} AND outcome IN ('expired', 'halted', 'rejected', 'failed')`,
      params: between,
    },
    // By the alert that they belong to, which an index finds.
    {
      sql: `SELECT count(*) AS count FROM signals JOIN fills USING (request_id)
        WHERE signals.created_at >= ? AND signals.created_at < ?`,
      params: between,
    },
    { sql: "SELECT account, venue, symbol, realised_profit, fees FROM positions", params: [] },
    percentilesOf(
      `SELECT fields->>'ms' AS ms FROM system_logs WHERE id >= ? AND id < ? AND event = 'alert.accepted'
        AND fields->>'ms' IS NOT NULL`,
      [lineIdFrom(new Date(from)), lineIdFrom(new Date(to))],
    ),
    percentilesOf(
      `SELECT (julianday(min(orders.created_at)) - julianday(signals.created_at)) * 86400000 AS ms
        FROM signals JOIN orders USING (request_id)
        WHERE signals.created_at >= ? AND signals.created_at < ? AND orders.leg IN ('e', 'c')
        GROUP BY signals.request_id`,
      between,
    ),
  ]);
  const count = (rows: readonly DatabaseRow[] | undefined): number => Number(rows?.[0]?.["count"] ?? 0);
  return daySummary.parse({
    outcomes: Object.fromEntries((outcomes ?? []).map((row) => [row["outcome"], row["count"]])),
    exitsUnexecuted: count(exits),
    fills: count(fills),
    positions: positions ?? [],
    acknowledgement: percentiles(acknowledged),
    alertToOrder: percentiles(ordered),
  });
}

/** Nearest rank: the smallest value that so many percent of them do not exceed. */
function percentilesOf(values: string, params: Statement["params"]): Statement {
  return {
    sql: `WITH ranked AS (
        SELECT ms, row_number() OVER (ORDER BY ms) AS place, count(*) OVER () AS total FROM (${values})
      )
      SELECT min(ms) FILTER (WHERE place >= total * 0.5) AS p50, min(ms) FILTER (WHERE place >= total * 0.99) AS p99
      FROM ranked`,
    params,
  };
}

function percentiles(rows: readonly DatabaseRow[] | undefined): { p50: number; p99: number } | undefined {
  const row = rows?.[0];
  if (typeof row?.["p50"] !== "number" || typeof row["p99"] !== "number") return undefined;
  return { p50: Math.round(row["p50"]), p99: Math.round(row["p99"]) };
}
