import type * as z from "zod";
import type { databaseRoutes } from "#contracts/routes/database";
import { unacknowledged } from "#contracts/telegram";
import type { Statement } from "../database.ts";
import type { Deps } from "../ports.ts";

type Route = typeof databaseRoutes.pulse;
type Reply = z.infer<Route["reply"]>;

const WEEK_MS = 7 * 86_400_000;

/** Writes down that a cron has run, and answers what it may have to say again. */
export async function pulse({ worker }: z.infer<Route["body"]>, deps: Pick<Deps, "database" | "now">): Promise<Reply> {
  const [, rows] = await deps.database.batch([writePulse(worker, deps.now()), selectUnacknowledged(deps.now())]);
  return { notifications: (rows ?? []).map((row) => unacknowledged.parse(row)) };
}

export async function readUnacknowledged(deps: Pick<Deps, "database" | "now">): Promise<Reply> {
  const [rows] = await deps.database.batch([selectUnacknowledged(deps.now())]);
  return { notifications: (rows ?? []).map((row) => unacknowledged.parse(row)) };
}

export function writePulse(worker: string, at: Date): Statement {
  return {
    sql: `INSERT INTO pulses (worker, created_at) VALUES (?1, ?2)
      ON CONFLICT (worker) DO UPDATE SET created_at = excluded.created_at`,
    params: [worker, at.toISOString()],
  };
}

/** The words of the conditions are those of the partial index. Exported for the test of its query plan. */
export function selectUnacknowledged(now: Date): Statement {
  return {
    sql: `SELECT id, request_id, created_at, title, chat_id FROM notifications
      WHERE severity = 'critical' AND repeat_of IS NULL AND created_at >= ?
        AND channel = 'telegram' AND status = 'sent'
        AND NOT EXISTS (SELECT 1 FROM acknowledgements WHERE notification_id = notifications.id)
      ORDER BY created_at DESC LIMIT 100`,
    params: [new Date(now.getTime() - WEEK_MS).toISOString()],
  };
}
