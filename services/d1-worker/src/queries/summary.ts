import type * as z from "zod";
import type { databaseRoutes } from "#contracts/routes/database";
import { silentQueues } from "#queues/registry";
import { lineIdFrom } from "#contracts/log";
import type { DatabaseRow } from "../database.ts";
import type { Deps } from "../ports.ts";
import { quantile } from "./quantile.ts";
import { toRow } from "./row.ts";

type Reply = z.infer<(typeof databaseRoutes.summary)["reply"]>;

const RECENT_FILLS = 200;
const HOUR_MS = 3_600_000;
/** About a thousand alerts' lines: enough for a percentile, read in a few milliseconds however many there are. */
const RECENT_LINES = 20_000;

/** The figures of `hoox status`; a day begins at midnight UTC. */
export async function summarise(deps: Pick<Deps, "database" | "now">): Promise<Reply> {
  const midnight = `${deps.now().toISOString().slice(0, 10)}T00:00:00.000Z`;
  const hourAgo = new Date(deps.now().getTime() - HOUR_MS);
  const [today, letters, fills, alerts, acknowledged, mails] = await deps.database.batch([
    {
      sql: `SELECT count(*) FILTER (WHERE outcome NOT IN ('refused', 'duplicate')) AS signals,
          count(*) FILTER (WHERE outcome = 'refused') AS refusals
        FROM signals WHERE created_at >= ?`,
      params: [midnight],
    },
    {
      sql: `SELECT count(*) FILTER (WHERE queue NOT IN (SELECT value FROM json_each(?1))) AS loud,
          count(*) FILTER (WHERE queue IN (SELECT value FROM json_each(?1))) AS silent
        FROM dead_letters WHERE status = 'open'`,
      params: [JSON.stringify(silentQueues)],
    },
    // Fills are stored about in the order in which they happened; an index on the time would cost every fill a row.
    {
      sql: `SELECT * FROM (SELECT * FROM fills ORDER BY rowid DESC LIMIT ${RECENT_FILLS}) ORDER BY created_at DESC LIMIT 1`,
      params: [],
    },
    { sql: "SELECT max(created_at) AS at FROM signals", params: [] },
    // By the primary key, which is the table itself: the newest lines stand together.
    {
      sql: `SELECT fields->>'ms' AS ms
        FROM (SELECT id, event, fields FROM system_logs ORDER BY cursor DESC LIMIT ${RECENT_LINES})
        WHERE event = 'alert.accepted' AND id >= ? AND fields->>'ms' IS NOT NULL ORDER BY ms`,
      params: [lineIdFrom(hourAgo)],
    },
    {
      sql: `SELECT count(*) AS all_, count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM signals AS copy
            WHERE copy.first_request_id = signals.request_id AND copy.channel IS NULL)) AS alone
          FROM signals WHERE created_at >= ? AND channel = 'email' AND outcome NOT IN ('refused', 'duplicate')`,
      params: [new Date(deps.now().getTime() - 24 * HOUR_MS).toISOString()],
    },
  ]);
  const acknowledgement = percentiles(acknowledged ?? []);
  const [lastFill] = fills ?? [];
  const lastAlertAt = alerts?.[0]?.["at"];
  const sizeBytes = deps.database.sizeBytes();
  return {
    signalsToday: Number(today?.[0]?.["signals"] ?? 0),
    refusalsToday: Number(today?.[0]?.["refusals"] ?? 0),
    deadLettersOpen: Number(letters?.[0]?.["loud"] ?? 0),
    deadLettersSilent: Number(letters?.[0]?.["silent"] ?? 0),
    emailSignals: Number(mails?.[0]?.["all_"] ?? 0),
    emailOnly: Number(mails?.[0]?.["alone"] ?? 0),
    ...(lastFill ? { lastFill: toRow(lastFill) } : {}),
    ...(typeof lastAlertAt === "string" ? { lastAlertAt } : {}),
    ...(acknowledgement ? { acknowledgement } : {}),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
  };
}

/** Of rows in ascending order; undefined when there is none. */
function percentiles(rows: readonly DatabaseRow[]): Reply["acknowledgement"] {
  const times = rows.map((row) => Number(row["ms"]));
  const at = (share: number): number => Math.round(quantile(times, share) ?? Number.NaN);
  return rows.length === 0 ? undefined : { p50: at(0.5), p99: at(0.99), alerts: rows.length };
}
