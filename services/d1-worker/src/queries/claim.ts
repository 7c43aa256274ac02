import type * as z from "zod";
import type { databaseRoutes } from "#contracts/routes/database";
import { rowsOf } from "../database.ts";
import type { Deps } from "../ports.ts";

type Route = typeof databaseRoutes.claim;

/** Whoever claimed a notification and has not had it told after this long died with it: another may. */
const LAPSES_MS = 30 * 60_000;

/** One statement, so that of two crons that fire at once one is granted the id. */
export async function claimNotifications(
  { ids }: z.infer<Route["body"]>,
  deps: Pick<Deps, "database" | "now">,
): Promise<z.infer<Route["reply"]>> {
  const now = deps.now();
  const granted = await rowsOf(
    deps.database,
    `INSERT INTO notification_claims (id, created_at) SELECT value, ?2 FROM json_each(?1) WHERE true
      ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at
        WHERE notification_claims.created_at < ?3
          AND NOT EXISTS (SELECT 1 FROM notifications WHERE notifications.id = excluded.id)
      RETURNING id`,
    JSON.stringify(ids),
    now.toISOString(),
    new Date(now.getTime() - LAPSES_MS).toISOString(),
  );
  return { granted: granted.map((row) => String(row["id"])) };
}
