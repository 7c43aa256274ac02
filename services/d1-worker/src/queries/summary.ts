import type * as z from "zod";
import type { databaseRoutes } from "#contracts/routes";
import { silentQueues } from "#queues/registry";
import type { Deps } from "../ports.ts";
import { toRow } from "./row.ts";

type Reply = z.infer<(typeof databaseRoutes.summary)["reply"]>;

const RECENT_FILLS = 200;

/** The figures of `hoox status`; a day begins at midnight UTC. */
export async function summarise(deps: Pick<Deps, "database" | "now">): Promise<Reply> {
  const midnight = `${deps.now().toISOString().slice(0, 10)}T00:00:00.000Z`;
  const [today, letters, fills, alerts] = await deps.database.batch([
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
  ]);
  const [lastFill] = fills ?? [];
  const lastAlertAt = alerts?.[0]?.["at"];
  return {
    signalsToday: Number(today?.[0]?.["signals"] ?? 0),
    refusalsToday: Number(today?.[0]?.["refusals"] ?? 0),
    deadLettersOpen: Number(letters?.[0]?.["loud"] ?? 0),
    deadLettersSilent: Number(letters?.[0]?.["silent"] ?? 0),
    ...(lastFill ? { lastFill: toRow(lastFill) } : {}),
    ...(typeof lastAlertAt === "string" ? { lastAlertAt } : {}),
  };
}
