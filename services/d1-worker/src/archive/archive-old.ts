import { claimNotifications } from "../queries/claim.ts";
import type { Deps } from "../ports.ts";
import { movePart, PART_ROWS } from "./move.ts";
import { beginOf, hourOf, sources } from "./sources.ts";

type Needs = Pick<Deps, "database" | "archive" | "log" | "now" | "retention">;

const DAY_MS = 86_400_000;
/** A run ends after so many parts, 320,000 rows: D1 takes 1,000 statements of an invocation, and a part needs up to nine. */
const MOST_PARTS = 80;
const CLAIMS_KEPT_MS = 7 * DAY_MS;

/**
 * The hourly cron, for the time `at`: whole hours that are older than their retention move from the database to the
 * archive. May be cut short anywhere and run again; the same cron twice is once.
 */
export async function archiveOld(at: Date, deps: Needs, of: { parts?: number; rows?: number } = {}): Promise<number> {
  const { database, log, now, retention } = deps;
  const { granted } = await claimNotifications({ ids: [`archive/${at.toISOString()}`] }, deps);
  if (granted.length === 0) return 0;
  const finished = new Set<string>();
  let parts = of.parts ?? MOST_PARTS;
  let moved = 0;
  for (const source of sources) {
    // Only hours that are wholly past: their rows come no more.
    const cutoff = beginOf(hourOf(new Date(at.getTime() - retention[source.keeps] * DAY_MS)));
    let hour = await source.oldest(cutoff, database);
    while (hour !== undefined && parts > 0) {
      const rows = await movePart(source, hour, finished, deps, of.rows ?? PART_ROWS);
      moved += rows;
      parts -= 1;
      if (rows > 0) log("debug", "archive.part", `${rows} rows of ${hour} moved to the archive of ${source.kind}`);
      else if (source.done) await database.batch([source.done(hour, now())]);
      // Nothing of this hour can be moved, so asking for the oldest again would find it again.
      else break;
      hour = await source.oldest(cutoff, database);
    }
    if (hour !== undefined && parts === 0)
      log("warn", "archive.behind", `the archive of ${source.kind} has come to ${hour}; the next run goes on`);
  }
  await database.batch([
    {
      sql: "DELETE FROM notification_claims WHERE created_at < ?",
      params: [new Date(at.getTime() - CLAIMS_KEPT_MS).toISOString()],
    },
  ]);
  if (moved > 0) log("info", "archive.moved", `${moved} rows moved to the archive`, { rows: moved });
  return moved;
}
